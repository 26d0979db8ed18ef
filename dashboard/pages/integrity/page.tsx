/** Can the log be trusted: what was checked, by whom it is signed and witnessed, and how it leaves the machine. */
import { createSignal, For, Show } from "solid-js";
import type { TraceReport } from "../../../contracts/views.ts";
import { api, saveReport } from "../../api.ts";
import { live } from "../../live.ts";
import { Icon } from "../../parts/icon.tsx";
import { Shown, useAsked } from "../../parts/resource.tsx";
import { Empty } from "../../parts/states.tsx";
import { Said } from "../../parts/text.tsx";
import { When } from "../../parts/time.tsx";
import { copy, toast } from "../../parts/toast.tsx";
import { Archives } from "./archives.tsx";
import { Proofs } from "./proofs.tsx";
import "./integrity.css";

export function Integrity() {
  const asked = useAsked(
    () => true,
    async () => ({ ...(await api.integrity.verify.query()), at: Date.now() }),
  );
  return (
    <div class="page">
      <div class="page-head">
        <h1>Integrity</h1>
        <div class="end">
          <button
            type="button"
            class="button"
            disabled={asked.isLoading()}
            onClick={() => asked.again()}
          >
            {asked.isLoading() ? "Checking every entry…" : "Check again"}
          </button>
          <ExportAll />
        </div>
      </div>
      <Shown asked={asked} what="the check of every entry" lines={6}>
        {(view) => (
          <Show
            when={view().report}
            fallback={
              <section class="card">
                <Empty title="No log yet" icon="integrity">
                  <p>It begins with the first session.</p>
                </Empty>
              </section>
            }
          >
            {(report) => <Report report={report()} at={view().at} again={asked.again} />}
          </Show>
        )}
      </Shown>
    </div>
  );
}

function ExportAll() {
  const [isSaving, setSaving] = createSignal(false);
  async function save(): Promise<void> {
    setSaving(true);
    try {
      await saveReport("all");
      toast("The report is saved: one page, secrets taken out", "good");
    } catch (error) {
      toast(error instanceof Error ? error.message : "it could not be saved", "bad");
    } finally {
      setSaving(false);
    }
  }
  return (
    <button type="button" class="button" disabled={isSaving()} onClick={() => void save()}>
      {isSaving() ? "Exporting…" : "Export report"}
    </button>
  );
}

function Report(props: { report: TraceReport; at: number; again(): void }) {
  const since = () => Math.max(0, (live()?.entries ?? 0) - props.report.head.seq);
  return (
    <>
      <section class={`verdict ${props.report.ok ? "good" : "bad"}`} aria-label="Verdict">
        <Icon name={props.report.ok ? "check" : "alert"} />
        <div>
          <strong>
            {props.report.ok
              ? `All ${props.report.entries.toLocaleString()} entries are as they were written`
              : `Broken from entry ${props.report.sound_to + 1} on`}
          </strong>
          <p>
            Checked <When at={props.at} />
            <Show when={since() > 0}>; {since().toLocaleString()} new since</Show>.{" "}
            <Show when={!props.report.ok && props.report.sound_to > 0}>
              Entries 1 to {props.report.sound_to} are sound.
            </Show>
          </p>
        </div>
      </section>
      <Show when={props.report.faults.length > 0}>
        <section class="card" aria-labelledby="faults">
          <div class="card-head">
            <h2 id="faults">What is wrong</h2>
            <span class="soft small">{props.report.faults_count} faults</span>
          </div>
          <ul class="rows">
            <For each={props.report.faults}>
              {({ seq, fault, message }) => (
                <li class="fault-row">
                  <code>{seq}</code>
                  <span class="chip bad">{fault.replaceAll("_", " ")}</span>
                  <Said text={message} />
                </li>
              )}
            </For>
          </ul>
        </section>
      </Show>
      <div class="tiles">
        <Tile name="Entries" value={props.report.entries} />
        <Tile name="Sessions" value={props.report.sessions} />
        <Tile name="Prompts" value={props.report.prompts} />
        <Tile name="Replies" value={props.report.replies} />
        <Tile name="Content erased" value={props.report.content_erased} />
      </div>
      <Signed report={props.report} />
      <Witnesses report={props.report} />
      <Proofs entries={props.report.signed_to} />
      <Archives report={props.report} again={props.again} />
    </>
  );
}

function Tile(props: { name: string; value: number }) {
  return (
    <div class="card tile">
      <span class="soft small">{props.name}</span>
      <b>{props.value.toLocaleString()}</b>
    </div>
  );
}

function Signed(props: { report: TraceReport }) {
  const unsigned = () => props.report.head.seq - props.report.signed_to;
  return (
    <section class="card" aria-labelledby="signed">
      <div class="card-head">
        <h2 id="signed">Signed</h2>
      </div>
      <dl class="facts card-body">
        <dt>Head</dt>
        <dd>
          entry {props.report.head.seq}, <code>{props.report.head.hash}</code>
        </dd>
        <dt>Checkpoints</dt>
        <dd>
          <Show
            when={props.report.checkpoints > 0}
            fallback="none: that the log's end was cut off would not be seen"
          >
            {props.report.checkpoints} signed, the last covers entries 1 to {props.report.signed_to}
            <Show when={unsigned() > 0}>; {unsigned()} after it are chained only</Show>
          </Show>
        </dd>
        <Show when={props.report.key}>
          {(key) => (
            <>
              <dt>Key</dt>
              <dd class="row-wrap">
                <code>{key()}</code>
                <button
                  type="button"
                  class="button small"
                  onClick={() => void copy(key(), "The verifier key")}
                >
                  Copy
                </button>
              </dd>
            </>
          )}
        </Show>
        <Show when={props.report.keys.length > 1}>
          <dt>Earlier keys</dt>
          <dd>
            <For each={props.report.keys.slice(0, -1)}>
              {({ from_seq: from, vouched }) => (
                <div>
                  from entry {from}
                  {vouched === "lost" ? ", lost later: nobody vouches for the next" : ""}
                </div>
              )}
            </For>
          </dd>
        </Show>
        <dt>Agent</dt>
        <dd>
          <code>{props.report.agent_id ?? "unknown"}</code>
        </dd>
      </dl>
    </section>
  );
}

function Witnesses(props: { report: TraceReport }) {
  const known = useAsked(
    () => true,
    async () => await api.integrity.witnesses.query(),
  );
  const vouches = (name: string) =>
    props.report.witnesses.find((one) => one.name === name)?.to_seq ?? null;
  return (
    <section class="card" aria-labelledby="witnesses">
      <div class="card-head">
        <h2 id="witnesses">Witnesses</h2>
        <span class="soft small">who has seen the log from outside, and vouches for it</span>
      </div>
      <Shown asked={known} what="the witnesses">
        {(view) => (
          <Show
            when={view().witnesses.length > 0}
            fallback={
              <p class="card-body soft">
                None is trusted yet: a log that was replaced whole, key and all, would not be seen.
                Add one with <code>atlasbridge trace witness add KEY</code>.
              </p>
            }
          >
            <ul class="rows">
              <For each={view().witnesses}>
                {({ name }) => (
                  <li class="fault-row">
                    <b>
                      <Said text={name} />
                    </b>
                    <span class="soft">
                      {vouches(name) === null
                        ? "vouches for nothing yet"
                        : `vouches up to entry ${vouches(name)}`}
                    </span>
                  </li>
                )}
              </For>
            </ul>
          </Show>
        )}
      </Shown>
    </section>
  );
}
