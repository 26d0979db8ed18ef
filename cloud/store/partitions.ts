/** Keeps the tables of this month and the next in being, so that entries of a new month find their place. */
import { momentToIso } from "../../contracts/moment.ts";
import type { Clock, Timer } from "../clock.ts";
import { faultOf, type Log } from "../log.ts";
import type { Pool } from "./pool.ts";

const everyMs = 6 * 3_600_000;
const monthMs = 31 * 24 * 3_600_000;

/** Safe on several replicas at once. The first look must succeed, since without it nothing can be taken. */
export async function keepPartitions(parts: {
  pool: Pool;
  clock: Clock;
  log: Log;
}): Promise<{ stop(): void }> {
  const { pool, clock, log } = parts;
  let timer: Timer | null = null;
  const look = async (): Promise<void> => {
    for (const at of [clock.now(), clock.now() + monthMs]) {
      await pool.ask((sql) => sql`SELECT atlasbridge.ensure_entries_of(${momentToIso(at)})`);
    }
  };
  const arm = (): void => {
    timer = clock.after(everyMs, () => {
      look()
        .catch((error: unknown) => log.error("partitions_missing", faultOf(error)))
        .finally(arm);
    });
  };
  await look();
  arm();
  return { stop: () => timer?.cancel() };
}
