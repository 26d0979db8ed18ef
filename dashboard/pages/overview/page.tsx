/** The fleet at a glance: what happened, whether that is more or less than before, and where to look first. */
import { A, useSearchParams } from "@solidjs/router";
import { createMemo, For, type JSX, lazy, Show, Suspense } from "solid-js";
import type { OverviewView } from "../../../contracts/cloud-views.ts";
import { cloud } from "../../cloud-api.ts";
import { pulse } from "../../fleet.ts";
import { counted, many, percent, pointsOf, type Trend, trendOf } from "../../parts/numbers.ts";
import { Shown, useAsked } from "../../parts/resource.tsx";
import { Empty, Loading } from "../../parts/states.tsx";
import { Line } from "../../parts/text.tsx";
import { FleetRow } from "../fleet-sessions/row.tsx";
import { bucketFor, nameOf, type Span, spanOf, spans, storyOf } from "./model.ts";
import "./overview.css";

const BarChart = lazy(async () => ({
  default: (await import("../../parts/chart.tsx")).BarChart,
}));
const LineChart = lazy(async () => ({
  default: (await import("../../parts/line-chart.tsx")).LineChart,
}));

const hourMs = 3_600_000;

export function Overview() {
  const [params, setParams] = useSearchParams<{ span?: string }>();
  const span = createMemo(() => spanOf(params.span));
  const asked = useAsked(
    () => ({ span: span(), pulse: pulse() }),
    async ({ span: chosen }) => {
      const to = Date.now();
      const from = to - chosen.hours * hourMs;
      return await cloud.fleet.overview.query({ from, to, bucket: bucketFor(chosen) });
    },
  );
  return (
    <div class="page">
      <div class="page-head">
        <h1>Overview</h1>
        <div class="end tabs" role="group" aria-label="Span of time">
          <For each={spans}>
            {(one) => (
              <button
                type="button"
                class="tab"
                aria-pressed={one.key === span().key}
                onClick={() => setParams({ span: one.key === "7d" ? null : one.key })}
              >
                {one.text}
              </button>
            )}
          </For>
        </div>
      </div>
      <Shown asked={asked} what="the overview" lines={8}>
        {(view) => (
          <Show when={view().agents.known > 0} fallback={<NothingYet />}>
            <p class="story">{storyOf(view(), span())}</p>
            <Tiles view={view()} />
            <Charts view={view()} />
          </Show>
        )}
      </Shown>
      <div class="two">
        <Waiting />
        <Rules span={span()} />
      </div>
    </div>
  );
}

function NothingYet() {
  return (
    <section class="card">
      <Empty title="No machine has sent anything yet" icon="agents">
        <p>
          Make a key under API keys, then enrol a machine with it. Its trace arrives here as it is
          written; what it shows of your terminals is up to that machine.
        </p>
        <code class="codeblock">atlasbridge cloud enroll {location.origin}</code>
      </Empty>
    </section>
  );
}

function Tiles(props: { view: OverviewView }) {
  const { total, before } = { total: () => props.view.total, before: () => props.view.before };
  return (
    <ul class="tiles" aria-label="Against the span before">
      <Tile
        name="Agents"
        to="/agents"
        value={many(props.view.agents.seen)}
        note={`of ${many(props.view.agents.known)} known have sent`}
      />
      <Tile
        name="Sessions"
        to="/sessions"
        value={many(total().sessions)}
        trend={trendOf(total().sessions, before().sessions)}
        note={`${many(props.view.sessions.open + props.view.sessions.waiting)} open now`}
      />
      <Tile
        name="Prompts"
        to="/decisions"
        value={many(total().prompts)}
        trend={trendOf(total().prompts, before().prompts)}
        note={`${many(total().auto_replied)} answered by policy`}
      />
      <Tile
        name="Left to people"
        to="/decisions?escalated=yes"
        value={percent(total().escalation_rate)}
        trend={pointsOf(total().escalation_rate, before().escalation_rate)}
        good="down"
        note={counted(total().escalated, "prompt")}
      />
      <Tile
        name="Matched by a rule"
        to="/decisions"
        value={percent(total().match_rate)}
        trend={pointsOf(total().match_rate, before().match_rate)}
        good="up"
        note={`of ${counted(total().decisions, "decision")}`}
      />
      <Tile
        name="Denied"
        to="/decisions?action=deny"
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

function Charts(props: { view: OverviewView }) {
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

function Waiting() {
  const asked = useAsked(pulseOnly, async () =>
    cloud.sessions.list.query({ state: "waiting", sort: "last_active", rows: 6 }),
  );
  return (
    <section class="card" aria-labelledby="waiting">
      <div class="card-head">
        <h2 id="waiting">Waiting for a person</h2>
        <A class="end small" href="/sessions?state=waiting">
          All
        </A>
      </div>
      <Shown asked={asked} what="what waits" lines={3}>
        {(view) => (
          <ul class="rows">
            <For
              each={view().rows}
              fallback={
                <li class="calm small soft">No session waits. Answers are given at the machine.</li>
              }
            >
              {(row) => (
                <li>
                  <FleetRow session={row} narrow />
                </li>
              )}
            </For>
          </ul>
        )}
      </Shown>
    </section>
  );
}

const pulseOnly = () => ({ pulse: pulse() });

function Rules(props: { span: Span }) {
  const asked = useAsked(
    () => ({ hours: props.span.hours, pulse: pulse() }),
    async ({ hours }) => await cloud.decisions.rules.query({ from: Date.now() - hours * hourMs }),
  );
  return (
    <section class="card" aria-labelledby="rules">
      <div class="card-head">
        <h2 id="rules">Rules that decided most</h2>
        <A class="end small" href="/decisions">
          All
        </A>
      </div>
      <Shown asked={asked} what="rules" lines={3}>
        {(view) => (
          <ul class="rows bars">
            <For
              each={view().rules.slice(0, 6)}
              fallback={<li class="calm small soft">Nothing was decided.</li>}
            >
              {({ rule_id: rule, decisions, share }) => (
                <li class="bar-row">
                  <Show when={rule} fallback={<span class="soft">no rule</span>}>
                    {(id) => <Line class="mono" text={id()} />}
                  </Show>
                  <span class="bar" aria-hidden="true">
                    <span style={{ width: `${(share ?? 0) * 100}%` }} />
                  </span>
                  <span class="num small">{many(decisions)}</span>
                  <span class="num small soft">{percent(share)}</span>
                </li>
              )}
            </For>
          </ul>
        )}
      </Shown>
    </section>
  );
}
