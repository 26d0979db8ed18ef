/** One session: what it is, every prompt's way, and the terminal in step with them. */
import { useParams, useSearchParams } from "@solidjs/router";
import { createEffect, createMemo, createSignal, For, on, Show } from "solid-js";
import type { DashboardSession } from "../../../contracts/dashboard.ts";
import { api, saveReport } from "../../api.ts";
import { live } from "../../live.ts";
import { duration } from "../../parts/moments.ts";
import { Shown, useAsked } from "../../parts/resource.tsx";
import { Doing } from "../../parts/session-row.tsx";
import { Empty } from "../../parts/states.tsx";
import { Block, Said } from "../../parts/text.tsx";
import { When } from "../../parts/time.tsx";
import { copy, toast } from "../../parts/toast.tsx";
import { Ask } from "../now/ask.tsx";
import { Glance, type Glances, useGlances } from "../now/glance.tsx";
import { HeldChip, HoldButton } from "../now/steer.tsx";
import { EndButtons } from "./end.tsx";
import { Prompt } from "./prompt.tsx";
import { Replay, type Seat } from "./replay.tsx";
import "./session.css";

export function Session() {
  const params = useParams<{ id: string }>();
  // Another entry of this session may be the newest in the whole trace.
  const asked = useAsked(
    () => ({ id: params.id, entries: isRunning(params.id) ? (live()?.entries ?? 0) : -1 }),
    async ({ id }) => await api.sessions.show.query({ id }),
    "prompt_id",
  );
  return (
    <div class="page">
      <Shown asked={asked} what="the session" lines={8}>
        {(session) => <Whole session={session()} />}
      </Shown>
    </div>
  );
}

/** A terminal's whole screen, as people have them. */
const screenLines = 60;

const isRunning = (id: string): boolean =>
  live()?.sessions.some(({ session_id: one }) => one === id) ?? false;

function Whole(props: { session: DashboardSession }) {
  const [params, setParams] = useSearchParams<{ prompt?: string }>();
  const chosen = () => Number(params.prompt ?? 0);
  const [playing, setPlaying] = createSignal(0);
  const [seat, setSeat] = createSignal<Seat | null>(null);
  const id = () => props.session.session.session_id;
  const first = () => props.session.prompts_left_out + 1;
  const glances = useGlances(() => (isRunning(id()) ? [id()] : []), screenLines);
  const waiting = () => live()?.waiting.filter(({ session_id: one }) => one === id()) ?? [];
  createEffect(
    on([chosen, seat], ([number, there]) => {
      if (number > 0) there?.seek(number);
    }),
  );
  return (
    <>
      <Head session={props.session} glances={glances} />
      <For each={waiting()}>{(prompt) => <Ask prompt={prompt} />}</For>
      <Show when={glances.of(id())?.lines.length}>
        <section class="stack" aria-labelledby="screen">
          <h2 id="screen">Screen now</h2>
          <Glance glance={glances.of(id())} />
        </section>
      </Show>
      <div class="session-body" classList={{ replayed: hasReplay(props.session) }}>
        <section class="stack" aria-labelledby="prompts">
          <h2 id="prompts">
            Prompts <span class="soft">{props.session.session.prompts}</span>
          </h2>
          <Show when={props.session.prompts_left_out > 0}>
            <p class="soft small">
              The first {props.session.prompts_left_out} are not listed here.
            </p>
          </Show>
          <Show
            when={props.session.prompts.length > 0}
            fallback={<Empty title="Nothing was asked" icon="check" />}
          >
            <ol class="stack">
              <For each={props.session.prompts}>
                {(prompt, at) => (
                  <li class="prompt-item">
                    <Prompt
                      sessionId={id()}
                      number={first() + at()}
                      prompt={prompt}
                      isChosen={chosen() === first() + at()}
                      isPlaying={playing() === first() + at()}
                      choose={() =>
                        setParams({ prompt: first() + at() }, { scroll: false, replace: true })
                      }
                    />
                  </li>
                )}
              </For>
            </ol>
          </Show>
        </section>
        <Show when={hasReplay(props.session)}>
          <Replay session={props.session} ready={setSeat} passed={setPlaying} />
        </Show>
      </div>
    </>
  );
}

/** Of one that is still written there is no end to stand at. */
function hasReplay({ recording: { state } }: DashboardSession): boolean {
  return state !== "none" && state !== "removed";
}

function Head(props: { session: DashboardSession; glances: Glances }) {
  const session = () => props.session.session;
  const held = () => props.glances.of(session().session_id)?.paused;
  return (
    <>
      <div class="page-head">
        <h1>
          <Said text={session().tool} />
          <Show when={session().label}>
            {(label) => <Said class="soft" text={` ${label()}`} />}
          </Show>
        </h1>
        <StateChip session={props.session} />
        <HeldChip held={isRunning(session().session_id) ? held() : undefined} />
        <div class="end">
          <Show when={isRunning(session().session_id)}>
            <HoldButton
              id={session().session_id}
              name="this session"
              held={held()}
              again={props.glances.again}
            />
            <EndButtons id={session().session_id} held={held()} again={props.glances.again} />
          </Show>
          <button
            type="button"
            class="button small"
            onClick={() => void copy(session().session_id, "The session's id")}
          >
            Copy id
          </button>
          <ExportButton id={session().session_id} />
        </div>
      </div>
      <section class="card card-body" aria-label="About the session">
        <Facts session={props.session} />
      </section>
    </>
  );
}

function StateChip(props: { session: DashboardSession }) {
  const tone = createMemo(() => {
    const { state, exit_code: code } = props.session.session;
    if (state === "running") return "accent";
    return state === "ended" && code === 0 ? "good" : "bad";
  });
  return (
    <span class={`chip ${tone()}`}>
      <Doing session={props.session.session} />
    </span>
  );
}

function ExportButton(props: { id: string }) {
  const [isSaving, setSaving] = createSignal(false);
  async function save(): Promise<void> {
    setSaving(true);
    try {
      await saveReport(props.id);
      toast("The report is saved: one page, secrets taken out", "good");
    } catch (error) {
      toast(error instanceof Error ? error.message : "it could not be saved", "bad");
    } finally {
      setSaving(false);
    }
  }
  return (
    <button type="button" class="button small" disabled={isSaving()} onClick={() => void save()}>
      {isSaving() ? "Exporting…" : "Export report"}
    </button>
  );
}

function Facts(props: { session: DashboardSession }) {
  const session = () => props.session.session;
  return (
    <dl class="facts wide-facts">
      <dt>Command</dt>
      <dd class="mono">
        <Block text={session().command?.join(" ") ?? "not recorded"} />
      </dd>
      <dt>Folder</dt>
      <dd class="mono">
        <Said text={session().cwd ?? "not recorded"} />
      </dd>
      <dt>Started</dt>
      <dd>
        <When at={session().started_at} />
        <Show when={session().ended_at}>
          {(end) => <span class="soft">, lasted {duration(end() - session().started_at)}</span>}
        </Show>
      </dd>
      <dt>Policy</dt>
      <dd>
        mode {session().mode}, <code>{session().policy_hash.slice(0, 12)}</code>
      </dd>
      <dt>Prompts</dt>
      <dd>
        {session().prompts} asked, {session().answered} answered by policy, {session().escalated}{" "}
        left to you
      </dd>
      <dt>Recording</dt>
      <dd classList={{ "bad-text": props.session.recording.state === "changed" }}>
        {recordingText[props.session.recording.state]}
      </dd>
    </dl>
  );
}

const recordingText: Readonly<Record<DashboardSession["recording"]["state"], string>> = {
  as_recorded: "as the trace names it",
  changed: "not the one that the trace names: it was changed afterwards",
  open: "being written",
  unattested: "the session died before the trace could name it",
  removed: "removed since",
  none: "none",
};
