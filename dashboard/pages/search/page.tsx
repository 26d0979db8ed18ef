/** One box for everything: agents, sessions and rules of the organisation. */
import { A, useSearchParams } from "@solidjs/router";
import { createEffect, createSignal, For, type JSX, on, onCleanup, onMount, Show } from "solid-js";
import type { SearchView } from "../../../contracts/cloud-fleet.ts";
import { cloud } from "../../cloud-api.ts";
import { Shown, useAsked } from "../../parts/resource.tsx";
import { Empty } from "../../parts/states.tsx";
import { Line } from "../../parts/text.tsx";
import { agentName, FleetRow } from "../fleet-sessions/row.tsx";

/** Whoever types goes on typing. */
const restMs = 200;

export function Search() {
  const [params, setParams] = useSearchParams<{ q?: string }>();
  const text = () => (params.q ?? "").trim().slice(0, 200);
  const [wanted, setWanted] = createSignal(text());
  let input: HTMLInputElement | undefined;
  let found: HTMLElement | undefined;
  createEffect(
    on(text, (now) => {
      const timer = setTimeout(() => setWanted(now), restMs);
      onCleanup(() => clearTimeout(timer));
    }),
  );
  // After the page as a whole was given the focus.
  onMount(() => setTimeout(() => input?.focus()));
  const asked = useAsked(wanted, async (words) => await cloud.fleet.search.query({ text: words }));
  return (
    <div class="page">
      <div class="page-head">
        <h1>Search</h1>
      </div>
      <form
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          found?.querySelector<HTMLElement>("[data-row]")?.focus();
        }}
      >
        <input
          class="input"
          type="search"
          data-search
          ref={(element) => (input = element)}
          aria-label="Search everything"
          placeholder="An agent, a session, a tool, a rule, the start of an id; labels and commands where they were shared"
          maxLength={200}
          value={params.q ?? ""}
          onInput={({ currentTarget: { value } }) =>
            setParams({ q: value === "" ? null : value }, { replace: true, scroll: false })
          }
        />
      </form>
      <div class="found" ref={(element) => (found = element)}>
        <Show when={wanted() !== ""} fallback={<Ready />}>
          <Shown asked={asked} what="what was found" lines={6}>
            {(view) => <Found view={view()} words={wanted()} />}
          </Shown>
        </Show>
      </div>
    </div>
  );
}

function Ready() {
  return (
    <section class="card">
      <Empty title="What are you looking for?" icon="search">
        <p>Enter goes to the first that is found; j and k walk on from there.</p>
      </Empty>
    </section>
  );
}

function Found(props: { view: SearchView; words: string }) {
  const isNothing = () =>
    props.view.agents.length + props.view.sessions.length + props.view.rules.length === 0;
  return (
    <Show
      when={!isNothing()}
      fallback={
        <section class="card">
          <Empty title="Nothing fits">
            <p>Another word, or the start of an id, may.</p>
          </Empty>
        </section>
      }
    >
      <Group title="Agents" rows={props.view.agents}>
        {(agent) => (
          <A class="list-row" href={`/agents/${agent.agent_id}`} data-row>
            <Line text={agentName({ agent_id: agent.agent_id, agent_label: agent.label })} />
          </A>
        )}
      </Group>
      <Group
        title="Sessions"
        rows={props.view.sessions}
        all={`/sessions?q=${encodeURIComponent(props.words)}`}
      >
        {(session) => <FleetRow session={session} />}
      </Group>
      <Group title="Rules" rows={props.view.rules}>
        {(rule) => (
          <A class="list-row mono" href={`/decisions?rule=${encodeURIComponent(rule)}`} data-row>
            <Line text={rule} />
          </A>
        )}
      </Group>
    </Show>
  );
}

function Group<T>(props: {
  title: string;
  rows: readonly T[];
  all?: string;
  children: (row: T) => JSX.Element;
}) {
  return (
    <Show when={props.rows.length > 0}>
      <section class="card" aria-label={props.title}>
        <div class="card-head">
          <h2>{props.title}</h2>
          <Show when={props.all}>
            {(all) => (
              <A class="end small" href={all()}>
                All
              </A>
            )}
          </Show>
        </div>
        <ul class="rows">
          <For each={props.rows}>{(row) => <li>{props.children(row)}</li>}</For>
        </ul>
      </section>
    </Show>
  );
}
