/** Every session of the organisation: narrowed, sorted, a page at a time, saved as a file. The address says how. */
import { useSearchParams } from "@solidjs/router";
import { createEffect, createMemo } from "solid-js";
import type { SessionSort } from "../../../contracts/cloud-views.ts";
import { cloud } from "../../cloud-api.ts";
import { pulse } from "../../fleet.ts";
import { Choice } from "../../parts/choice.tsx";
import { followed, usePages } from "../../parts/pages.ts";
import { useAsked } from "../../parts/resource.tsx";
import { save } from "../../parts/save.ts";
import { Empty } from "../../parts/states.tsx";
import { toast } from "../../parts/toast.tsx";
import { PagedRows } from "../../parts/virtual-rows.tsx";
import { agentName, FleetRow, stateText } from "./row.tsx";

type Params = {
  q?: string;
  state?: string;
  tool?: string;
  agent?: string;
  sort?: string;
  order?: string;
  span?: string;
};

const states = ["open", "waiting", "ended"] as const;
const sorts: readonly SessionSort[] = ["started", "last_active", "prompts", "escalated"];
const dayMs = 86_400_000;
const spans: Readonly<Record<string, number>> = { "24h": 1, "7d": 7, "30d": 30, "90d": 90 };

type Wanted = Omit<Parameters<typeof cloud.sessions.list.query>[0], "rows" | "cursor"> & {
  sort: SessionSort;
  order: Order;
};

function wantedOf(params: Params): Wanted {
  const text = params.q?.trim() ?? "";
  const state = states.find((one) => one === params.state);
  const days = spans[params.span ?? ""];
  return {
    sort: sorts.find((one) => one === params.sort) ?? "started",
    order: params.order === "ascending" ? "ascending" : "descending",
    ...(text === "" ? {} : { text: text.slice(0, 200) }),
    ...(state === undefined ? {} : { state }),
    ...(params.tool === undefined ? {} : { tool: params.tool }),
    ...(params.agent === undefined ? {} : { agent_id: params.agent }),
    ...(days === undefined ? {} : { from: Date.now() - days * dayMs }),
  };
}

export function FleetSessions() {
  const [params, setParams] = useSearchParams<Params>();
  const key = createMemo(() => JSON.stringify({ ...params }));
  const pages = usePages<Awaited<ReturnType<typeof ask>>["rows"][number], string>(
    (cursor) => ask(wantedOf(params), cursor),
    { key: (row) => `${row.agent_id} ${row.session_id}`, full: pageRows },
  );
  createEffect((before?: string) => (pulse(), followed(pages, before, key())));
  const isNarrowed = () =>
    ["q", "state", "tool", "agent", "span"].some((name) => Reflect.get(params, name) !== undefined);
  const set = (name: keyof Params, value: string): void =>
    setParams({ [name]: value === "" ? null : value }, { scroll: false, replace: name === "q" });
  return (
    <div class="page">
      <div class="page-head">
        <h1>Sessions</h1>
        <div class="end">
          <button
            type="button"
            class="button small"
            onClick={() => void exported(wantedOf(params), "csv")}
          >
            Save as CSV
          </button>
          <button
            type="button"
            class="button small"
            onClick={() => void exported(wantedOf(params), "jsonl")}
          >
            Save as JSON lines
          </button>
        </div>
      </div>
      <Filters params={params} set={set} />
      <section class="card" aria-label="Sessions">
        <Head
          sort={wantedOf(params).sort}
          order={wantedOf(params).order}
          by={(sort, order) =>
            setParams({ sort, order: order === "descending" ? null : order }, { scroll: false })
          }
        />
        <PagedRows
          pages={pages}
          what="sessions"
          rowPx={46}
          empty={<Nothing isNarrowed={isNarrowed()} />}
        >
          {(row) => <FleetRow session={row()} />}
        </PagedRows>
      </section>
    </div>
  );
}

const pageRows = 100;

const ask = async (wanted: Wanted, cursor: string | null) =>
  await cloud.sessions.list.query({
    ...wanted,
    rows: pageRows,
    ...(cursor === null ? {} : { cursor }),
  });

async function exported(wanted: Wanted, format: "csv" | "jsonl"): Promise<void> {
  try {
    const file = await cloud.sessions.export.query({ ...wanted, format });
    save(file);
    if (!file.is_whole) toast(`These are the first ${file.rows} rows; narrow them for the rest.`);
  } catch (error) {
    toast(error instanceof Error ? error.message : "it could not be saved", "bad");
  }
}

function Nothing(props: { isNarrowed: boolean }) {
  return (
    <Empty title={props.isNarrowed ? "No session fits" : "No session yet"}>
      <p>
        {props.isNarrowed
          ? "Search for another word, or take a filter away."
          : "Each governed run of an enrolled machine is listed here as soon as its trace arrives."}
      </p>
    </Empty>
  );
}

function Filters(props: { params: Params; set(name: keyof Params, value: string): void }) {
  const facets = useAsked(
    () => true,
    async () => await cloud.sessions.facets.query(),
  );
  return (
    <div class="filters">
      <input
        class="input grow"
        type="search"
        data-search
        aria-label="Search sessions"
        placeholder="Tool, agent, id; label, command and folder where they were shared"
        maxLength={200}
        value={props.params.q ?? ""}
        onInput={({ currentTarget: { value } }) => props.set("q", value)}
      />
      <Choice name="State" value={props.params.state} set={(value) => props.set("state", value)}>
        {[["", "every state"], ...states.map((one) => [one, stateText[one]] as const)]}
      </Choice>
      <Choice name="Tool" value={props.params.tool} set={(value) => props.set("tool", value)}>
        {[
          ["", "every tool"],
          ...(facets.value()?.tools ?? []).map(({ tool }) => [tool, tool] as const),
        ]}
      </Choice>
      <Choice name="Agent" value={props.params.agent} set={(value) => props.set("agent", value)}>
        {[
          ["", "every agent"],
          ...(facets.value()?.agents ?? []).map(
            ({ agent_id, label }) =>
              [agent_id, agentName({ agent_id, agent_label: label })] as const,
          ),
        ]}
      </Choice>
      <Choice name="Begun" value={props.params.span} set={(value) => props.set("span", value)}>
        {[
          ["", "at any time"],
          ["24h", "in 24 hours"],
          ["7d", "in 7 days"],
          ["30d", "in 30 days"],
          ["90d", "in 90 days"],
        ]}
      </Choice>
    </div>
  );
}

type Order = "ascending" | "descending";

function Head(props: {
  sort: SessionSort;
  order: Order;
  by(sort: SessionSort, order: Order): void;
}) {
  const Sort = (own: { sort: SessionSort; text: string; class: string }) => {
    const isBy = () => props.sort === own.sort;
    const next = (): Order => (isBy() && props.order === "descending" ? "ascending" : "descending");
    return (
      <span class={own.class}>
        <button
          type="button"
          aria-pressed={isBy()}
          aria-label={`Sort by ${own.text}${isBy() ? `, now ${props.order}` : ""}`}
          onClick={() => props.by(own.sort, next())}
        >
          {own.text}
          {isBy() ? (props.order === "descending" ? " ↓" : " ↑") : ""}
        </button>
      </span>
    );
  };
  return (
    <div class="list-head fleet-head">
      <span>Tool</span>
      <span>Agent</span>
      <Sort sort="last_active" text="Last active" class="" />
      <Sort sort="prompts" text="Prompts" class="right" />
      <Sort sort="escalated" text="To people" class="right people" />
      <span class="right rate">Matched</span>
      <Sort sort="started" text="Begun" class="right" />
    </div>
  );
}
