/** Older months in files of their own: which there are, and moving more of them there. */
import { createSignal, For, Show } from "solid-js";
import type { TraceReport } from "../../../contracts/views.ts";
import { api } from "../../api.ts";
import { Confirm } from "../../parts/sheet.tsx";
import { Said } from "../../parts/text.tsx";
import { toast } from "../../parts/toast.tsx";

/** As UTC has it, like the log. */
const thisMonth = (): string => new Date().toISOString().slice(0, 7);

export function Archives(props: { report: TraceReport; again(): void }) {
  const [before, setBefore] = createSignal<string | null>(null);
  const archive = async (month: string): Promise<void> => {
    const { archives, held_by: heldBy } = await api.integrity.archive.mutate({ before: month });
    const moved = archives.reduce((sum, { from_seq: from, to_seq: to }) => sum + to - from + 1, 0);
    const held = heldBy === null ? "" : `; the rest stays: session ${heldBy} is still open`;
    toast(
      moved === 0
        ? `There was nothing to move${held}`
        : `${moved.toLocaleString()} entries were moved${held}`,
      moved === 0 ? "plain" : "good",
    );
    props.again();
  };
  return (
    <section class="card" aria-labelledby="archives">
      <div class="card-head">
        <h2 id="archives">Archives</h2>
        <span class="soft small">older months in files of their own, checked like the rest</span>
        <MonthForm choose={setBefore} />
      </div>
      <ul class="rows">
        <For
          each={props.report.archives}
          fallback={<li class="card-body soft small">None: the whole log is in one file.</li>}
        >
          {({ file, from_seq: from, to_seq: to, state }) => (
            <li class="fault-row">
              <span class={`chip ${state === "checked" ? "good" : "bad"}`}>{state}</span>
              <span>
                entries {from} to {to}
              </span>
              <Said class="mono soft" text={file} />
            </li>
          )}
        </For>
      </ul>
      <Show when={before()}>
        {(month) => (
          <Confirm
            title={`Archive what is older than ${month()}?`}
            text="Each month gets a file beside the log. As long as the files lie there, everything works as before. That it was done is recorded."
            act="Archive"
            close={() => setBefore(null)}
            run={() => archive(month())}
          />
        )}
      </Show>
    </section>
  );
}

function MonthForm(props: { choose(month: string): void }) {
  return (
    <form
      class="row-wrap end"
      onSubmit={(event) => {
        event.preventDefault();
        const month = new FormData(event.currentTarget).get("before");
        if (typeof month === "string") props.choose(month);
      }}
    >
      <label class="row-wrap small">
        Months before
        <input
          class="input narrow month"
          name="before"
          required
          pattern="\d{4}-\d{2}"
          title="A month, such as 2026-08"
          value={thisMonth()}
        />
      </label>
      <button type="submit" class="button small">
        Archive
      </button>
    </form>
  );
}
