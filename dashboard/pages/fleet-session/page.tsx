/** One session as its trace tells it: every prompt from the screen to its end, and the proof of all of it as a file. */
import { A, useParams } from "@solidjs/router";
import { createEffect, createMemo, createSignal, For, on, Show } from "solid-js";
import type { SessionRow, TimelineEntry, TimelineView } from "../../../contracts/cloud-views.ts";
import { cloud } from "../../cloud-api.ts";
import { pulse } from "../../fleet.ts";
import { counted, percent } from "../../parts/numbers.ts";
import { save } from "../../parts/save.ts";
import { Empty, Failed, Loading } from "../../parts/states.tsx";
import { Block, Said } from "../../parts/text.tsx";
import { When } from "../../parts/time.tsx";
import { copy, toast } from "../../parts/toast.tsx";
import { agentName, Doing, stateText } from "../fleet-sessions/row.tsx";
import { itemsOf } from "./model.ts";
import { Event, PromptStory } from "./story.tsx";
import "./fleet-session.css";

type Key = { agent_id: string; session_id: string };

/** What has come so far; more of it is added at the end, also while the session goes on. */
function useTimeline(key: () => Key) {
  const [view, setView] = createSignal<Omit<TimelineView, "entries"> | null>(null);
  const [entries, setEntries] = createSignal<readonly TimelineEntry[]>([]);
  const [error, setError] = createSignal<unknown>(null);
  let asked = 0;
  const load = async (after: number): Promise<void> => {
    asked += 1;
    const mine = asked;
    try {
      const input = { ...key(), ...(after === 0 ? {} : { after_seq: after }) };
      const { entries: more, ...rest } = await cloud.sessions.timeline.query(input);
      if (mine !== asked) return;
      setEntries((before) => (after === 0 ? more : [...before, ...more]));
      setView(rest);
      setError(null);
    } catch (failure) {
      if (mine === asked) setError(failure);
    }
  };
  const more = (): void => void load(view()?.next_seq ?? entries().at(-1)?.seq ?? 0);
  createEffect(
    on(
      () => JSON.stringify(key()),
      () => void load(0),
    ),
  );
  createEffect(
    on(pulse, () => view()?.next_seq === null && view()?.session.state !== "ended" && more(), {
      defer: true,
    }),
  );
  return { view, entries, error, more, again: () => void load(0) };
}

export function FleetSession() {
  const params = useParams<{ agent: string; session: string }>();
  const timeline = useTimeline(() => ({ agent_id: params.agent, session_id: params.session }));
  const items = createMemo(() => itemsOf(timeline.entries()));
  return (
    <div class="page">
      <Show
        when={timeline.error() === null}
        fallback={<Failed error={timeline.error()} retry={timeline.again} />}
      >
        <Show when={timeline.view()} fallback={<Loading what="the session" lines={8} />}>
          {(view) => (
            <>
              <Head session={view().session} />
              <Facts session={view().session} />
              <Show when={view().is_cut}>
                <p class="banner">
                  Retention has removed the first entries of this session; what is left is shown.
                </p>
              </Show>
              <section class="stack" aria-labelledby="timeline">
                <h2 id="timeline">Timeline</h2>
                <ol class="story-line">
                  <For each={items()} fallback={<Empty title="No entry of it is kept" />}>
                    {(item) => (
                      <li>
                        {item.what === "prompt" ? (
                          <PromptStory prompt={item} />
                        ) : (
                          <Event entry={item.entry} />
                        )}
                      </li>
                    )}
                  </For>
                </ol>
                <Show when={view().next_seq !== null}>
                  <p>
                    <button type="button" class="button" onClick={timeline.more}>
                      Show more
                    </button>
                  </p>
                </Show>
              </section>
            </>
          )}
        </Show>
      </Show>
    </div>
  );
}

function Head(props: { session: SessionRow }) {
  const session = () => props.session;
  const prove = async (): Promise<void> => {
    const { agent_id, session_id } = session();
    try {
      const proof = await cloud.sessions.proof.query({ agent_id, session_id });
      const name = `session-${session_id}.proof.json`;
      save({ name, type: "application/json", text: JSON.stringify(proof) });
    } catch (error) {
      toast(error instanceof Error ? error.message : "there is no proof to be had", "bad");
    }
  };
  const tones = { open: "good", waiting: "warn", ended: "" } as const;
  return (
    <div class="page-head">
      <h1>
        <Said text={session().tool ?? "unknown tool"} />
        <Show when={session().label}>{(label) => <Said class="soft" text={` ${label()}`} />}</Show>
      </h1>
      <span class={`chip ${tones[session().state]}`}>{stateText[session().state]}</span>
      <div class="end">
        <button
          type="button"
          class="button small"
          onClick={() => void copy(session().session_id, "The session's id")}
        >
          Copy id
        </button>
        <button type="button" class="button small" onClick={() => void prove()}>
          Save the proof
        </button>
      </div>
    </div>
  );
}

function Facts(props: { session: SessionRow }) {
  const session = () => props.session;
  return (
    <section class="card card-body stack" aria-label="Facts">
      <dl class="facts wide">
        <dt>Agent</dt>
        <dd>
          <A href={`/sessions?agent=${session().agent_id}`}>
            <Said text={agentName(session())} />
          </A>
        </dd>
        <dt>Begun</dt>
        <dd>
          <When at={session().started_at} />
        </dd>
        <dt>State</dt>
        <dd>
          <Doing session={session()} />
        </dd>
        <dt>Mode</dt>
        <dd>{session().mode ?? "not told"}</dd>
        <dt>Prompts</dt>
        <dd>
          {counted(session().prompts, "prompt")}: {session().auto_replied} answered by policy,{" "}
          {session().denied} denied, {session().escalated} called a person
        </dd>
        <dt>By rules</dt>
        <dd>{percent(session().match_rate)} of decisions</dd>
        <Show when={session().cwd}>
          {(folder) => (
            <>
              <dt>Folder</dt>
              <dd class="mono">
                <Said text={folder()} />
              </dd>
            </>
          )}
        </Show>
      </dl>
      <Show
        when={session().command}
        fallback={
          <p class="small soft">
            Command, folder and label were not shared: this machine sends metadata only.
          </p>
        }
      >
        {(command) => (
          <div class="codeblock">
            <Block text={command()} />
          </div>
        )}
      </Show>
    </section>
  );
}
