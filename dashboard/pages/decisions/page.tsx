/** What was decided of every prompt, by which rule; how often each rule decides; narrowed by the address. */
import { A, useSearchParams } from "@solidjs/router";
import { createEffect, createMemo, For, Show } from "solid-js";
import type { DecisionRow, RuleRow } from "../../../contracts/cloud-views.ts";
import { cloud } from "../../cloud-api.ts";
import { pulse } from "../../fleet.ts";
import { many, percent } from "../../parts/numbers.ts";
import { followed, usePages } from "../../parts/pages.ts";
import { Shown, useAsked } from "../../parts/resource.tsx";
import { save } from "../../parts/save.ts";
import { Empty } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";
import { Line, Said } from "../../parts/text.tsx";
import { When } from "../../parts/time.tsx";
import { toast } from "../../parts/toast.tsx";
import { PagedRows } from "../../parts/virtual-rows.tsx";
import { actionOf } from "../fleet-session/model.ts";
import { Choice } from "../../parts/choice.tsx";
import { agentName } from "../fleet-sessions/row.tsx";
import "./decisions.css";

type Params = {
  action?: string;
  rule?: string;
  risk?: string;
  escalated?: string;
  span?: string;
  agent?: string;
};
type Wanted = Omit<Parameters<typeof cloud.decisions.list.query>[0], "rows" | "cursor">;

const actions = ["auto_reply", "deny", "require_human", "notify_only"] as const;
const risks = ["low", "medium", "high", "critical"] as const;
const pageRows = 100;
const dayMs = 86_400_000;
const spans: Readonly<Record<string, number>> = { "24h": 1, "7d": 7, "30d": 30, "90d": 90 };

function wantedOf(params: Params): Wanted {
  const action = actions.find((one) => one === params.action);
  const risk = risks.find((one) => one === params.risk);
  const days = spans[params.span ?? ""];
  return {
    ...(action === undefined ? {} : { action }),
    ...(risk === undefined ? {} : { risk }),
    ...(params.rule === undefined ? {} : { rule_id: params.rule === "-" ? null : params.rule }),
    ...(params.agent === undefined ? {} : { agent_id: params.agent }),
    ...(params.escalated === undefined ? {} : { escalated: params.escalated === "yes" }),
    ...(days === undefined ? {} : { from: Date.now() - days * dayMs }),
  };
}

export function Decisions() {
  const [params, setParams] = useSearchParams<Params>();
  const key = createMemo(() => JSON.stringify({ ...params }));
  const pages = usePages<DecisionRow, string>(
    async (cursor) => {
      const input = { ...wantedOf(params), rows: pageRows, ...(cursor === null ? {} : { cursor }) };
      return await cloud.decisions.list.query(input);
    },
    { key: (row) => `${row.agent_id} ${row.prompt_id}`, full: pageRows },
  );
  createEffect((before?: string) => (pulse(), followed(pages, before, key())));
  const set = (name: keyof Params, value: string): void =>
    setParams({ [name]: value === "" ? null : value }, { scroll: false });
  const exported = async (): Promise<void> => {
    try {
      save(await cloud.decisions.export.query({ ...wantedOf(params), format: "csv" }));
    } catch (error) {
      toast(error instanceof Error ? error.message : "it could not be saved", "bad");
    }
  };
  return (
    <div class="page">
      <div class="page-head">
        <h1>Decisions</h1>
        <div class="end">
          <button type="button" class="button small" onClick={() => void exported()}>
            Save as CSV
          </button>
        </div>
      </div>
      <Rates
        span={params.span}
        agent={params.agent}
        chosen={params.rule}
        choose={(rule) => set("rule", rule)}
      />
      <Filters params={params} set={set} />
      <section class="card" aria-label="Decisions">
        <div class="list-head decision-row">
          <span>Decision</span>
          <span>Rule and reason</span>
          <span>Tool and agent</span>
          <span>Risk</span>
          <span>Ended</span>
          <span class="right">When</span>
        </div>
        <PagedRows
          pages={pages}
          what="decisions"
          rowPx={52}
          empty={
            <Empty title="No decision fits">
              <p>Take a filter away, or look at more time.</p>
            </Empty>
          }
        >
          {(row) => <Row row={row()} />}
        </PagedRows>
      </section>
    </div>
  );
}

function Filters(props: { params: Params; set(name: keyof Params, value: string): void }) {
  const params = () => props.params;
  return (
    <div class="filters">
      <Choice name="Decision" value={params().action} set={(value) => props.set("action", value)}>
        {[["", "every decision"], ...actions.map((one) => [one, actionOf(one).text])]}
      </Choice>
      <Choice name="Risk" value={params().risk} set={(value) => props.set("risk", value)}>
        {[["", "every risk"], ...risks.map((one) => [one, `${one} risk`])]}
      </Choice>
      <Choice name="Person" value={params().escalated} set={(to) => props.set("escalated", to)}>
        {[
          ["", "with and without a person"],
          ["yes", "a person was called"],
          ["no", "nobody was called"],
        ]}
      </Choice>
      <Choice name="Time" value={params().span} set={(value) => props.set("span", value)}>
        {[
          ["", "at any time"],
          ["24h", "in 24 hours"],
          ["7d", "in 7 days"],
          ["30d", "in 30 days"],
          ["90d", "in 90 days"],
        ]}
      </Choice>
      <Show when={params().rule}>
        {(rule) => (
          <button type="button" class="button small" onClick={() => props.set("rule", "")}>
            {rule() === "-" ? "no rule" : <Said text={`rule ${rule()}`} />} ✕
            <span class="unseen">: take this filter away</span>
          </button>
        )}
      </Show>
      <Show when={params().agent}>
        {(agent) => (
          <button type="button" class="button small" onClick={() => props.set("agent", "")}>
            <Said text={`agent ${agent().slice(-6)}`} /> ✕
            <span class="unseen">: take this filter away</span>
          </button>
        )}
      </Show>
    </div>
  );
}

function Row(props: { row: DecisionRow }) {
  const row = () => props.row;
  const path = () =>
    row().session_id === null
      ? "/sessions"
      : `/agents/${row().agent_id}/sessions/${row().session_id}`;
  return (
    <A class="list-row decision-row" href={path()} data-row>
      <span>
        <span class={`chip ${actionOf(row().action).tone}`}>{actionOf(row().action).text}</span>
      </span>
      <span class="why">
        <Line class="mono small" text={row().rule_id ?? "no rule"} />
        <Line class="small soft" text={row().reason ?? ""} />
      </span>
      <span class="small from">
        <Line
          text={`${row().tool ?? "?"} · ${(row().prompt_kind ?? "prompt").replaceAll("_", " ")}`}
        />
        <Line class="soft" text={agentName(row())} />
      </span>
      <span class="small risk-cell">{row().risk ?? "–"}</span>
      <span class="small ended">{(row().outcome ?? "still open").replaceAll("_", " ")}</span>
      <span class="small soft right">
        <When at={row().at} />
      </span>
    </A>
  );
}

type RatesProps = {
  span: string | undefined;
  agent: string | undefined;
  chosen: string | undefined;
  choose(rule: string): void;
};

function Rates(props: RatesProps) {
  const days = () => spans[props.span ?? ""] ?? 7;
  const asked = useAsked(
    () => ({ days: days(), agent: props.agent, pulse: pulse() }),
    async (wanted) =>
      await cloud.decisions.rules.query({
        from: Date.now() - wanted.days * dayMs,
        ...(wanted.agent === undefined ? {} : { agent_id: wanted.agent }),
      }),
  );
  return (
    <section class="card" aria-labelledby="rates">
      <div class="card-head">
        <h2 id="rates">Rates of rules</h2>
        <span class="small soft">in the last {days() === 1 ? "24 hours" : `${days()} days`}</span>
      </div>
      <Shown asked={asked} what="rates" lines={4}>
        {(view) => (
          <Show
            when={view().rules.length > 0}
            fallback={<p class="card-body small soft">Nothing was decided.</p>}
          >
            <Table
              label="Rates of rules"
              head={[
                "Rule",
                { text: "Decisions", class: "num" },
                { text: "Of all", class: "num" },
                "What it does",
              ]}
            >
              <For each={view().rules.slice(0, 12)}>
                {(rule) => <RateRow rule={rule} choose={props.choose} />}
              </For>
            </Table>
          </Show>
        )}
      </Shown>
    </section>
  );
}

function RateRow(props: { rule: RuleRow; choose(rule: string): void }) {
  const parts = () => {
    const { auto_replied, denied, left_to_person, notified } = props.rule;
    return [
      { text: "answered", count: auto_replied, tone: "good" },
      { text: "denied", count: denied, tone: "bad" },
      { text: "left to people", count: left_to_person + notified, tone: "warn" },
    ].filter(({ count }) => count > 0);
  };
  return (
    <tr>
      <th scope="row">
        <button
          type="button"
          class="as-link mono"
          onClick={() => props.choose(props.rule.rule_id ?? "-")}
        >
          <Said text={props.rule.rule_id ?? "no rule"} />
        </button>
      </th>
      <td class="num">{many(props.rule.decisions)}</td>
      <td class="num">{percent(props.rule.share)}</td>
      <td>
        <span
          class="split"
          title={parts()
            .map((one) => `${one.count} ${one.text}`)
            .join(", ")}
        >
          <For each={parts()}>
            {({ count, tone }) => (
              <span
                class={tone}
                style={{ width: `${(count / Math.max(1, props.rule.decisions)) * 100}%` }}
              />
            )}
          </For>
        </span>
        <span class="unseen">
          {parts()
            .map((one) => `${one.count} ${one.text}`)
            .join(", ")}
        </span>
      </td>
    </tr>
  );
}
