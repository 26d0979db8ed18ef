/** What contradicted a trace that was received before: kept for ever, acknowledged by an operator who has looked. */
import { useSearchParams } from "@solidjs/router";
import { createEffect, createSignal, For, Index, Show } from "solid-js";
import type { IncidentRow } from "../../../contracts/cloud-fleet.ts";
import { cloud } from "../../cloud-api.ts";
import { may, pulse } from "../../fleet.ts";
import { PagedTable } from "../../parts/more.tsx";
import { counted } from "../../parts/numbers.ts";
import { followed, usePages } from "../../parts/pages.ts";
import { Confirm } from "../../parts/sheet.tsx";
import { Empty } from "../../parts/states.tsx";
import { Said } from "../../parts/text.tsx";
import { When } from "../../parts/time.tsx";

const pageRows = 50;

type Params = { open?: string; agent?: string };

const kinds: Readonly<Record<IncidentRow["kind"], { title: string; means: string }>> = {
  "chain-fork": {
    title: "A second history",
    means:
      "The agent sent another entry under a number that was taken: its trace was copied, set back or rewritten.",
  },
  "inconsistent-checkpoint": {
    title: "A checkpoint that does not continue",
    means: "The agent signed a tree that does not contain what it had signed before.",
  },
};

export function Incidents() {
  const [params, setParams] = useSearchParams<Params>();
  const pages = usePages<IncidentRow, string>(
    async (cursor) => {
      const { agent, open } = params;
      return await cloud.incidents.list.query({
        ...(agent === undefined ? {} : { agent_id: agent }),
        ...(open === "yes" ? { open: true } : {}),
        ...(cursor === null ? {} : { cursor }),
        rows: pageRows,
      });
    },
    { key: (row) => `${row.agent_id} ${row.kind} ${row.seq} ${row.came}`, full: pageRows },
  );
  createEffect(
    (before?: string) => (pulse(), followed(pages, before, JSON.stringify({ ...params }))),
  );
  return (
    <div class="page">
      <div class="page-head">
        <h1>Incidents</h1>
        <div class="end tabs" role="group" aria-label="Which">
          <For each={["all", "yes"] as const}>
            {(one) => (
              <button
                type="button"
                class="tab"
                aria-pressed={(params.open ?? "all") === one}
                onClick={() => setParams({ open: one === "all" ? null : one })}
              >
                {one === "all" ? "All" : "Open"}
              </button>
            )}
          </For>
        </div>
      </div>
      <PagedTable pages={pages} what="incidents" empty={<Calm />}>
        <Index each={pages.rows()}>
          {(row) => <Incident row={row()} again={() => pages.refresh()} />}
        </Index>
      </PagedTable>
    </div>
  );
}

function Calm() {
  return (
    <section class="card">
      <Empty title="Nothing contradicts anything" icon="check">
        <p>Every trace continues what was received of it before.</p>
      </Empty>
    </section>
  );
}

function Incident(props: { row: IncidentRow; again(): void }) {
  const row = () => props.row;
  const [isAsking, setAsking] = createSignal(false);
  const acknowledge = async (): Promise<void> => {
    const { agent_id, kind, seq, came } = row();
    await cloud.incidents.acknowledge.mutate({ agent_id, kind, seq, came });
    props.again();
  };
  return (
    <article class="card" data-row tabindex="-1">
      <div class="card-head">
        <span class={`chip ${row().acknowledged_at === null ? "bad" : ""}`}>
          {row().acknowledged_at === null ? "open" : "acknowledged"}
        </span>
        <h2>{kinds[row().kind].title}</h2>
        <Said class="small soft" text={row().label ?? `agent ${row().agent_id.slice(-6)}`} />
        <Show when={row().acknowledged_at === null && may("operator")}>
          <button type="button" class="button small end" onClick={() => setAsking(true)}>
            Acknowledge
          </button>
        </Show>
      </div>
      <div class="card-body stack">
        <p>{kinds[row().kind].means}</p>
        <p class="small soft">
          <Said text={row().detail} />
        </p>
        <dl class="facts">
          <dt>At entry</dt>
          <dd>{row().seq}</dd>
          <dt>Known</dt>
          <dd class="mono">{row().known ?? "–"}</dd>
          <dt>Came</dt>
          <dd class="mono">{row().came}</dd>
          <dt>Key</dt>
          <dd class="mono">{row().key_id}</dd>
          <dt>Seen</dt>
          <dd>
            {counted(row().times, "time")}, first <When at={row().first_at} />, last{" "}
            <When at={row().last_at} />
          </dd>
          <Show when={row().acknowledged_at}>
            {(at) => (
              <>
                <dt>Looked at</dt>
                <dd>
                  by <Said text={row().acknowledged_by ?? "?"} /> <When at={at()} />
                </dd>
              </>
            )}
          </Show>
        </dl>
      </div>
      <Show when={isAsking()}>
        <Confirm
          title="Acknowledge the incident?"
          text="It stays in the list, with your name beside it. Nothing on the machine changes."
          act="Acknowledge"
          close={() => setAsking(false)}
          run={acknowledge}
        />
      </Show>
    </article>
  );
}
