/** What became of the prompts of the last days, counted for a chart. */
import type { DaysView } from "../../../contracts/dashboard.ts";
import { limits } from "../../../contracts/limits.ts";
import { systemClock } from "../../../runtime/clock.ts";
import type { Cli } from "../cli.ts";
import { withTrace } from "../trace/source.ts";

const dayMs = 86_400_000;

/** The newest day last; days on which nothing ended are there as well. */
export async function lastDays(cli: Cli, count: number): Promise<DaysView> {
  const today = Math.floor(systemClock.now() / dayMs) * dayMs;
  const days = Array.from({ length: count }, (_, at): DaysView["days"][0] => {
    return { from: today - (count - 1 - at) * dayMs, outcomes: {} };
  });
  const first = days[0]?.from ?? today;
  return await withTrace(cli, (trace) => {
    const query = { kinds: ["prompt.closed"], last: limits.dashboardDaysEntriesMax } as const;
    for (const { kind, at, data } of trace?.entries(query) ?? []) {
      const day = days[Math.floor((at - first) / dayMs)];
      if (kind !== "prompt.closed" || at < first || day === undefined) continue;
      day.outcomes[data.outcome] = (day.outcomes[data.outcome] ?? 0) + 1;
    }
    return { days };
  });
}
