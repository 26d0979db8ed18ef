/** What the organisation keeps, for how long, and whether content is taken at all; and all of it as a file. */
import { createSignal, Show } from "solid-js";
import { cloud } from "../../cloud-api.ts";
import { many } from "../../parts/numbers.ts";
import { Shown, useAsked } from "../../parts/resource.tsx";
import { save } from "../../parts/save.ts";
import { Confirm } from "../../parts/sheet.tsx";
import { toast } from "../../parts/toast.tsx";
import { visible } from "../../parts/visible.ts";

type Settings = Awaited<ReturnType<typeof cloud.settings.show.query>>;

export function FleetSettings() {
  const asked = useAsked(
    () => true,
    async () => await cloud.settings.show.query(),
  );
  return (
    <div class="page">
      <div class="page-head">
        <h1>Settings</h1>
      </div>
      <Shown asked={asked} what="settings">
        {(settings) => <Kept settings={settings()} again={asked.again} />}
      </Shown>
      <Limits />
      <Everything />
    </div>
  );
}

/** Set by whoever runs the service, so that there is nothing to fill in. */
function Limits() {
  const asked = useAsked(
    () => true,
    async () => await cloud.settings.limits.query(),
  );
  return (
    <section class="card" aria-labelledby="limits">
      <div class="card-head">
        <h2 id="limits">Limits</h2>
        <span class="small soft">set by whoever runs this service</span>
      </div>
      <Shown asked={asked} what="limits">
        {(limits) => (
          <dl class="facts card-body">
            <dt>Agents</dt>
            <dd>{used(limits().agents)}</dd>
            <dt>Keys</dt>
            <dd>{used(limits().keys)}</dd>
            <dt>Members</dt>
            <dd>{used(limits().members)}</dd>
            <dt>Batches a minute</dt>
            <dd>{many(limits().requests_per_minute)}, of all agents together</dd>
          </dl>
        )}
      </Shown>
    </section>
  );
}

const used = (room: { max: number; used: number }): string =>
  `${many(room.used)} of ${many(room.max)}`;

function daysOf(form: HTMLFormElement, name: string): number {
  const value = new FormData(form).get(name);
  return typeof value === "string" ? Number(value) : Number.NaN;
}

function Kept(props: { settings: Settings; again(): void }) {
  const [fault, setFault] = createSignal<string | null>(null);
  const [asking, setAsking] = createSignal<Settings | null>(null);
  const wish = (form: HTMLFormElement): void => {
    const wanted = {
      content_allowed: new FormData(form).get("content") !== null,
      entry_days: daysOf(form, "entry_days"),
      content_days: daysOf(form, "content_days"),
    };
    const { settings: now } = props;
    const isLess =
      wanted.entry_days < now.entry_days ||
      wanted.content_days < now.content_days ||
      (now.content_allowed && !wanted.content_allowed);
    if (isLess) setAsking(wanted);
    else void keep(wanted);
  };
  const keep = async (wanted: Settings): Promise<void> => {
    setFault(null);
    try {
      await cloud.settings.update.mutate(wanted);
      toast("The settings are kept", "good");
      props.again();
    } catch (error) {
      setFault(error instanceof Error ? error.message : "it failed");
    }
  };
  return (
    <section class="card" aria-labelledby="kept">
      <div class="card-head">
        <h2 id="kept">What is kept</h2>
        <span class="small soft">each change is written into the audit log</span>
      </div>
      <form
        class="card-body form settings-form"
        onSubmit={(event) => {
          event.preventDefault();
          wish(event.currentTarget);
        }}
      >
        <Fields settings={props.settings} />
        <Show when={fault()}>
          {(text) => (
            <p class="bad-text" role="alert">
              {visible(text().slice(0, 500))}
            </p>
          )}
        </Show>
        <div class="row-wrap">
          <button type="submit" class="button primary">
            Keep the settings
          </button>
        </div>
      </form>
      <Show when={asking()}>
        {(wanted) => (
          <Confirm
            title="Keep less?"
            text="What is older is deleted for good at the next run of retention; the signed checkpoints stay, so that what is left can still be proved."
            act="Keep less"
            close={() => setAsking(null)}
            run={() => keep(wanted())}
          />
        )}
      </Show>
    </section>
  );
}

function Fields(props: { settings: Settings }) {
  return (
    <>
      <label class="field">
        <span class="label">Entries are kept for so many days</span>
        <input
          class="input narrow"
          type="number"
          name="entry_days"
          min={1}
          max={36_500}
          required
          value={props.settings.entry_days}
        />
      </label>
      <label class="field">
        <span class="label">Content that was shared is kept for so many days</span>
        <input
          class="input narrow"
          type="number"
          name="content_days"
          min={1}
          max={36_500}
          required
          value={props.settings.content_days}
        />
      </label>
      <label class="check">
        <input type="checkbox" name="content" checked={props.settings.content_allowed} />
        <span>
          Take content that machines share
          <span class="soft small">
            {" "}
            – whether any is shared, each machine's operator decides there
          </span>
        </span>
      </label>
      <p class="soft small">Refusals for a limit are told under Ingestion.</p>
    </>
  );
}

function Everything() {
  const [progress, setProgress] = createSignal<string | null>(null);
  const all = async (): Promise<void> => {
    const parts: string[] = [];
    try {
      for (let cursor: string | undefined = undefined; ; ) {
        const input: { cursor?: string } = cursor === undefined ? {} : { cursor };
        const page = await cloud.settings.export.query(input);
        parts.push(...page.lines);
        setProgress(`${many(parts.length)} lines so far…`);
        if (page.next === null) break;
        cursor = page.next;
      }
      const text = `${parts.join("\n")}\n`;
      save({ name: "atlasbridge-export.jsonl", type: "application/jsonl", text });
      setProgress(`${many(parts.length)} lines were saved.`);
    } catch (error) {
      setProgress(error instanceof Error ? error.message : "it failed");
    }
  };
  return (
    <section class="card card-body stack" aria-labelledby="all">
      <h2 id="all">Everything as a file</h2>
      <p class="soft small">
        All data of the organisation as JSON lines, with the signed checkpoints that prove it.
      </p>
      <div class="row-wrap">
        <button type="button" class="button" onClick={() => void all()}>
          Save everything
        </button>
        <span class="small soft" role="status">
          {progress() ?? ""}
        </span>
      </div>
    </section>
  );
}
