/** Can the traces be trusted: what is signed by whom, and what is stored, looked at again from the first entry on. */
import { createSignal, For, Show } from "solid-js";
import type { IntegrityRow, RecheckView } from "../../../contracts/cloud-fleet.ts";
import { cloud } from "../../cloud-api.ts";
import { pulse } from "../../fleet.ts";
import { many } from "../../parts/numbers.ts";
import { Shown, useAsked } from "../../parts/resource.tsx";
import { Empty } from "../../parts/states.tsx";
import { Line, Said } from "../../parts/text.tsx";
import { When } from "../../parts/time.tsx";
import { copy } from "../../parts/toast.tsx";
import { standings } from "./standing.ts";
import "./fleet-integrity.css";

export function FleetIntegrity() {
  const asked = useAsked(
    () => ({ pulse: pulse() }),
    async () => await cloud.integrity.agents.query({ rows: 200 }),
  );
  return (
    <div class="page">
      <div class="page-head">
        <h1>Integrity</h1>
        <p class="soft">
          Every entry is chained to the one before, the whole is signed by its machine, and this
          service cosigns what it has seen. Compare the keys with what each machine shows.
        </p>
      </div>
      <Shown asked={asked} what="how traces stand" lines={6}>
        {(view) => (
          <>
            <section class="card card-body witness" aria-label="Witness">
              <div>
                <h2>This service's key</h2>
                <Line class="mono small" text={view().witness} />
              </div>
              <button
                type="button"
                class="button small"
                onClick={() => void copy(view().witness, "The witness's key")}
              >
                Copy
              </button>
            </section>
            <For
              each={view().agents}
              fallback={
                <section class="card">
                  <Empty title="No trace yet" icon="integrity" />
                </section>
              }
            >
              {(row) => <Trace row={row} />}
            </For>
          </>
        )}
      </Shown>
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
          <Said text={name()} />
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

type State =
  | { at: "idle" }
  | { at: "walking" | "done"; view: RecheckView }
  | { at: "failed"; why: string };

function Recheck(props: { agentId: string; note: string | null }) {
  const [state, setState] = createSignal<State>({ at: "idle" });
  const walk = async (): Promise<void> => {
    try {
      for (let after: number | undefined = undefined; ; ) {
        const input = { agent_id: props.agentId, ...(after === undefined ? {} : { after }) };
        const view: RecheckView = await cloud.integrity.recheck.query(input);
        setState({ at: view.done ? "done" : "walking", view });
        if (view.done) return;
        after = view.checked_to;
      }
    } catch (error) {
      setState({ at: "failed", why: error instanceof Error ? error.message : "it failed" });
    }
  };
  const told = (): string => {
    const now = state();
    if (now.at === "idle") return "";
    if (now.at === "failed") return now.why;
    const { fault, checked_to: to, head_seq: head } = now.view;
    if (fault !== null) return `Entry ${fault.seq}: ${fault.what}`;
    return now.at === "done"
      ? `All ${many(to)} entries hold: hashes, order, content and tree.`
      : `${many(to)} of ${many(head)} entries hold so far…`;
  };
  const isBad = () => {
    const now = state();
    return now.at === "failed" || ("view" in now && now.view.fault !== null);
  };
  return (
    <div class="row-wrap">
      <button
        type="button"
        class="button small"
        disabled={state().at === "walking"}
        onClick={() => void walk()}
      >
        Check what is stored again
      </button>
      <Show when={props.note}>
        {(note) => (
          <button
            type="button"
            class="button small"
            onClick={() => void copy(note(), "The signed checkpoint")}
          >
            Copy the signed checkpoint
          </button>
        )}
      </Show>
      <span class="small" classList={{ "bad-text": isBad() }} role="status">
        {told()}
      </span>
    </div>
  );
}
