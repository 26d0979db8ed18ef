/** One agent: how its trace stands and arrives, what it did lately, and what contradicted it. */
import { A, useParams, useSearchParams } from "@solidjs/router";
import { createMemo, createSignal, For, Show } from "solid-js";
import { agentId } from "../../../contracts/ids.ts";
import { cloud } from "../../cloud-api.ts";
import { may, pulse } from "../../fleet.ts";
import { many } from "../../parts/numbers.ts";
import { Shown, useAsked } from "../../parts/resource.tsx";
import { Empty } from "../../parts/states.tsx";
import { Line, Said } from "../../parts/text.tsx";
import { When } from "../../parts/time.tsx";
import { copy } from "../../parts/toast.tsx";
import { Acts, type AgentRow, Dialogs, type Doing, HealthChips } from "../agents/acts.tsx";
import { Recheck } from "../fleet-integrity/recheck.tsx";
import { standings } from "../fleet-integrity/standing.ts";
import { agentName, FleetRow } from "../fleet-sessions/row.tsx";
import { concernTexts, healthOf, seconds } from "../ingestion/model.ts";
import { bucketFor, spanOf, spans } from "../overview/model.ts";
import { Charts, Tiles } from "../overview/trends.tsx";

const hourMs = 3_600_000;

async function ask(id: string, isOperator: boolean): Promise<AgentRow | null> {
  const parsed = agentId.safeParse(id);
  if (!parsed.success) return null;
  const which = { agent_id: parsed.data, rows: 1 };
  const [{ agents }, health] = await Promise.all([
    cloud.integrity.agents.query(which),
    isOperator ? cloud.ingestion.health.query(which) : [],
  ]);
  const [row] = agents;
  return row === undefined ? null : { ...row, health: healthOf(health, row.agent_id) };
}

export function Agent() {
  const params = useParams<{ agent: string }>();
  const [doing, setDoing] = createSignal<Doing | null>(null);
  const asked = useAsked(
    () => ({ id: params.agent, isOperator: may("operator"), pulse: pulse() }),
    async ({ id, isOperator }) => ({ row: await ask(id, isOperator) }),
  );
  return (
    <div class="page">
      <Shown asked={asked} what="the agent" lines={8}>
        {(found) => (
          <Show when={found().row} fallback={<Unknown />}>
            {(row) => (
              <>
                <Head row={row()} set={setDoing} />
                <Standing row={row()} />
                <Lately id={row().agent_id} />
                <Sessions id={row().agent_id} />
              </>
            )}
          </Show>
        )}
      </Shown>
      <Dialogs doing={doing()} close={() => setDoing(null)} again={asked.again} />
    </div>
  );
}

function Unknown() {
  return (
    <section class="card">
      <Empty title="There is no such agent here" icon="agents">
        <a class="button" href="/agents">
          Go to the agents
        </a>
      </Empty>
    </section>
  );
}

function Head(props: { row: AgentRow; set(doing: Doing): void }) {
  const row = () => props.row;
  return (
    <div class="page-head">
      <h1>
        <Said text={agentName({ agent_id: row().agent_id, agent_label: row().label })} />
      </h1>
      <span class={`chip ${standings[row().standing].tone}`}>{standings[row().standing].text}</span>
      <Show when={row().incidents_open > 0}>
        <A class="chip bad" href={`/incidents?agent=${row().agent_id}`}>
          {row().incidents_open} open
          <span class="unseen"> incidents</span>
        </A>
      </Show>
      <Show when={row().health}>{(health) => <HealthChips health={health()} />}</Show>
      <div class="end">
        <button
          type="button"
          class="button small"
          onClick={() => void copy(row().agent_id, "The agent's id")}
        >
          Copy id
        </button>
        <Show when={may("operator")}>
          <Acts row={row()} set={props.set} />
        </Show>
      </div>
    </div>
  );
}

function Standing(props: { row: AgentRow }) {
  const row = () => props.row;
  return (
    <section class="card" aria-labelledby="standing">
      <div class="card-head">
        <h2 id="standing">Trace</h2>
        <span class="small soft">{standings[row().standing].more}</span>
      </div>
      <div class="card-body stack">
        <dl class="facts">
          <dt>Entries</dt>
          <dd>
            {many(row().head_seq)}
            <Show when={row().last_entry_at}>
              {(at) => (
                <>
                  , the last <When at={at()} />
                </>
              )}
            </Show>
            <Show when={row().kept_from_seq > 1}>
              ; kept from entry {many(row().kept_from_seq)} on
            </Show>
          </dd>
          <Show when={row().key}>
            {(key) => (
              <>
                <dt>Key</dt>
                <dd>
                  <Line class="mono" text={key()} />
                </dd>
              </>
            )}
          </Show>
          <Show when={row().health}>{(health) => <Arrives health={health()} />}</Show>
        </dl>
        <Recheck agentId={row().agent_id} note={row().checkpoint?.note ?? null} />
      </div>
    </section>
  );
}

function Arrives(props: { health: NonNullable<AgentRow["health"]> }) {
  const health = () => props.health;
  return (
    <>
      <dt>Runs</dt>
      <dd>
        <Said text={`${health().platform} ${health().version}`} />
      </dd>
      <dt>Arrives</dt>
      <dd>
        <Show when={health().last_seen_at} fallback="nothing has come yet">
          {(at) => (
            <>
              last batch <When at={at()} />
            </>
          )}
        </Show>
        , {seconds(health().lag_seconds)} after it was written; its clock is off by{" "}
        {seconds(health().skew_seconds)}
      </dd>
      <Show when={health().concerns.length > 0}>
        <dt>Concerns</dt>
        <dd>
          <For each={health().concerns}>
            {(concern) => <div class="bad-text">{concernTexts[concern]}</div>}
          </For>
        </dd>
      </Show>
      <For each={health().refusals}>
        {({ reason, times, last_at: at }) => (
          <>
            <dt>Refused</dt>
            <dd>
              {reason}, {many(times)} times, last <When at={at} />
            </dd>
          </>
        )}
      </For>
    </>
  );
}

function Lately(props: { id: AgentRow["agent_id"] }) {
  const [params, setParams] = useSearchParams<{ span?: string }>();
  const span = createMemo(() => spanOf(params.span));
  const asked = useAsked(
    () => ({ id: props.id, span: span(), pulse: pulse() }),
    async ({ id, span: chosen }) => {
      const to = Date.now();
      const from = to - chosen.hours * hourMs;
      const bucket = bucketFor(chosen);
      return await cloud.fleet.overview.query({ agent_id: id, from, to, bucket });
    },
  );
  return (
    <>
      <div class="page-head">
        <h2>Lately</h2>
        <div class="end tabs" role="group" aria-label="Span of time">
          <For each={spans}>
            {(one) => (
              <button
                type="button"
                class="tab"
                aria-pressed={one.key === span().key}
                onClick={() =>
                  setParams({ span: one.key === "7d" ? null : one.key }, { scroll: false })
                }
              >
                {one.text}
              </button>
            )}
          </For>
        </div>
      </div>
      <Shown asked={asked} what="what it did" lines={6}>
        {(view) => (
          <>
            <Tiles view={view()} agent={props.id} />
            <Charts view={view()} />
          </>
        )}
      </Shown>
    </>
  );
}

function Sessions(props: { id: AgentRow["agent_id"] }) {
  const asked = useAsked(
    () => ({ id: props.id, pulse: pulse() }),
    async ({ id }) => await cloud.sessions.list.query({ agent_id: id, rows: 8 }),
    "session_id",
  );
  return (
    <section class="card" aria-labelledby="its-sessions">
      <div class="card-head">
        <h2 id="its-sessions">Sessions</h2>
        <A class="end small" href={`/sessions?agent=${props.id}`}>
          All
        </A>
      </div>
      <Shown asked={asked} what="its sessions" lines={4}>
        {(view) => (
          <ul class="rows">
            <For
              each={view().rows}
              fallback={<li class="card-body small soft">Nothing has come of it yet.</li>}
            >
              {(row) => (
                <li>
                  <FleetRow session={row} />
                </li>
              )}
            </For>
          </ul>
        )}
      </Shown>
    </section>
  );
}
