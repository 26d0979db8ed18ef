/** Walks over all that is stored of one trace again, and tells how far it holds. */
import { createSignal, Show } from "solid-js";
import type { RecheckView } from "../../../contracts/cloud-fleet.ts";
import { cloud } from "../../cloud-api.ts";
import { many } from "../../parts/numbers.ts";
import { copy } from "../../parts/toast.tsx";

type State =
  | { at: "idle" }
  | { at: "walking" | "done"; view: RecheckView }
  | { at: "failed"; why: string };

export function Recheck(props: { agentId: string; note: string | null }) {
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
