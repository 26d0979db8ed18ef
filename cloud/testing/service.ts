/** The whole service for tests, with a real PostgreSQL in a temporary folder, and what tests ask of both. */
import { createTRPCClient, httpLink } from "@trpc/client";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Role } from "../../contracts/roles.ts";
import { type Clock, systemClock } from "../clock.ts";
import { readSettings, readVariables, type Settings } from "../config.ts";
import { type Embedded, startEmbedded } from "../embedded/embedded.ts";
import { createKey } from "../keys/keys.ts";
import { createToken } from "../keys/tokens.ts";
import { jsonLog, type Log } from "../log.ts";
import type { Assets } from "../pages.ts";
import { createTenant } from "../platform/tenants.ts";
import { systemRandom } from "../random.ts";
import type { AppRouter } from "../router.ts";
import { secretsOf } from "../secrets.ts";
import { type Service, serve } from "../serve.ts";
import { connect, type Pool, type Sql } from "../store/pool.ts";
import type { Sent, TestKey } from "./agent.ts";
import { unguarded } from "./unguarded.ts";

export const quiet: Log = { info() {}, warn() {}, error() {} };

/** A folder that another account may pass through, since PostgreSQL does not run as root. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "abc-"));
  chmodSync(folder, 0o711);
  return folder;
}

export type TestDatabase = {
  home: string;
  embedded: Embedded;
  /** As the superuser: sees every tenant, for checks from outside. */
  sql: Sql;
  restart(): Promise<void>;
  stop(): Promise<void>;
};

/** Without waiting for disks: tests look at what is written, not at what survives a power cut. */
const fast = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];

export async function startDatabase(settings: readonly string[] = fast): Promise<TestDatabase> {
  const home = temporaryFolder();
  const start = (): Promise<Embedded> =>
    startEmbedded({ home, clock: systemClock, random: systemRandom, log: quiet, settings });
  const own = ({ superuserUrl }: Embedded): Sql =>
    connect({ url: superuserUrl, name: "test", connectionsMax: 2 });
  let embedded = await start();
  let sql = own(embedded);
  return {
    home,
    get embedded() {
      return embedded;
    },
    get sql() {
      return sql;
    },
    async restart() {
      await sql.end();
      await embedded.stop();
      embedded = await start();
      sql = own(embedded);
    },
    async stop() {
      await sql.end();
      await embedded.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export type TestClient = ReturnType<typeof createTRPCClient<AppRouter>>;

export type TestService = Service & {
  log: string[];
  policies: Settings["policies"];
  newTenant(): Promise<string>;
  newKey(tenantId: string, agentId?: string): Promise<TestKey>;
  /** An automation token, with which tests call procedures in a role. */
  newToken(tenantId: string, role: Role): Promise<string>;
  /** Calls procedures; without a token as somebody who is not signed in. */
  client(token?: string): TestClient;
  post(sent: Sent, path?: string): Promise<Response>;
};

export type ServiceWish = Partial<Settings> & {
  clock?: Clock;
  port?: number;
  assets?: Assets | null;
  /** As `ServeOptions` has it. */
  pooled?: (pool: Pool) => Pool;
};

/** `ATLASBRIDGE_TEST_UNGUARDED=1`: every test asks its service's rows without naming a tenant. */
const everywhere = readVariables()["ATLASBRIDGE_TEST_UNGUARDED"] === "1";

/** A replica on that database; several share its secrets as replicas do. */
export async function startService(
  database: TestDatabase,
  { clock = systemClock, port = 0, assets = null, pooled, ...changed }: ServiceWish = {},
): Promise<TestService> {
  const log: string[] = [];
  const embeddedSettings = readSettings({}, database.home);
  const secrets = secretsOf(embeddedSettings, systemRandom);
  const { app, platform } = database.embedded.urls;
  const many = { requestsMax: 1_000_000, windowSeconds: 60 };
  const settings: Settings = {
    ...embeddedSettings,
    ...secrets,
    databaseUrl: app,
    platformDatabaseUrl: platform,
    policies: {
      ...{ key: many, agent: many, tenant: many, calls: many, invitations: many },
      ...{ address: many, stranger: many },
    },
    ...changed,
  };
  const service = await serve({
    ...{ settings, host: "127.0.0.1", port, clock, random: systemRandom, assets },
    pooled: pooled ?? ((pool) => (everywhere ? unguarded(pool) : pool)),
    log: jsonLog(clock, (line) => log.push(line)),
  });
  return {
    ...service,
    log,
    policies: settings.policies,
    async newTenant() {
      if (service.parts.platform === null) throw new Error("this replica makes no tenants");
      return (await createTenant(service.parts.platform, systemRandom, "A tenant")).tenant_id;
    },
    newKey: (tenantId, agentId) => createKey(service.parts, tenantId, { agentId }),
    async newToken(tenantId, role) {
      const { pool } = service.parts;
      const expiresAt = clock.now() + 86_400_000;
      const wish = { tenantId, role, label: `a ${role}`, expiresAt, createdBy: "test" };
      const made = await pool.withTenant(tenantId, (sql) => createToken(sql, service.parts, wish));
      return made.token;
    },
    client(token) {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const url = `${service.url}/trpc`;
      return createTRPCClient<AppRouter>({ links: [httpLink({ url, headers })] });
    },
    post: ({ body, ...sent }, path = "/v1/traces") =>
      fetch(`${service.url}${path}`, { ...sent, body: new Uint8Array(body) }),
  };
}
