/** The fleet at a glance: what happened, whether that is more or less than before, and where to look first. */
import { A, useSearchParams } from "@solidjs/router";
import { createMemo, For, Show } from "solid-js";
import { cloud } from "../../cloud-api.ts";
import { pulse } from "../../fleet.ts";
import { many, percent } from "../../parts/numbers.ts";
import { Shown, useAsked } from "../../parts/resource.tsx";
import { Empty } from "../../parts/states.tsx";
import { Line } from "../../parts/text.tsx";
import { FleetRow } from "../fleet-sessions/row.tsx";
import { bucketFor, type Span, spanOf, spans, storyOf } from "./model.ts";
import { Charts, Tiles } from "./trends.tsx";

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
