/** Can the traces be trusted: what is signed by whom, and what is stored, looked at again from the first entry on. */
import { A } from "@solidjs/router";
import { createEffect, createSignal, Index, Show } from "solid-js";
import type { IntegrityRow } from "../../../contracts/cloud-fleet.ts";
import { cloud } from "../../cloud-api.ts";
import { pulse } from "../../fleet.ts";
import { PagedTable } from "../../parts/more.tsx";
import { many } from "../../parts/numbers.ts";
import { followed, usePages } from "../../parts/pages.ts";
import { Empty } from "../../parts/states.tsx";
import { Line, Said } from "../../parts/text.tsx";
import { When } from "../../parts/time.tsx";
import { copy } from "../../parts/toast.tsx";
import { Recheck } from "./recheck.tsx";
import { standings } from "./standing.ts";
import "./fleet-integrity.css";

const pageRows = 50;

export function FleetIntegrity() {
  const [witness, setWitness] = createSignal<string | null>(null);
  const pages = usePages<IntegrityRow, IntegrityRow["agent_id"]>(
    async (after) => {
      const input = { rows: pageRows, ...(after === null ? {} : { after }) };
      const { agents: rows, next, witness: key } = await cloud.integrity.agents.query(input);
      setWitness(key);
      return { rows, next };
    },
    { key: ({ agent_id: id }) => id, full: pageRows },
  );
  createEffect((before?: string) => (pulse(), followed(pages, before, "all")));
  return (
    <div class="page">
      <div class="page-head">
        <h1>Integrity</h1>
        <p class="soft">
          Every entry is chained to the one before, the whole is signed by its machine, and this
          service cosigns what it has seen. Compare the keys with what each machine shows.
        </p>
      </div>
      <Show when={witness()}>
        {(key) => (
          <section class="card card-body witness" aria-label="Witness">
            <div>
              <h2>This service's key</h2>
              <Line class="mono small" text={key()} />
            </div>
            <button
              type="button"
              class="button small"
              onClick={() => void copy(key(), "The witness's key")}
            >
              Copy
            </button>
          </section>
        )}
      </Show>
      <PagedTable
        pages={pages}
        what="how traces stand"
        empty={
          <section class="card">
            <Empty title="No trace yet" icon="integrity" />
          </section>
        }
      >
        <Index each={pages.rows()}>{(row) => <Trace row={row()} />}</Index>
      </PagedTable>
    </div>
  );
}

function Trace(props: { row: IntegrityRow }) {
  const row = () => props.row;
  const name = () => row().label ?? `agent ${row().agent_id.slice(-6)}`;
  const standing = () => standings[row().standing];
  return (
    <article class="card trace" data-row tabindex="-1">
      <div class="card-head">
        <span class={`chip ${standing().tone}`}>{standing().text}</span>
        <h2>
          <A href={`/agents/${row().agent_id}`}>
            <Said text={name()} />
          </A>
        </h2>
        <Show when={row().incidents_open > 0}>
          <a class="chip bad" href={`/incidents?agent=${row().agent_id}`}>
            {row().incidents_open} open
          </a>
        </Show>
        <span class="small soft end">
          {many(row().head_seq)} entries
          <Show when={row().last_entry_at}>
            {(at) => (
              <>
                , the last <When at={at()} />
              </>
            )}
          </Show>
        </span>
      </div>
      <div class="card-body stack">
        <p class="small soft">{standing().more}</p>
        <dl class="facts">
          <Show when={row().key}>
            {(key) => (
              <>
                <dt>Agent's key</dt>
                <dd class="row-wrap">
                  <Line class="mono" text={key()} />
                </dd>
              </>
            )}
          </Show>
          <Show when={row().head_hash}>
            {(hash) => (
              <>
                <dt>Head</dt>
                <dd class="mono">{hash()}</dd>
              </>
            )}
          </Show>
          <Show when={row().kept_from_seq > 1}>
            <dt>Kept from</dt>
            <dd>entry {many(row().kept_from_seq)}; what was before it retention has removed</dd>
          </Show>
        </dl>
        <Recheck agentId={row().agent_id} note={row().checkpoint?.note ?? null} />
      </div>
    </article>
  );
}
