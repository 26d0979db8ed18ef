/** Three tenants' cloud: a real PostgreSQL and Redis, replicas of the compiled service, and one address before them. */
import { join, resolve } from "node:path";
import { createTRPCClient, httpLink } from "@trpc/client";
import { newKeyRingText } from "../../cloud/keys/ring.ts";
import { newPrivateKeyPem } from "../../cloud/crypto.ts";
import { systemRandom } from "../../cloud/random.ts";
import type { AppRouter } from "../../cloud/router.ts";
import { childrenOf } from "../../bench/process-costs.ts";
import type { TestKey } from "../../cloud/testing/agent.ts";
import { startRedis, type TestRedis } from "../../cloud/testing/redis.ts";
import { startDatabase, type TestDatabase } from "../../cloud/testing/service.ts";
import { type Balancer, startBalancer } from "./balancer.ts";

const standardBinary = resolve(import.meta.dir, "../../dist/atlasbridge-cloud");

export type Tenant = { id: string; key: TestKey };

type Replica = { child: Bun.Subprocess; port: number };

export type EstateOptions = {
  binary?: string;
  replicas: number;
  tenants: number;
  /** `REQUESTS/SECONDS` of each key; unlimited unless given. */
  keyLimit?: string;
  tenantLimit?: string;
  /** Of PostgreSQL. */
  settings?: readonly string[];
};

/** Told to end, a service takes no longer. */
const endMsMax = 10_000;

const unlimited = "1000000/60";
const platformToken = "abp_of_a_soak";

export class Estate {
  readonly database: TestDatabase;
  readonly balancer: Balancer;
  readonly tenants: Tenant[] = [];
  redis: TestRedis;
  readonly #replicas: Replica[] = [];
  readonly #binary: string;
  readonly #variables: Record<string, string>;

  private constructor(
    parts: { database: TestDatabase; balancer: Balancer; redis: TestRedis },
    { binary = standardBinary, keyLimit = unlimited, tenantLimit = unlimited }: EstateOptions,
  ) {
    this.database = parts.database;
    this.balancer = parts.balancer;
    this.redis = parts.redis;
    this.#binary = binary;
    const { app, platform } = this.database.embedded.urls;
    this.#variables = {
      ...{ PATH: process.env["PATH"] ?? "", HOME: this.database.home },
      ...{ DATABASE_URL: app, PLATFORM_DATABASE_URL: platform, REDIS_URL: this.redis.url },
      ATLASBRIDGE_KEY_RING: newKeyRingText(systemRandom),
      ATLASBRIDGE_WITNESS_KEY: newPrivateKeyPem(),
      ATLASBRIDGE_PLATFORM_TOKEN: platformToken,
      ATLASBRIDGE_LIMIT_KEY: keyLimit,
      ATLASBRIDGE_LIMIT_AGENT: unlimited,
      ATLASBRIDGE_LIMIT_TENANT: tenantLimit,
    };
  }

  static async open(options: EstateOptions): Promise<Estate> {
    const database = await startDatabase(options.settings ?? []);
    const redis = await startRedis(database.home);
    const estate = new Estate({ database, redis, balancer: await startBalancer() }, options);
    for (let at = 0; at < options.replicas; at += 1) await estate.addReplica();
    for (let at = 0; at < options.tenants; at += 1) await estate.#addTenant(at);
    return estate;
  }

  /** As an administrator would. */
  get platform() {
    const headers = { authorization: `Bearer ${platformToken}` };
    return createTRPCClient<AppRouter>({
      links: [httpLink({ url: `${this.balancer.url}/trpc`, headers })],
    }).platform;
  }

  async #addTenant(at: number): Promise<void> {
    const { tenant_id: id } = await this.platform.tenants.create.mutate({ name: `Tenant ${at}` });
    this.tenants.push({ id, key: await this.platform.keys.create.mutate({ tenant_id: id }) });
  }

  async addReplica(): Promise<void> {
    const words = ["serve", "--port", "0", "--home", this.database.home, "--json"];
    const child = Bun.spawn([this.#binary, ...words], {
      ...{ env: this.#variables, cwd: "/", stdout: "pipe" },
      stderr: Bun.file(join(this.database.home, `log-${systemRandom.uuidv7()}`)),
    });
    for await (const chunk of child.stdout) {
      const { url }: { url: string } = JSON.parse(new TextDecoder().decode(chunk));
      this.#replicas.push({ child, port: Number(new URL(url).port) });
      this.#route();
      return;
    }
    throw new Error(`a replica did not start; see the logs in ${this.database.home}`);
  }

  /** The one that has been there for longest: killed without a word, or asked to end. */
  async removeReplica(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const leaving = this.#replicas.shift();
    // Nobody is sent to one that is about to end; that it was killed is found out.
    if (signal === "SIGTERM") this.#route();
    leaving?.child.kill(signal);
    const late = Bun.sleep(endMsMax).then(() => "late");
    const ended = await Promise.race([leaving?.child.exited, late]);
    this.#route();
    if (ended !== "late") return;
    leaving?.child.kill("SIGKILL");
    throw new Error(`a replica that was sent ${signal} had not ended ${endMsMax} ms later`);
  }

  /** The one that would be removed next. */
  freezeReplica(): void {
    this.#replicas[0]?.child.kill("SIGSTOP");
  }

  thawReplica(): void {
    this.#replicas[0]?.child.kill("SIGCONT");
  }

  /** Past the balancer. */
  get replicaUrls(): string[] {
    return this.#replicas.map(({ port }) => `http://127.0.0.1:${port}`);
  }

  #route(): void {
    this.balancer.serve(this.#replicas.map(({ port }) => port));
  }

  /** It takes connections, and answers nothing. */
  freezeDatabase(): void {
    this.#signalDatabase("SIGSTOP");
  }

  thawDatabase(): void {
    this.#signalDatabase("SIGCONT");
  }

  #signalDatabase(signal: "SIGSTOP" | "SIGCONT"): void {
    const { pid } = this.database.embedded;
    for (const one of [pid, ...childrenOf(pid)]) process.kill(one, signal);
  }

  /** As when its machine goes down: without finishing anything. */
  async crashDatabase(): Promise<void> {
    process.kill(this.database.embedded.pid, "SIGQUIT");
    await this.database.embedded.ended;
    await this.database.restart();
  }

  async restartRedis(absentMs: number): Promise<void> {
    const { port } = this.redis;
    await this.redis.stop();
    await Bun.sleep(absentMs);
    this.redis = await startRedis(this.database.home, port);
  }

  async stop(): Promise<void> {
    while (this.#replicas.length > 0) await this.removeReplica("SIGTERM");
    await this.balancer.stop();
    await this.redis.stop();
    await this.database.stop();
  }
}
