/** What can be chosen in the console's lists, in their order, under the filter. Pure. */
import type { WaitingPrompt } from "../../../contracts/operator.ts";
import type { SessionSummary } from "../../../contracts/views.ts";
import { type ConsoleState, type Service, services } from "./state.ts";

export type Item =
  | { is: "prompt"; key: string; prompt: WaitingPrompt }
  | { is: "session"; key: string; session: SessionSummary }
  | { is: "service"; key: string; service: Service };

export function itemsOf(state: ConsoleState): Item[] {
  if (state.panel === "services")
    return services.map((service) => ({ is: "service", key: service, service }));
  if (state.panel !== "now") return [];
  const { prompts, sessions } = shownIn(state);
  return [
    ...prompts.map((prompt) => ({ is: "prompt", key: prompt.prompt_id, prompt }) as const),
    ...sessions.map((session) => ({ is: "session", key: session.session_id, session }) as const),
  ];
}

/** Those that run in the order in which they were started, then those that have ended, the last one first. */
export function shownIn({ live, ended, filter }: ConsoleState): {
  prompts: WaitingPrompt[];
  sessions: SessionSummary[];
} {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (...texts: (string | null)[]): boolean => {
    const text = texts.join("\n").toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const running = live?.sessions ?? [];
  const ids = new Set(running.map(({ session_id: id }) => id));
  const all = [...running, ...ended.filter(({ session_id: id }) => !ids.has(id))];
  const cwds = new Map(running.map(({ session_id: id, cwd }) => [id, cwd]));
  return {
    prompts: (live?.waiting ?? []).filter(({ prompt_id, session_id, tool, label, question }) =>
      has(prompt_id, session_id, tool, label, question, cwds.get(session_id) ?? null, "waiting"),
    ),
    sessions: all.filter(({ session_id, tool, label, command, cwd, ...session }) =>
      has(session_id, tool, label, cwd, (command ?? []).join(" "), stateWord(session)),
    ),
  };
}

/** One word, also found by the filter. */
export function stateWord({ state, activity }: Pick<SessionSummary, "state" | "activity">): string {
  return state === "running" ? (activity?.state ?? "running") : state;
}

export function selectedItem(state: ConsoleState): Item | null {
  return itemsOf(state).find(({ key }) => key === state.selected?.key) ?? null;
}
