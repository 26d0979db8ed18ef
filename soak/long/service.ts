/** The cloud of a long soak: the compiled service over a PostgreSQL whose folder outlives the machine's restarts. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createTRPCClient, httpLink } from "@trpc/client";
import { systemClock } from "../../cloud/clock.ts";
import { newPrivateKeyPem } from "../../cloud/crypto.ts";
import { type Embedded, startEmbedded } from "../../cloud/embedded/embedded.ts";
import { newKeyRingText } from "../../cloud/keys/ring.ts";
import { systemRandom } from "../../cloud/random.ts";
import type { AppRouter } from "../../cloud/router.ts";
import { connect, type Sql } from "../../cloud/store/pool.ts";

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

const platformToken = "abp_of_a_soak";

type Kept = { port: number; ring: string; witness: string; tenants: Tenant[] };
type Tenant = { id: string; keyId: string; secret: string };

export class LongService {
  readonly #binary: string;
  readonly #home: string;
  readonly #kept: Kept;
  readonly #embedded: Embedded;
  readonly sql: Sql;
  #child: Bun.Subprocess | null = null;

  private constructor(parts: { binary: string; home: string; kept: Kept; embedded: Embedded }) {
    this.#binary = parts.binary;
    this.#home = parts.home;
    this.#kept = parts.kept;
    this.#embedded = parts.embedded;
    this.sql = connect({ url: parts.embedded.superuserUrl, name: "soak", connectionsMax: 2 });
  }

  /** What lies in the folder is gone on with. */
  static async open(home: string, binary: string, tenants: number): Promise<LongService> {
    const embedded = await startEmbedded({
      ...{ home, clock: systemClock, random: systemRandom, log: quiet, settings: [] },
    });
    const file = join(home, "soak.json");
    const kept: Kept = existsSync(file)
      ? // Written below.
        (JSON.parse(readFileSync(file, "utf8")) as Kept)
      : {
          port: await freePort(),
          ring: newKeyRingText(systemRandom),
          witness: newPrivateKeyPem(),
          tenants: [],
        };
    const service = new LongService({ binary, home, kept, embedded });
    await service.start();
    while (kept.tenants.length < tenants) kept.tenants.push(await service.#newTenant());
    writeFileSync(file, JSON.stringify(kept), { mode: 0o600 });
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#kept.port}`;
  }

  get tenants(): readonly Tenant[] {
    return this.#kept.tenants;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  async start(): Promise<void> {
    const { app, platform } = this.#embedded.urls;
    const words = ["serve", "--port", String(this.#kept.port), "--home", this.#home, "--json"];
    const child = Bun.spawn([this.#binary, ...words], {
      cwd: "/",
      stdio: ["ignore", "pipe", Bun.file(join(this.#home, "service.log"))],
      env: {
        ...{ PATH: process.env["PATH"] ?? "", HOME: this.#home },
        ...{ DATABASE_URL: app, PLATFORM_DATABASE_URL: platform },
        ATLASBRIDGE_KEY_RING: this.#kept.ring,
        ATLASBRIDGE_WITNESS_KEY: this.#kept.witness,
        ATLASBRIDGE_PLATFORM_TOKEN: platformToken,
      },
    });
    this.#child = child;
    // The first line says that it serves.
    const { done } = await child.stdout.getReader().read();
    if (done) throw new Error(`the service did not start; see ${this.#home}/service.log`);
  }

  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#child?.exited;
  }

  signal(name: "SIGSTOP" | "SIGCONT"): void {
    this.#child?.kill(name);
  }

  async stop(): Promise<void> {
    this.#child?.kill("SIGTERM");
    await this.#child?.exited;
    await this.sql.end();
    await this.#embedded.stop();
  }

  /** Numbers and hashes of what lies there of an agent, in every tenant. */
  async rowsOf(agent: string): Promise<{ tenant: string; seq: number; hash: string }[]> {
    return await this.sql<{ tenant: string; seq: number; hash: string }[]>`
      SELECT tenant_id AS tenant, seq::int AS seq, encode(hash, 'hex') AS hash
      FROM atlasbridge.trace_entries WHERE agent_id = ${agent} ORDER BY seq`;
  }

  async #newTenant(): Promise<Tenant> {
    const headers = { authorization: `Bearer ${platformToken}` };
    const { platform } = createTRPCClient<AppRouter>({
      links: [httpLink({ url: `${this.url}/trpc`, headers })],
    });
    const { tenant_id: id } = await platform.tenants.create.mutate({ name: "Soak" });
    const { key_id: keyId, secret } = await platform.keys.create.mutate({ tenant_id: id });
    return { id, keyId, secret };
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise<void>((done) => server.close(() => done()));
  if (typeof address !== "object" || address === null) throw new Error("no port is free");
  return address.port;
}
