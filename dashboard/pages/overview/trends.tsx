/** What happened over a span of time, in numbers against the span before and in charts: of a fleet, or of one agent. */
import { A } from "@solidjs/router";
import { type JSX, lazy, Show, Suspense } from "solid-js";
import type { OverviewView } from "../../../contracts/cloud-views.ts";
import { counted, many, percent, pointsOf, type Trend, trendOf } from "../../parts/numbers.ts";
import { Loading } from "../../parts/states.tsx";
import { nameOf } from "./model.ts";
import "./overview.css";

const BarChart = lazy(async () => ({
  default: (await import("../../parts/chart.tsx")).BarChart,
}));
const LineChart = lazy(async () => ({
  default: (await import("../../parts/line-chart.tsx")).LineChart,
}));

type Props = {
  view: OverviewView;
  /** Of this agent alone. */
  agent?: string;
};

export function Tiles(props: Props) {
  const at = (path: string): string => {
    if (props.agent === undefined) return path;
    return `${path}${path.includes("?") ? "&" : "?"}agent=${props.agent}`;
  };
  const { total, before } = { total: () => props.view.total, before: () => props.view.before };
  return (
    <ul class="tiles" aria-label="Against the span before">
      <Show when={props.agent === undefined}>
        <Tile
          name="Agents"
          to="/agents"
          value={many(props.view.agents.seen)}
          note={`of ${many(props.view.agents.known)} known have sent`}
        />
      </Show>
      <Tile
        name="Sessions"
        to={at("/sessions")}
        value={many(total().sessions)}
        trend={trendOf(total().sessions, before().sessions)}
        note={`${many(props.view.sessions.open + props.view.sessions.waiting)} open now`}
      />
      <Tile
        name="Prompts"
        to={at("/decisions")}
        value={many(total().prompts)}
        trend={trendOf(total().prompts, before().prompts)}
        note={`${many(total().auto_replied)} answered by policy`}
      />
      <Tile
        name="Left to people"
        to={at("/decisions?escalated=yes")}
        value={percent(total().escalation_rate)}
        trend={pointsOf(total().escalation_rate, before().escalation_rate)}
        good="down"
        note={counted(total().escalated, "prompt")}
      />
      <Tile
        name="Matched by a rule"
        to={at("/decisions")}
        value={percent(total().match_rate)}
        trend={pointsOf(total().match_rate, before().match_rate)}
        good="up"
        note={`of ${counted(total().decisions, "decision")}`}
      />
      <Tile
        name="Denied"
        to={at("/decisions?action=deny")}
        value={many(total().denied)}
        trend={trendOf(total().denied, before().denied)}
        note="refused by policy"
      />
    </ul>
  );
}

type TileProps = {
  name: string;
  to: string;
  value: string;
  note: string;
  trend?: Trend | null;
  good?: Trend["way"];
};

function Tile(props: TileProps) {
  const tone = (trend: Trend): string => {
    if (props.good === undefined || trend.way === "level") return "";
    return trend.way === props.good ? "good" : "warn";
  };
  return (
    <li>
      <A class="tile" href={props.to}>
        <span class="tile-name">{props.name}</span>
        <span class="tile-value">
          {props.value}
          <Show when={props.trend}>
            {(trend) => (
              <span class={`chip ${tone(trend())}`} title="against the span before">
                {trend().text}
              </span>
            )}
          </Show>
        </span>
        <span class="tile-note">{props.note}</span>
      </A>
    </li>
  );
}

export function Charts(props: { view: OverviewView }) {
  const at = () => props.view.points.map((point) => point.at);
  const name = () => nameOf(props.view.bucket);
  const values = (field: "auto_replied" | "denied" | "left_to_person" | "notified") =>
    props.view.points.map((point) => point[field]);
  return (
    <div class="two wide-first">
      <ChartCard title="Decisions" note="what became of each prompt">
        <BarChart
          label="Decisions over time"
          at={at()}
          name={name()}
          series={[
            { name: "answered by policy", colour: "--good", values: values("auto_replied") },
            { name: "denied", colour: "--bad", values: values("denied") },
            {
              ...{ name: "left to a person", colour: "--warn" },
              values: props.view.points.map((one) => one.left_to_person + one.notified),
            },
          ]}
        />
      </ChartCard>
      <ChartCard title="Rates" note="how much policy takes off people's hands">
        <LineChart
          label="Rates over time"
          at={at()}
          name={name()}
          series={[
            {
              ...{ name: "matched by a rule", colour: "--accent" },
              values: props.view.points.map((one) => one.match_rate),
            },
            {
              ...{ name: "left to people", colour: "--warn" },
              values: props.view.points.map((one) => one.escalation_rate),
            },
          ]}
        />
      </ChartCard>
    </div>
  );
}

function ChartCard(props: { title: string; note: string; children: JSX.Element }) {
  return (
    <section class="card" aria-label={props.title}>
      <div class="card-head">
        <h2>{props.title}</h2>
        <span class="small soft">{props.note}</span>
      </div>
      <div class="card-body chart-place">
        <Suspense fallback={<Loading what="the chart" lines={4} />}>{props.children}</Suspense>
      </div>
    </section>
  );
}
