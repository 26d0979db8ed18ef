/** Who changed what in the organisation: chained like a trace, and verified on request. */
import { createSignal, onMount, Show } from "solid-js";
import { cloud } from "../../cloud-api.ts";
import { many } from "../../parts/numbers.ts";
import { usePages } from "../../parts/pages.ts";
import { save } from "../../parts/save.ts";
import { Empty } from "../../parts/states.tsx";
import { Block, Line, Said } from "../../parts/text.tsx";
import { When } from "../../parts/time.tsx";
import { PagedRows } from "../../parts/virtual-rows.tsx";
import "./audit.css";

const pageRows = 50;

type Page = Awaited<ReturnType<typeof cloud.audit.list.query>>;
type Entry = Page["entries"][number];

export function Audit() {
  const pages = usePages<Entry, number>(
    async (cursor) => {
      const input = { count: pageRows, ...(cursor === null ? {} : { before: cursor }) };
      const { entries, next_before: next } = await cloud.audit.list.query(input);
      return { rows: entries, next };
    },
    { key: ({ seq }) => String(seq), full: pageRows },
  );
  onMount(() => pages.anew());
  const exported = (): void => {
    const text = `${pages
      .rows()
      .map((entry) => JSON.stringify(entry))
      .join("\n")}\n`;
    save({ name: "audit.jsonl", type: "application/jsonl", text });
  };
  return (
    <div class="page">
      <div class="page-head">
        <h1>Audit log</h1>
        <div class="end">
          <Verify />
          <button type="button" class="button small" onClick={exported}>
            Save what is shown
          </button>
        </div>
        <p class="soft">Every change that a person or a program made here, the newest first.</p>
      </div>
      <section class="card" aria-label="Entries">
        <PagedRows
          pages={pages}
          what="the audit log"
          rowPx={42}
          empty={<Empty title="Nothing was changed yet" icon="audit" />}
        >
          {(entry) => <Row entry={entry()} />}
        </PagedRows>
      </section>
    </div>
  );
}

function Row(props: { entry: Entry }) {
  const entry = () => props.entry;
  const change = () =>
    JSON.stringify({ before: entry().before, after: entry().after }, null, 2).slice(0, 20_000);
  return (
    <details class="audit-entry">
      <summary data-row>
        <span class="short-id">#{entry().seq}</span>
        <code>{entry().action}</code>
        <Line class="small" text={entry().actor.name} />
        <Line class="small soft mono target" text={entry().target ?? ""} />
        <span class="small soft right nowrap">
          <When at={entry().at} />
        </span>
      </summary>
      <div class="card-body stack">
        <div class="codeblock">
          <Block text={change()} />
        </div>
        <p class="small soft">
          Hash <code>{entry().hash}</code>, by {entry().actor.kind}{" "}
          <Said text={entry().actor.id ?? ""} />
        </p>
      </div>
    </details>
  );
}

function Verify() {
  const [told, setTold] = createSignal<{ text: string; isBad: boolean } | null>(null);
  const verify = async (): Promise<void> => {
    try {
      const { entries, fault } = await cloud.audit.verify.query();
      setTold({ text: fault ?? `All ${many(entries)} entries hold`, isBad: fault !== null });
    } catch (error) {
      setTold({ text: error instanceof Error ? error.message : "it failed", isBad: true });
    }
  };
  return (
    <>
      <span role="status">
        <Show when={told()}>
          {(verdict) => (
            <span class={`chip ${verdict().isBad ? "bad" : "good"}`}>{verdict().text}</span>
          )}
        </Show>
      </span>
      <button type="button" class="button small" onClick={() => void verify()}>
        Verify the log
      </button>
    </>
  );
}
