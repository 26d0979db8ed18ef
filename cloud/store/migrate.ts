/** Brings the database to the newest migration: one at a time, in a transaction each, by one migrator at a time. */
import { AtlasError } from "../../contracts/errors.ts";
import { sha256Hex } from "../crypto.ts";
import { faultOf } from "../log.ts";
import { type Migration, migrations } from "./migrations.ts";
import { connect, type Sql } from "./pool.ts";

/** The roles that the service connects as. The third, which owns the tables, is whoever runs this. */
export const serviceRoles = ["atlasbridge_app", "atlasbridge_platform"] as const;

/** Any number, as long as every migrator takes the same. */
const lockNumber = 7_261_885_410_927;

export type MigrateOptions = {
  /** Connects as the role that is to own the tables. */
  ownerUrl: string;
  list?: readonly Migration[];
};

/** Names of what was applied now. Throws `AtlasError` when an applied migration was changed since. */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const sql = connect({ url: options.ownerUrl, name: "atlasbridge-migrate", connectionsMax: 1 });
  try {
    // The library reserves a connection only once it is open.
    await sql`SELECT 1`.catch((error: unknown) => {
      throw unasked(error, "OWNER_DATABASE_URL");
    });
    const connection = await sql.reserve();
    try {
      await connection`SET statement_timeout = 0`;
      await connection`SET lock_timeout = '60s'`;
      await connection`SELECT pg_advisory_lock(${lockNumber})`;
      return await applyAll(connection, options.list ?? migrations);
    } finally {
      await connection`SELECT pg_advisory_unlock(${lockNumber})`;
      connection.release();
    }
  } finally {
    await sql.end();
  }
}

/** `variable`: where it is said which database it is. What the error says may quote that. */
export function unasked(cause: unknown, variable: string): AtlasError {
  const { fault, code } = faultOf(cause);
  const message = `the database cannot be asked (${code ?? fault}); is it there, and are the address, name and password in ${variable} right?`;
  return new AtlasError("database_unusable", message, { cause });
}

async function applyAll(sql: Sql, list: readonly Migration[]): Promise<string[]> {
  await prepare(sql);
  const applied = await appliedIn(sql);
  const done: string[] = [];
  for (const migration of list) {
    const before = applied.get(migration.number);
    if (before === undefined) {
      await apply(sql, migration);
      done.push(nameOf(migration));
    } else if (before !== sha256Hex(migration.text)) {
      throw new AtlasError(
        "database_unusable",
        `migration ${nameOf(migration)} is not the one that was applied; run the version of the service that applied it`,
      );
    }
  }
  return done;
}

const nameOf = ({ number, name }: Migration): string =>
  `${String(number).padStart(4, "0")}-${name}`;

/** Roles belong to the whole server and may be there already; an owner that may not make them is told how. */
async function prepare(sql: Sql): Promise<void> {
  for (const role of serviceRoles) {
    const [there] = await sql`SELECT 1 FROM pg_roles WHERE rolname = ${role}`;
    if (there !== undefined) continue;
    try {
      await sql`CREATE ROLE ${sql(role)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOINHERIT`;
    } catch (error) {
      throw new AtlasError(
        "database_unusable",
        `the role ${role} is missing and this one may not make it; as an administrator: CREATE ROLE ${role} LOGIN NOINHERIT NOBYPASSRLS PASSWORD '…'`,
        { cause: error },
      );
    }
  }
  await sql`CREATE SCHEMA IF NOT EXISTS atlasbridge`;
  await sql`
    CREATE TABLE IF NOT EXISTS atlasbridge.migrations (
      number integer PRIMARY KEY,
      name text NOT NULL,
      sha256 text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now()
    )`;
}

async function apply(sql: Sql, migration: Migration): Promise<void> {
  const { number, name, text } = migration;
  await sql`BEGIN`;
  try {
    // Several statements at once, which only the simple protocol takes.
    await sql.unsafe(text).simple();
    await sql`
      INSERT INTO atlasbridge.migrations (number, name, sha256)
      VALUES (${number}, ${name}, ${sha256Hex(text)})`;
    await sql`COMMIT`;
  } catch (error) {
    await sql`ROLLBACK`;
    throw new AtlasError(
      "database_unusable",
      `migration ${nameOf(migration)} failed and left nothing behind: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

/** Number and hash of each migration that the database has. */
export async function appliedIn(sql: Sql): Promise<Map<number, string>> {
  const rows = await sql<{ number: number; sha256: string }[]>`
    SELECT number, sha256 FROM atlasbridge.migrations`;
  return new Map(rows.map(({ number, sha256 }) => [number, sha256]));
}
