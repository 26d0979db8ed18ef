/** Proofs that leave this machine: one entry as a file for anybody, and a file of somebody's looked at. */
import { createSignal, Show } from "solid-js";
import type { DashboardProof } from "../../../contracts/dashboard.ts";
import { api } from "../../api.ts";
import { save } from "../../parts/save.ts";
import { Said } from "../../parts/text.tsx";
import { toast } from "../../parts/toast.tsx";

export function Proofs(props: { entries: number }) {
  return (
    <section class="card" aria-labelledby="proofs">
      <div class="card-head">
        <h2 id="proofs">Proofs</h2>
        <span class="soft small">that one entry stands in the log, without showing the others</span>
      </div>
      <div class="card-body stack">
        <Prove entries={props.entries} />
        <Check />
      </div>
    </section>
  );
}

function Prove(props: { entries: number }) {
  const [isBusy, setBusy] = createSignal(false);
  const prove = async (form: FormData): Promise<void> => {
    const seq = Number(form.get("seq"));
    setBusy(true);
    try {
      const text = await api.integrity.prove.query({ seq, content: form.get("content") !== null });
      save({ name: `atlasbridge-proof-${seq}.json`, type: "application/json", text });
      toast(`The proof of entry ${seq} is saved`, "good");
    } catch (error) {
      toast(error instanceof Error ? error.message : "it could not be proved", "bad");
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      class="row-wrap"
      onSubmit={(event) => {
        event.preventDefault();
        void prove(new FormData(event.currentTarget));
      }}
    >
      <label class="row-wrap">
        Entry
        <input
          class="input narrow seq"
          type="number"
          name="seq"
          min={1}
          max={Math.max(1, props.entries)}
          required
        />
      </label>
      <label class="row-wrap">
        <input type="checkbox" name="content" /> with its question, command or reply
      </label>
      <button type="submit" class="button" disabled={isBusy()}>
        Save its proof
      </button>
    </form>
  );
}

type Verdict = DashboardProof | { ok: false; why: string };

/** Larger than any proof that the server takes. */
const proofBytesMax = 2_000_000;

function Check() {
  const [verdict, setVerdict] = createSignal<Verdict | null>(null);
  const check = async (input: HTMLInputElement): Promise<void> => {
    const [file] = input.files ?? [];
    if (file === undefined) return;
    setVerdict(null);
    if (file.size > proofBytesMax) {
      const why = "it is too large for this page; use: atlasbridge trace verify --proof FILE";
      setVerdict({ ok: false, why });
      return;
    }
    try {
      setVerdict(await api.integrity.checkProof.mutate({ text: await file.text() }));
    } catch (error) {
      setVerdict({ ok: false, why: error instanceof Error ? error.message : "it failed" });
    }
    // The same file, changed since, is looked at again.
    input.value = "";
  };
  return (
    <div class="row-wrap">
      <label class="row-wrap">
        Check a proof
        <input
          type="file"
          accept=".json,application/json"
          onChange={({ currentTarget }) => void check(currentTarget)}
        />
      </label>
      <span role="status">
        <Show when={verdict()}>{(seen) => <Told verdict={seen()} />}</Show>
      </span>
    </div>
  );
}

function Told(props: { verdict: Verdict }) {
  const what = () =>
    "entries" in props.verdict
      ? `a session of ${props.verdict.entries} entries`
      : "seq" in props.verdict
        ? `entry ${props.verdict.seq}`
        : "it";
  const isKnown = () => "key_known" in props.verdict && props.verdict.key_known;
  return (
    <span class="row-wrap">
      <span class={`chip ${props.verdict.ok ? "good" : "bad"}`}>
        {props.verdict.ok ? "proved" : "not proved"}
      </span>
      <Show when={props.verdict.ok} fallback={<Said text={props.verdict.why ?? ""} />}>
        <span>
          {what()}, signed by {isKnown() ? "this machine's key" : "a key that you have to know:"}{" "}
          <Show when={!isKnown() && "key" in props.verdict ? props.verdict.key : null}>
            {(key) => <Said class="mono small" text={key()} />}
          </Show>
        </span>
      </Show>
    </span>
  );
}
