/** How many batches each tenant may send, as a replica has read it lately: platform staff may set it for one alone. */
import type { Clock } from "../clock.ts";
import type { Door } from "../store/pool.ts";
import { bounds } from "./bounds.ts";
import type { Policy } from "./limiter.ts";
import { ownLimits } from "./room.ts";

type Known = { policy: Policy | undefined; untilMs: number };

export class Allowances {
  readonly #pool: Door;
  readonly #clock: Clock;
  readonly #known = new Map<string, Promise<Known>>();

  constructor({ pool, clock }: { pool: Door; clock: Clock }) {
    this.#pool = pool;
    this.#clock = clock;
  }

  /** Undefined: as for everybody. Throws what the database throws. */
  async of(tenantId: string): Promise<Policy | undefined> {
    const known = this.#known.get(tenantId);
    if (known !== undefined) {
      const { policy, untilMs } = await known;
      if (untilMs > this.#clock.monotonicMs()) return policy;
      if (this.#known.get(tenantId) !== known) return await this.of(tenantId);
    }
    const reading = this.#read(tenantId);
    this.#keep(tenantId, reading);
    return (await reading).policy;
  }

  /** What was read of it holds no more. */
  forget(tenantId: string): void {
    this.#known.delete(tenantId);
  }

  /** The one that was read longest ago is forgotten when there are too many. */
  #keep(tenantId: string, reading: Promise<Known>): void {
    this.#known.delete(tenantId);
    this.#known.set(tenantId, reading);
    reading.catch(() => this.forget(tenantId));
    if (this.#known.size <= bounds.allowancesMax) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }

  async #read(tenantId: string): Promise<Known> {
    const { requests_per_minute: requestsMax } = await this.#pool.withTenant(tenantId, (sql) =>
      ownLimits(sql, tenantId),
    );
    return {
      policy: requestsMax === null ? undefined : { requestsMax, windowSeconds: 60 },
      untilMs: this.#clock.monotonicMs() + bounds.allowanceMs,
    };
  }
}
