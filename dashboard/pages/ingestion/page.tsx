/** How what agents send arrives: what is missing, contradicts, was refused and why, how late and by which clock. */
import { A } from "@solidjs/router";
import { createEffect, For, Index, Show } from "solid-js";
import { cloud } from "../../cloud-api.ts";
import { pulse } from "../../fleet.ts";
import { PagedTable } from "../../parts/more.tsx";
import { counted, many } from "../../parts/numbers.ts";
import { followed, usePages } from "../../parts/pages.ts";
import { Shown, useAsked } from "../../parts/resource.tsx";
import { Empty } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";
import { Line, Said } from "../../parts/text.tsx";
import { When } from "../../parts/time.tsx";
import { HealthChips } from "../agents/acts.tsx";
import { concernTexts, type Health, seconds } from "./model.ts";

const pageRows = 100;

export function Ingestion() {
  const pages = usePages<Health, string>(
    async (after) => {
      const input = { rows: pageRows, ...(after === null ? {} : { after }) };
      const rows = await cloud.ingestion.health.query(input);
      return { rows, next: rows.length < pageRows ? null : (rows.at(-1)?.agent_id ?? null) };
    },
    { key: ({ agent_id: id }) => id, full: pageRows },
  );
  createEffect((before?: string) => (pulse(), followed(pages, before, "all")));
  return (
    <div class="page">
      <div class="page-head">
        <h1>Ingestion</h1>
        <p class="soft">
          Agents send on their own and try again by themselves. What is listed as a concern is what
          somebody should look at on that machine.
        </p>
      </div>
      <section class="card" aria-label="Health of each agent">
        <PagedTable
          pages={pages}
          what="the health of agents"
          empty={<Empty title="Nothing has arrived yet" icon="ingestion" />}
        >
          <Table
            label="Health of each agent"
            head={[
              "Agent",
              "Concerns",
              "Last batch",
              { text: "Lag", class: "num" },
              { text: "Clock", class: "num" },
              { text: "Gaps", class: "num" },
              { text: "Forks", class: "num" },
              "Refused",
            ]}
          >
            <Index each={pages.rows()}>{(row) => <Row row={row()} />}</Index>
          </Table>
        </PagedTable>
      </section>
      <Unattributed />
    </div>
  );
}

function Row(props: { row: Health }) {
  const row = () => props.row;
  return (
    <tr data-row tabindex="-1">
      <th scope="row">
        <A href={`/agents/${row().agent_id}`}>
          <Said text={row().label ?? `agent ${row().agent_id.slice(-6)}`} />
        </A>
        <div class="soft small">
          <Said text={`${row().platform} ${row().version}`} />
        </div>
      </th>
      <td>
        <HealthChips health={row()} />
        <For each={row().concerns}>
          {(concern) => <div class="soft small">{concernTexts[concern]}</div>}
        </For>
      </td>
      <td class="nowrap">
        <Show when={row().last_seen_at} fallback="never">
          {(at) => <When at={at()} />}
        </Show>
      </td>
      <td class="num">{seconds(row().lag_seconds)}</td>
      <td class="num">{seconds(row().skew_seconds)}</td>
      <td class="num">{many(row().gaps)}</td>
      <td class="num">{many(row().forks)}</td>
      <td>
        <For each={row().refusals} fallback={<span class="soft">never</span>}>
          {({ reason, times, last_at: at }) => (
            <div>
              {reason} <span class="soft">{counted(times, "time")}, last </span>
              <When at={at} class="soft" />
            </div>
          )}
        </For>
      </td>
    </tr>
  );
}

function Unattributed() {
  const asked = useAsked(
    () => ({ pulse: pulse() }),
    async () => await cloud.ingestion.refusals.query(),
  );
  return (
    <section class="card" aria-labelledby="unknown">
      <div class="card-head">
        <h2 id="unknown">Refused, from agents unknown</h2>
        <span class="small soft">requests under a key for any agent that were not believed</span>
      </div>
      <Shown asked={asked} what="refusals" lines={2}>
        {(rows) => (
          <Show
            when={rows().length > 0}
            fallback={<p class="card-body small soft">There were none.</p>}
          >
            <Table
              label="Refusals"
              head={["Key", "Reason", { text: "Times", class: "num" }, "Last"]}
            >
              <For each={rows()}>
                {(row) => (
                  <tr>
                    <th scope="row">
                      <Line class="mono" text={row.key_id} />
                    </th>
                    <td>{row.reason}</td>
                    <td class="num">{many(row.times)}</td>
                    <td class="nowrap">
                      <When at={row.last_at} />
                    </td>
                  </tr>
                )}
              </For>
            </Table>
          </Show>
        )}
      </Shown>
    </section>
  );
}
