/** The machines that send: how each stands, when it was last heard; named, known beforehand, and shut out by operators. */
import { A } from "@solidjs/router";
import { createEffect, createSignal, Index, Show } from "solid-js";
import { cloud } from "../../cloud-api.ts";
import { may, pulse } from "../../fleet.ts";
import { PagedTable } from "../../parts/more.tsx";
import { many } from "../../parts/numbers.ts";
import { followed, usePages } from "../../parts/pages.ts";
import { Empty } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";
import { Said } from "../../parts/text.tsx";
import { When } from "../../parts/time.tsx";
import { standings } from "../fleet-integrity/standing.ts";
import { healthOf } from "../ingestion/model.ts";
import { Acts, type AgentRow, Dialogs, type Doing, HealthChips } from "./acts.tsx";

const pageRows = 100;

async function ask(after: AgentRow["agent_id"] | null, isOperator: boolean) {
  const page = { rows: pageRows, ...(after === null ? {} : { after }) };
  const [{ agents, next }, health] = await Promise.all([
    cloud.integrity.agents.query(page),
    isOperator ? cloud.ingestion.health.query(page) : [],
  ]);
  const rows = agents.map((row): AgentRow => ({ ...row, health: healthOf(health, row.agent_id) }));
  return { rows, next };
}

export function Agents() {
  const [doing, setDoing] = createSignal<Doing | null>(null);
  const pages = usePages<AgentRow, AgentRow["agent_id"]>((after) => ask(after, may("operator")), {
    key: ({ agent_id: id }) => id,
    full: pageRows,
  });
  createEffect((before?: string) => (pulse(), followed(pages, before, String(may("operator")))));
  return (
    <div class="page">
      <div class="page-head">
        <h1>Agents</h1>
        <Show when={may("operator")}>
          <div class="end">
            <button type="button" class="button" onClick={() => setDoing({ what: "register" })}>
              Register an agent
            </button>
          </div>
        </Show>
        <p class="soft">
          An agent is one installation of AtlasBridge. It sends of its own accord; nothing here
          reaches it.
        </p>
      </div>
      <section class="card" aria-label="Agents">
        <PagedTable
          pages={pages}
          what="agents"
          empty={
            <Empty title="No agent yet" icon="agents">
              <p>A machine is listed here once it was enrolled, or registered beforehand.</p>
            </Empty>
          }
        >
          <AgentTable rows={pages.rows()} set={setDoing} />
        </PagedTable>
      </section>
      <Dialogs doing={doing()} close={() => setDoing(null)} again={() => pages.refresh()} />
    </div>
  );
}

function AgentTable(props: { rows: readonly AgentRow[]; set(doing: Doing): void }) {
  return (
    <Table
      label="Agents"
      head={[
        "Agent",
        "Trace",
        { text: "Entries", class: "num" },
        "Last entry",
        ...(may("operator") ? ["Health", "Version", ""] : []),
      ]}
    >
      <Index each={props.rows}>
        {(row) => (
          <tr data-row tabindex="-1">
            <th scope="row">
              <A href={`/agents/${row().agent_id}`}>
                <Said text={row().label ?? `agent ${row().agent_id.slice(-6)}`} />
              </A>
              <div class="short-id">{row().agent_id}</div>
            </th>
            <td>
              <span class={`chip ${standings[row().standing].tone}`}>
                {standings[row().standing].text}
              </span>
            </td>
            <td class="num">{many(row().head_seq)}</td>
            <td class="nowrap">
              <Show when={row().last_entry_at} fallback="never">
                {(at) => <When at={at()} />}
              </Show>
            </td>
            <Show when={may("operator")}>
              <td>
                <HealthChips health={row().health} />
              </td>
              <td>
                <Said text={row().health?.version ?? "–"} />
              </td>
              <td class="num">
                <Acts row={row()} set={props.set} />
              </td>
            </Show>
          </tr>
        )}
      </Index>
    </Table>
  );
}
