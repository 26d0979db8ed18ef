/** Tells whoever looks at a tenant that something of it has changed, on whichever replica: over PostgreSQL's NOTIFY. */
import type { Change } from "../../contracts/cloud-fleet.ts";
import type { Clock, Timer } from "../clock.ts";
import { bounds } from "../limits/bounds.ts";
import { faultOf, type Log } from "../log.ts";
import { Crowded } from "../store/gate.ts";
import type { Pool } from "../store/pool.ts";
import { Changes } from "./changes.ts";
import { channelOf, Listener } from "./listener.ts";

export interface Live {
  /** After the commit. What comes close together is told together; a crash in between loses it (see `since`). */
  publish(tenantId: string, one: Omit<Change, "at">): void;
  /** Resolves once nothing more can be missed. Throws `Crowded` where too many look already. */
  subscribe(tenantId: string): Promise<Subscription>;
  /** How many look, on this replica. */
  readonly subscribers: number;
  stop(): Promise<void>;
}

export interface Subscription {
  /** What has changed since it was last asked; none when nothing has within `ms`. Null: the service stops. */
  next(ms: number): Promise<Change[] | null>;
  close(): void;
}

type Looker = { changes: Changes; wake: () => void; isOver: boolean };

export type LiveParts = { pool: Pool; url: string; clock: Clock; log: Log };

export class Hub implements Live {
  readonly #parts: LiveParts;
  readonly #listener: Listener;
  readonly #lookers = new Map<string, Set<Looker>>();
  readonly #outgoing = new Map<string, Changes>();
  #timer: Timer | null = null;
  #stopped = false;
  subscribers = 0;

  constructor(parts: LiveParts) {
    this.#parts = parts;
    this.#listener = new Listener(parts, {
      heard: (tenantId, changes) => this.#hear(tenantId, changes),
    });
  }

  publish(tenantId: string, one: Omit<Change, "at">): void {
    if (this.#stopped) return;
    const { clock } = this.#parts;
    const changes = this.#outgoing.get(tenantId) ?? new Changes();
    changes.add({ ...one, at: clock.now() });
    this.#outgoing.set(tenantId, changes);
    this.#timer ??= clock.after(bounds.liveEveryMs, () => void this.#flush());
  }

  async subscribe(tenantId: string): Promise<Subscription> {
    const lookers = this.#lookers.get(tenantId) ?? new Set();
    const isFull = lookers.size >= bounds.liveOfTenantMax;
    if (isFull || this.subscribers >= bounds.liveOfReplicaMax || this.#stopped) {
      throw new Crowded("too many look at this organisation already");
    }
    const looker: Looker = { changes: new Changes(), wake: () => {}, isOver: false };
    lookers.add(looker);
    this.subscribers += 1;
    this.#lookers.set(tenantId, lookers);
    try {
      await this.#listener.open(tenantId);
    } catch (error) {
      this.#leave(tenantId, looker);
      throw error;
    }
    looker.changes.take();
    return {
      next: (ms) => nextOf(looker, ms, this.#parts.clock),
      close: () => this.#leave(tenantId, looker),
    };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#flush();
    for (const [tenantId, lookers] of this.#lookers) {
      for (const looker of lookers) this.#leave(tenantId, looker);
    }
    await this.#listener.stop();
  }

  async #flush(): Promise<void> {
    this.#timer = null;
    const all = [...this.#outgoing];
    this.#outgoing.clear();
    const { pool, log } = this.#parts;
    for (const [tenantId, changes] of all) {
      const payload = changes.payload();
      await pool
        .ask((sql) => sql`SELECT pg_notify(${channelOf(tenantId)}, ${payload})`)
        // Lost: whoever looks finds it by itself a little later.
        .catch((error: unknown) => {
          log.warn("live_untold", { tenant_id: tenantId, ...faultOf(error) });
        });
    }
  }

  #hear(tenantId: string, changes: readonly Change[]): void {
    for (const looker of this.#lookers.get(tenantId) ?? []) {
      for (const one of changes) looker.changes.add(one);
      looker.wake();
    }
  }

  #leave(tenantId: string, looker: Looker): void {
    const lookers = this.#lookers.get(tenantId);
    if (lookers?.delete(looker) !== true) return;
    this.subscribers -= 1;
    looker.isOver = true;
    looker.wake();
    if (lookers.size > 0) return;
    this.#lookers.delete(tenantId);
    this.#listener.close(tenantId);
  }
}

async function nextOf(looker: Looker, ms: number, clock: Clock): Promise<Change[] | null> {
  if (!looker.isOver && looker.changes.isEmpty) {
    const { promise, resolve } = Promise.withResolvers<void>();
    looker.wake = resolve;
    const timer = clock.after(ms, resolve);
    await promise;
    timer.cancel();
  }
  return looker.isOver ? null : looker.changes.take();
}
