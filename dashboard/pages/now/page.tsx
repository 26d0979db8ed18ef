/** The first page: what waits for the person, what runs, and what ran last. */
import { A } from "@solidjs/router";
import { createResource, For, Show } from "solid-js";
import { api } from "../../api.ts";
import { live } from "../../live.ts";
import { SessionRow } from "../../parts/session-row.tsx";
import { Empty, Failed, Loading } from "../../parts/states.tsx";
import { Said } from "../../parts/text.tsx";
import { copy } from "../../parts/toast.tsx";
import { Ask } from "./ask.tsx";
import { Glance, useGlances } from "./glance.tsx";
import { HeldChip, HoldButton } from "./steer.tsx";
import "./now.css";

const earlierMax = 10;
/** Enough to see what a tool is at. */
const glanceLines = 6;

export function Now() {
  return (
    <div class="page">
      <div class="page-head">
        <h1>Now</h1>
      </div>
      <Show when={live()} fallback={<Loading what="what runs on this machine" />}>
        {(view) => (
          <>
            <Show when={view().waiting.length > 0}>
              <section class="stack" aria-label="Waiting for you">
                <h2>
                  Waiting for you <span class="chip warn">{view().waiting.length}</span>
                </h2>
                <For each={view().waiting.map(({ prompt_id: id }) => id)}>
                  {(id) => (
                    <Show when={view().waiting.find(({ prompt_id }) => prompt_id === id)}>
                      {(prompt) => <Ask prompt={prompt()} />}
                    </Show>
                  )}
                </For>
              </section>
            </Show>
            <Running />
            <Earlier />
          </>
        )}
      </Show>
    </div>
  );
}

function Running() {
  const sessions = () => live()?.sessions ?? [];
  const glances = useGlances(() => sessions().map(({ session_id: id }) => id), glanceLines);
  return (
    <section class="card" aria-labelledby="running">
      <div class="card-head">
        <h2 id="running">Running</h2>
        <span class="soft small">{sessions().length}</span>
      </div>
      <Show
        when={sessions().length > 0}
        fallback={
          <Empty title="Nothing is running">
            <p>Start a tool under governance, and it appears here by itself.</p>
            <StartCommand />
          </Empty>
        }
      >
        <ul class="rows">
          <For each={sessions()}>
            {(session) => (
              <li class="running">
                <SessionRow session={session} />
                <span class="running-acts">
                  <HeldChip held={glances.of(session.session_id)?.paused} />
                  <HoldButton
                    id={session.session_id}
                    name={session.label ?? session.tool}
                    held={glances.of(session.session_id)?.paused}
                    again={glances.again}
                  />
                </span>
                <Glance glance={glances.of(session.session_id)} />
              </li>
            )}
          </For>
        </ul>
      </Show>
      <For each={live()?.unreachable ?? []}>
        {({ session_id: id, why }) => (
          <p class="card-body small soft">
            Session <code>{id.slice(-8)}</code> could not be asked: <Said text={why} />
          </p>
        )}
      </For>
    </section>
  );
}

const startCommand = "atlasbridge run -- claude";

function StartCommand() {
  return (
    <div class="row-wrap">
      <code class="codeblock">{startCommand}</code>
      <button type="button" class="button small" onClick={() => void copy(startCommand, "Command")}>
        Copy
      </button>
    </div>
  );
}

/** Read again whenever a session has begun or ended. */
function Earlier() {
  const seen = () => (live()?.sessions ?? []).map(({ session_id: id }) => id).join();
  const [page, { refetch }] = createResource(seen, () =>
    api.sessions.list.query({ limit: earlierMax * 2 }),
  );
  const ended = () => {
    const sessions = page.latest?.sessions ?? [];
    return sessions.filter(({ state }) => state !== "running").slice(0, earlierMax);
  };
  return (
    <section class="card" aria-labelledby="earlier">
      <div class="card-head">
        <h2 id="earlier">Earlier</h2>
        <A class="end small" href="/sessions">
          all sessions
        </A>
      </div>
      <Show
        when={page.error === undefined}
        fallback={<Failed error={page.error} retry={() => void refetch()} />}
      >
        <Show when={page.latest !== undefined} fallback={<Loading what="earlier sessions" />}>
          <Show
            when={ended().length > 0}
            fallback={<p class="card-body soft">No session has ended yet.</p>}
          >
            <ul class="rows">
              <For each={ended()}>
                {(session) => (
                  <li>
                    <SessionRow session={session} />
                  </li>
                )}
              </For>
            </ul>
          </Show>
        </Show>
      </Show>
    </section>
  );
}
