/** What becomes of the console by what happens to it. Pure. */
import type { LiveView } from "../../../contracts/dashboard.ts";
import { itemsOf } from "./items.ts";
import { pressed } from "./pressed.ts";
import type { ConsoleEvent, ConsoleState, Stepped } from "./state.ts";

/** `at`: this moment, by both clocks. */
export function step(
  before: ConsoleState,
  event: ConsoleEvent,
  at: Pick<ConsoleState, "now" | "monotonicMs">,
): Stepped {
  const state = { ...before, ...at };
  if (event.on !== "key") return { state: settled(before, learned(state, event)), effects: [] };
  const { state: after, effects } = pressed(state, event.key);
  return { state: settled(before, after), effects };
}

function learned(state: ConsoleState, event: Exclude<ConsoleEvent, { on: "key" }>): ConsoleState {
  switch (event.on) {
    case "live":
      return { ...state, live: event.live, answering: stillWaiting(state, event.live) };
    case "ended":
      return { ...state, ended: event.sessions };
    case "states":
      return { ...state, states: new Map(event.states.map((one) => [one.session_id, one])) };
    case "services":
      return { ...state, services: event.services };
    case "entries":
      return { ...state, entries: event.entries };
    case "doctor":
      return { ...state, doctor: event.doctor };
    case "answering": {
      const answering = new Map(state.answering);
      if (event.step === null) answering.delete(event.id);
      else answering.set(event.id, event.step);
      return { ...state, answering };
    }
    case "said":
      return { ...state, said: event.said };
    case "time":
      return state;
  }
}

function stillWaiting({ answering }: ConsoleState, { waiting }: LiveView) {
  const ids = new Set(waiting.map(({ prompt_id: id }) => id));
  return new Map([...answering].filter(([id]) => ids.has(id)));
}

/** The selection is always of something that is there; where that has gone, of what stands in its place now. */
function settled(before: ConsoleState, state: ConsoleState): ConsoleState {
  const items = itemsOf(state);
  const { selected } = state;
  const since = state.monotonicMs;
  if (selected !== null && items.some(({ key }) => key === selected.key)) return firstCall(state);
  const keys = itemsOf({ ...before, panel: state.panel }).map(({ key }) => key);
  const at = selected === null ? 0 : Math.max(0, keys.indexOf(selected.key));
  const next = items[Math.min(at, items.length - 1)];
  const moved = next === undefined ? null : ({ key: next.key, since, moved: "itself" } as const);
  return { ...state, selected: moved, mode: modeWithout(state) };
}

/** What is typed for a prompt that has gone is not for another. */
function modeWithout({ mode, live }: ConsoleState): ConsoleState["mode"] {
  if (mode.is !== "typing") return mode;
  const waits = live?.waiting.some(({ prompt_id: id }) => id === mode.prompt.prompt_id) === true;
  return waits ? mode : { is: "browsing" };
}

/** The first prompt that waits is looked at, unless the person has chosen something else. */
function firstCall(state: ConsoleState): ConsoleState {
  const { selected, mode } = state;
  const [first] = itemsOf(state);
  if (selected === null || selected.moved === "by hand" || first?.is !== "prompt") return state;
  if (mode.is !== "browsing" || itemsOf(state).some((one) => isSelectedPrompt(one, selected.key)))
    return state;
  return { ...state, selected: { key: first.key, since: state.monotonicMs, moved: "itself" } };
}

const isSelectedPrompt = (item: ReturnType<typeof itemsOf>[0], key: string): boolean =>
  item.is === "prompt" && item.key === key;
