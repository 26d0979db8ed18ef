/** The last days at a glance: how much policy took off the person's hands. */
import { Show } from "solid-js";
import type { DaysView } from "../../../contracts/dashboard.ts";
import { api } from "../../api.ts";
import { BarChart, type Series } from "../../parts/chart.tsx";
import { Shown, useAsked } from "../../parts/resource.tsx";
import { shareAnswered, trendSeries } from "./model.ts";

const days = 14;
const dayName = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

export function Trend() {
  const asked = useAsked(
    () => true,
    async () => await api.sessions.days.query({ days }),
  );
  return (
    <section class="card" aria-labelledby="trend">
      <div class="card-head">
        <h2 id="trend">Prompts of the last {days} days</h2>
        <Show when={asked.value()}>
          {(view) => <span class="soft small">{shareText(view())}</span>}
        </Show>
      </div>
      <div class="card-body">
        <Shown asked={asked} what="the last days">
          {(view) => (
            <BarChart
              label={`Prompts of the last ${days} days by what became of them`}
              at={view().days.map(({ from }) => from)}
              series={trendSeries(view()) satisfies Series[]}
              name={(at) => dayName.format(at)}
            />
          )}
        </Shown>
      </div>
    </section>
  );
}

function shareText(view: DaysView): string {
  const { prompts, answered } = shareAnswered(view);
  if (prompts === 0) return "nothing was asked";
  return `${prompts} prompts, ${Math.round((100 * answered) / prompts)} % answered by policy`;
}
