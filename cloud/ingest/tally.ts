/** Refusals and uses of keys, counted in memory and written now and then: a flood of them costs the database nothing. */
import { momentToIso } from "../../contracts/moment.ts";
import type { ProblemName } from "../../contracts/problem.ts";
import type { Clock, Timer } from "../clock.ts";
import { bounds } from "../limits/bounds.ts";
import { faultOf, type Log } from "../log.ts";
import type { Pool } from "../store/pool.ts";

/** Where the request was not believed, its agent is not known. */
export const nobody = "00000000-0000-0000-0000-000000000000";

export type Refused = { tenantId: string; keyId: string; agentId: string; reason: ProblemName };

export interface Tally {
  refused(what: Refused): void;
  used(tenantId: string, keyId: string): void;
  /** Writes what is there; what cannot be written stays for the next time. */
  flush(): Promise<void>;
  /** Flushes a last time. */
  stop(): Promise<void>;
}

type Count = Refused & { times: number; firstAt: number; lastAt: number };

export function openTally(parts: { pool: Pool; clock: Clock; log: Log }): Tally {
  const { pool, clock, log } = parts;
  let refusals = new Map<string, Count>();
  let uses = new Map<string, { tenantId: string; keyId: string; at: number }>();
  let timer: Timer | null = null;
  let stopped = false;

  const arm = (): void => {
    if (timer !== null || stopped) return;
    timer = clock.after(bounds.tallyEveryMs, () => {
      timer = null;
      void flush();
    });
  };

  let writing: Promise<void> = Promise.resolve();
  /** One after another: when it resolves, all that was counted before is written. */
  const flush = (): Promise<void> => {
    writing = writing.then(write);
    return writing;
  };

  const write = async (): Promise<void> => {
    const [taken, used] = [refusals, uses];
    refusals = new Map();
    uses = new Map();
    for (const count of taken.values()) {
      if (!(await attempt(writeRefusal(pool, count)))) putBack(count);
    }
    for (const [key, use] of used) if (!(await attempt(writeUse(pool, use)))) uses.set(key, use);
    if (refusals.size + uses.size > 0) arm();
  };

  const putBack = (count: Count): void => {
    const { times = 0, lastAt = count.lastAt } = refusals.get(keyOf(count)) ?? {};
    refusals.set(keyOf(count), { ...count, times: count.times + times, lastAt });
  };

  const attempt = async (work: Promise<unknown>): Promise<boolean> => {
    try {
      await work;
      return true;
    } catch (error) {
      log.warn("tally_unwritten", faultOf(error));
      return false;
    }
  };

  return {
    refused(what) {
      const key = keyOf(what);
      const before = refusals.get(key);
      if (before === undefined && refusals.size >= bounds.tallyKindsMax) return;
      const lastAt = clock.now();
      const times = (before?.times ?? 0) + 1;
      refusals.set(key, { ...what, times, firstAt: before?.firstAt ?? lastAt, lastAt });
      arm();
    },
    used(tenantId, keyId) {
      uses.set(`${tenantId} ${keyId}`, { tenantId, keyId, at: clock.now() });
      arm();
    },
    flush,
    async stop() {
      stopped = true;
      timer?.cancel();
      await flush();
    },
  };
}

function keyOf({ tenantId, keyId, agentId, reason }: Refused): string {
  return `${tenantId} ${keyId} ${agentId} ${reason}`;
}

function writeRefusal(pool: Pool, count: Count): Promise<unknown> {
  const { tenantId, keyId, agentId, reason, times, firstAt, lastAt } = count;
  return pool.withTenant(
    tenantId,
    (sql) => sql`
      INSERT INTO atlasbridge.ingest_refusals AS r
        (tenant_id, key_id, agent_id, reason, times, first_at, last_at)
      VALUES (${tenantId}, ${keyId}, ${agentId}, ${reason}, ${times},
        ${momentToIso(firstAt)}, ${momentToIso(lastAt)})
      ON CONFLICT (tenant_id, key_id, agent_id, reason)
      DO UPDATE SET times = r.times + EXCLUDED.times, last_at = EXCLUDED.last_at`,
  );
}

function writeUse(pool: Pool, use: { tenantId: string; keyId: string; at: number }) {
  const { tenantId, keyId, at } = use;
  return pool.withTenant(
    tenantId,
    (sql) => sql`
      UPDATE atlasbridge.api_keys SET last_used_at = GREATEST(last_used_at, ${momentToIso(at)})
      WHERE tenant_id = ${tenantId} AND key_id = ${keyId}`,
  );
}
