/** Listens to the channels of tenants over a connection of its own, which is made anew when it is lost. */
import { type Change, change } from "../../contracts/cloud-fleet.ts";
import type { Clock } from "../clock.ts";
import { bounds } from "../limits/bounds.ts";
import { faultOf, type Log } from "../log.ts";
import { connect, type Sql } from "../store/pool.ts";

/** One for each tenant: a replica hears of those alone at whom somebody looks through it. */
export const channelOf = (tenantId: string): string =>
  `atlasbridge_${tenantId.replaceAll("-", "")}`;

export type ListenerParts = { url: string; clock: Clock; log: Log };
type Ears = { heard(tenantId: string, changes: readonly Change[]): void };
type Listening = { unlisten(): Promise<unknown> };

export class Listener {
  readonly #parts: ListenerParts;
  readonly #ears: Ears;
  readonly #channels = new Map<string, Promise<Listening>>();
  #sql: Sql | null = null;
  #stopped = false;

  constructor(parts: ListenerParts, ears: Ears) {
    this.#parts = parts;
    this.#ears = ears;
  }

  /** Resolves once nothing more is missed. */
  async open(tenantId: string): Promise<void> {
    const listening = this.#channels.get(tenantId) ?? this.#listen(tenantId);
    this.#channels.set(tenantId, listening);
    await listening;
  }

  close(tenantId: string): void {
    const listening = this.#channels.get(tenantId);
    this.#channels.delete(tenantId);
    // Where the connection is lost, so is its listening.
    void listening?.then(({ unlisten }) => unlisten()).catch(() => {});
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#sql?.end({ timeout: 1 });
  }

  async #listen(tenantId: string): Promise<Listening> {
    const { clock, log } = this.#parts;
    /** It listens from now on; what came before may have been missed. */
    const again = (): void => {
      const at = clock.now();
      const resync: Change = { at, what: "resync", agent_id: null, session_ids: null };
      this.#ears.heard(tenantId, [resync]);
    };
    const hear = (payload: string): void => this.#ears.heard(tenantId, changesIn(payload));
    for (;;) {
      try {
        return await this.#connection().listen(channelOf(tenantId), hear, again);
      } catch (error) {
        log.warn("live_deaf", faultOf(error));
        if (this.#stopped || !this.#channels.has(tenantId)) throw error;
        await pause(clock, bounds.liveRetryMs);
      }
    }
  }

  /** LISTEN belongs to a session, so a pooler must not stand in between. */
  #connection(): Sql {
    if (this.#sql !== null) return this.#sql;
    const { url } = this.#parts;
    const onLost = (): void => {
      if (this.#sql !== mine || this.#stopped) return;
      this.#sql = null;
      void mine.end({ timeout: 0 }).catch(() => {});
      for (const tenantId of this.#channels.keys()) {
        const listening = this.#listen(tenantId);
        listening.catch(() => {});
        this.#channels.set(tenantId, listening);
      }
    };
    const mine = connect({ url, name: "atlasbridge-live", connectionsMax: 1, onLost });
    this.#sql = mine;
    return mine;
  }
}

async function pause(clock: Clock, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  clock.after(ms, resolve);
  await promise;
}

/** None where it is no text of ours: anybody with a connection can tell something. */
function changesIn(payload: string): Change[] {
  try {
    return change.array().parse(JSON.parse(payload));
  } catch {
    return [];
  }
}
