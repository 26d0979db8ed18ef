/** The database of a service that was given none: roles with passwords of their own, migrated, ready to be used. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Random } from "../random.ts";
import { migrate, serviceRoles } from "../store/migrate.ts";
import { connect, type Sql } from "../store/pool.ts";
import { postgresAccount } from "./account.ts";
import { postgresFolder } from "./binaries.ts";
import { type Postmaster, startPostmaster } from "./postmaster.ts";

export type EmbeddedOptions = {
  home: string;
  clock: Clock;
  random: Random;
  log: Log;
  settings?: readonly string[];
};

export type DatabaseUrls = { app: string; platform: string; owner: string };

export type Embedded = Postmaster & {
  urls: DatabaseUrls;
  /** For tests and for repair by hand: of the superuser. */
  superuserUrl: string;
};

const roles = ["atlasbridge_owner", ...serviceRoles] as const;
const database = "atlasbridge";

type Passwords = Record<(typeof roles)[number] | "postgres", string>;

/** Starts it, sets up what is missing, and migrates. `stop` it when the last connection has gone. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const folder = join(options.home, "postgres");
  mkdirSync(folder, { recursive: true });
  const passwords = keptPasswords(join(options.home, "postgres-passwords.json"), options.random);
  const postmaster = await startPostmaster({
    ...options,
    folder,
    programs: await postgresFolder(folder),
    account: postgresAccount(),
    password: passwords.postgres,
  });
  const url = (role: keyof Passwords, name: string = database): string =>
    `postgres://${role}:${passwords[role]}@localhost/${name}?host=${encodeURIComponent(postmaster.socketFolder)}`;
  try {
    await setUp(url, passwords);
    const applied = await migrate({ ownerUrl: url("atlasbridge_owner") });
    if (applied.length > 0) options.log.info("migrated", { applied: applied.join(", ") });
  } catch (error) {
    await postmaster.stop();
    throw error;
  }
  const urls = {
    app: url("atlasbridge_app"),
    platform: url("atlasbridge_platform"),
    owner: url("atlasbridge_owner"),
  };
  return { ...postmaster, urls, superuserUrl: url("postgres") };
}

/** 0600: who reads them reads every tenant. */
function keptPasswords(file: string, random: Random): Passwords {
  if (!existsSync(file)) {
    const made = Object.fromEntries(
      ["postgres", ...roles].map((role) => [role, random.bytes(24).toHex()]),
    );
    writeFileSync(file, `${JSON.stringify(made)}\n`, { mode: 0o600, flag: "wx" });
  }
  return JSON.parse(readFileSync(file, "utf8"));
}

async function setUp(
  url: (role: "postgres", name: string) => string,
  passwords: Passwords,
): Promise<void> {
  const sql = connect({
    url: url("postgres", "postgres"),
    name: "atlasbridge-setup",
    connectionsMax: 1,
  });
  try {
    for (const role of roles) await ensureRole(sql, role, passwords[role]);
    const [there] = await sql`SELECT 1 FROM pg_database WHERE datname = ${database}`;
    if (there === undefined) {
      await sql`CREATE DATABASE ${sql(database)} OWNER atlasbridge_owner`;
      await sql`REVOKE ALL ON DATABASE ${sql(database)} FROM PUBLIC`;
      await sql`GRANT CONNECT ON DATABASE ${sql(database)} TO atlasbridge_app, atlasbridge_platform`;
    }
  } finally {
    await sql.end();
  }
}

async function ensureRole(sql: Sql, role: string, password: string): Promise<void> {
  const [there] = await sql`SELECT 1 FROM pg_roles WHERE rolname = ${role}`;
  if (there !== undefined) return;
  // A statement that takes no parameters; both are of our own making, without quotes.
  await sql.unsafe(
    `CREATE ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOINHERIT PASSWORD '${password}'`,
  );
}
