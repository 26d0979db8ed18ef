/** Every session of this machine, newest first: searched, narrowed, and laid out only where one looks. */
import { useSearchParams } from "@solidjs/router";
import { createEffect, createSignal, For, on, Show } from "solid-js";
import type { SessionsListView, SessionSummary } from "../../../contracts/views.ts";
import { api } from "../../api.ts";
import { live } from "../../live.ts";
import { SessionRow } from "../../parts/session-row.tsx";
import { Empty, Failed, Loading } from "../../parts/states.tsx";
import { VirtualRows } from "../../parts/virtual-rows.tsx";

type Session = SessionsListView["sessions"][0];

const states = ["all", "running", "ended", "died"] as const;
type State = (typeof states)[number];

const pageRows = 100;

/** Rows that were asked for so far; what is asked for later never overtakes what is newer. */
function usePages(search: () => string, state: () => State) {
  const [rows, setRows] = createSignal<readonly Session[]>([]);
  const [next, setNext] = createSignal<string | null>(null);
  const [status, setStatus] = createSignal<"loading" | "there" | Error>("loading");
  let asked = 0;

  async function ask(cursor: string | null, want: number): Promise<void> {
    asked += 1;
    const mine = asked;
    try {
      const input = { search: search(), state: state(), cursor, limit: Math.min(want, 200) };
      const page = await api.sessions.list.query(input);
      if (mine !== asked) return;
      setRows((before) => (cursor === null ? page.sessions : [...before, ...page.sessions]));
      setNext(page.next);
      setStatus("there");
    } catch (error) {
      if (mine === asked) setStatus(error instanceof Error ? error : new Error(String(error)));
    }
  }

  return {
    rows,
    status,
    more: () => {
      const cursor = next();
      if (cursor !== null && status() === "there") {
        setNext(null);
        void ask(cursor, pageRows);
      }
    },
    anew: () => void ask(null, Math.max(pageRows, rows().length)),
  };
}

export function Sessions() {
  const [params, setParams] = useSearchParams<{ q?: string; state?: string }>();
  const search = () => params.q ?? "";
  const state = (): State => states.find((one) => one === params.state) ?? "all";
  const pages = usePages(search, state);
  // Narrowed otherwise, or a session has begun or ended.
  createEffect(
    on(
      () => [
        search(),
        state(),
        live()
          ?.sessions.map(({ session_id: id }) => id)
          .join(),
      ],
      () => pages.anew(),
    ),
  );
  return (
    <div class="page">
      <div class="page-head">
        <h1>Sessions</h1>
        <div class="end">
          <input
            class="input narrow"
            type="search"
            data-search
            aria-label="Search sessions"
            placeholder="Tool, command, folder, label"
            maxLength={200}
            value={search()}
            onInput={({ currentTarget: { value } }) =>
              setParams({ q: value === "" ? null : value }, { replace: true, scroll: false })
            }
          />
          <select
            class="input narrow"
            aria-label="State"
            value={state()}
            onChange={({ currentTarget: { value } }) =>
              setParams({ state: value === "all" ? null : value }, { scroll: false })
            }
          >
            <For each={states}>
              {(one) => <option value={one}>{one === "all" ? "every state" : one}</option>}
            </For>
          </select>
        </div>
      </div>
      <section class="card" aria-label="Sessions">
        <Show
          when={pages.rows().length > 0}
          fallback={
            <Nothing
              status={pages.status()}
              isNarrowed={search() !== "" || state() !== "all"}
              retry={pages.anew}
            />
          }
        >
          <VirtualRows rows={pages.rows()} rowPx={rowPx} atEnd={pages.more}>
            {(row) => <SessionRow session={asItIs(row())} />}
          </VirtualRows>
        </Show>
      </section>
    </div>
  );
}

function Nothing(props: {
  status: "loading" | "there" | Error;
  isNarrowed: boolean;
  retry: () => void;
}) {
  return (
    <Show when={props.status !== "loading"} fallback={<Loading what="sessions" lines={8} />}>
      <Show
        when={props.status === "there"}
        fallback={<Failed error={props.status} retry={props.retry} />}
      >
        <Show
          when={props.isNarrowed}
          fallback={
            <Empty title="No session yet">
              <p>
                Each tool that runs under governance is listed here, for as long as its trace is
                kept.
              </p>
              <code class="codeblock">atlasbridge run -- claude</code>
            </Empty>
          }
        >
          <Empty title="No session fits">
            <p>Search for another word, or look at every state.</p>
          </Empty>
        </Show>
      </Show>
    </Show>
  );
}

/** What runs changes by itself. */
function asItIs(row: Session): SessionSummary {
  return live()?.sessions.find(({ session_id: id }) => id === row.session_id) ?? row;
}

const rowPx = 46;
