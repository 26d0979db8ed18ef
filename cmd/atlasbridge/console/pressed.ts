/** What a key does in the console. Pure. */
import { choicesFor, takesText } from "../../../contracts/choices.ts";
import { limits } from "../../../contracts/limits.ts";
import type { WaitingPrompt } from "../../../contracts/operator.ts";
import { type Item, itemsOf, selectedItem } from "./items.ts";
import {
  type ConsoleState,
  type Effect,
  type Key,
  type Order,
  panels,
  type Said,
  type Stepped,
} from "./state.ts";

/** A key pressed sooner than this after the selection moved by itself was meant for what stood there before. */
const settleMs = 700;
const pageRows = 10;

const stay = (state: ConsoleState): Stepped => ({ state, effects: [] });
const doing = (state: ConsoleState, ...effects: Effect[]): Stepped => ({ state, effects });
const saying = (state: ConsoleState, text: string, tone: Said["tone"] = "plain"): Stepped =>
  stay({ ...state, said: { text, tone } });

export function pressed(before: ConsoleState, key: Key): Stepped {
  const state = { ...before, said: null };
  switch (state.mode.is) {
    case "filtering":
      return inFilter(state, key, state.mode.before);
    case "typing":
      return inText(state, key, state.mode);
    case "stopping": {
      const { id } = state.mode;
      const after: ConsoleState = { ...state, mode: { is: "browsing" } };
      if (key.key === "text" && key.text === "x") {
        return doing(after, { do: "steer", id, order: "stop" });
      }
      return saying(after, "not stopped");
    }
    case "help":
      if (key.key === "ctrl-c") return doing(state, { do: "quit" });
      if (key.key === "down" || key.key === "up") {
        const from = Math.max(0, state.mode.from + (key.key === "down" ? 1 : -1));
        return stay({ ...state, mode: { is: "help", from } });
      }
      return stay({ ...state, mode: { is: "browsing" } });
    case "browsing":
      return browsing(state, key);
  }
}

function browsing(state: ConsoleState, key: Key): Stepped {
  switch (key.key) {
    case "ctrl-c":
      return doing(state, { do: "quit" });
    case "escape":
      return stay({ ...state, filter: "" });
    case "tab":
    case "right":
      return toPanel(state, 1);
    case "shift-tab":
    case "left":
      return toPanel(state, -1);
    case "up":
      return moved(state, -1);
    case "down":
      return moved(state, 1);
    case "pageup":
      return moved(state, -pageRows);
    case "pagedown":
      return moved(state, pageRows);
    case "home":
      return moved(state, -Infinity);
    case "end":
      return moved(state, Infinity);
    case "enter":
      return onItem(state, "Enter");
    case "paste":
      return pasted(state);
    case "text":
      return letters(state, Array.from(key.text));
    default:
      return stay(state);
  }
}

/** So many letters at once are no keys: a terminal that does not mark what is pasted. */
const lettersMax = 4;

function letters(before: ConsoleState, texts: readonly string[]): Stepped {
  if (texts.length > lettersMax) return pasted(before);
  let state = before;
  const effects: Effect[] = [];
  for (const text of texts) {
    const key: Key = { key: "text", text };
    const stepped = state.mode.is === "browsing" ? letter(state, text) : pressed(state, key);
    state = stepped.state;
    effects.push(...stepped.effects);
  }
  return { state, effects };
}

const pasted = (state: ConsoleState): Stepped =>
  saying(state, "pasted text answers nothing; press the answer's own key", "bad");

function letter(state: ConsoleState, text: string): Stepped {
  switch (text) {
    case "q":
      return doing(state, { do: "quit" });
    case "?":
      return stay({ ...state, mode: { is: "help", from: 0 } });
    case "/":
      return stay({ ...state, panel: "now", mode: { is: "filtering", before: state.filter } });
    case "j":
      return moved(state, 1);
    case "k":
      return moved(state, -1);
    case "A": {
      const order = state.live?.autopilot.state === "paused" ? "resume" : "pause";
      return doing(state, { do: "autopilot", order });
    }
    default:
      return onItem(state, text);
  }
}

function toPanel(state: ConsoleState, by: number): Stepped {
  const at = panels.indexOf(state.panel) + by + panels.length;
  const panel = panels[at % panels.length] ?? "now";
  const after: ConsoleState = { ...state, panel, selected: null, scroll: 0 };
  if (panel !== "doctor" || state.doctor.is !== "unasked") return stay(after);
  return doing({ ...after, doctor: { is: "asking" } }, { do: "doctor" });
}

function moved(state: ConsoleState, by: number): Stepped {
  if (state.panel === "trace" || state.panel === "doctor") {
    // The newest entry stands at the bottom, the most urgent finding at the top.
    const rows = state.panel === "trace" ? -by : by;
    const last = state.panel === "trace" ? state.entries.length : findingsMax;
    return stay({ ...state, scroll: Math.max(0, Math.min(last, state.scroll + rows)) });
  }
  const items = itemsOf(state);
  const at = items.findIndex(({ key }) => key === state.selected?.key);
  const next = items[Math.max(0, Math.min(items.length - 1, at + by))];
  if (next === undefined) return stay(state);
  const selected = { key: next.key, since: state.monotonicMs, moved: "by hand" } as const;
  return stay({ ...state, selected });
}

const findingsMax = 200;

function onItem(state: ConsoleState, text: string): Stepped {
  if (state.panel === "doctor" && text === "r") {
    return doing({ ...state, doctor: { is: "asking" } }, { do: "doctor" });
  }
  const item = selectedItem(state);
  if (item === null) return unknown(state, text);
  if (item.is === "service") return onService(state, item, text);
  if (item.is === "prompt") {
    const answered = onPrompt(state, item.prompt, text);
    if (answered !== null) return answered;
  }
  return onSession(state, item, text);
}

/** Null: the key is no answer. */
function onPrompt(state: ConsoleState, prompt: WaitingPrompt, text: string): Stepped | null {
  const choice = choicesFor(prompt).find(({ key }) => key === text);
  const writes = text === "t" && mayType(prompt);
  if (choice === undefined && !writes) return null;
  const { selected, answering, monotonicMs } = state;
  if (selected?.moved === "itself" && monotonicMs - selected.since < settleMs) {
    return saying(state, "another question has come to stand here: look, and press again", "bad");
  }
  if (answering.has(prompt.prompt_id)) return saying(state, "it is being answered already");
  if (choice === undefined) return stay({ ...state, mode: { is: "typing", prompt, text: "" } });
  return answer(state, prompt, choice.value);
}

/** Options beyond those that have a key are written out. */
export function mayType(prompt: WaitingPrompt): boolean {
  return takesText(prompt) || choicesFor(prompt).some(({ key }) => key === null);
}

function answer(state: ConsoleState, prompt: WaitingPrompt, value: string | null): Stepped {
  const answering = new Map(state.answering).set(prompt.prompt_id, "sending");
  return doing({ ...state, answering, mode: { is: "browsing" } }, { do: "answer", prompt, value });
}

function onSession(state: ConsoleState, item: Exclude<Item, { is: "service" }>, text: string) {
  const id = item.is === "prompt" ? item.prompt.session_id : item.session.session_id;
  const isOver = item.is === "session" && item.session.state !== "running";
  if (isOver && "aprfx".includes(text)) return saying(state, "it has ended", "bad");
  switch (text) {
    case "a":
      return doing(state, { do: "attach", id });
    case "p":
      return doing(state, { do: "steer", id, order: "pause" });
    case "f":
      return doing(state, { do: "steer", id, order: "freeze" });
    case "r":
      return doing(state, { do: "steer", id, order: "resume" });
    case "x":
      return stay({ ...state, mode: { is: "stopping", id } });
    default:
      return unknown(state, text);
  }
}

const orders: Readonly<Record<string, Order>> = { s: "start", x: "stop", r: "restart" };

function onService(
  state: ConsoleState,
  { service }: Extract<Item, { is: "service" }>,
  text: string,
): Stepped {
  const order = orders[text];
  if (order !== undefined) return doing(state, { do: "service", service, order });
  if (text === "o" && service === "dashboard") return doing(state, { do: "link" });
  return unknown(state, text);
}

function unknown(state: ConsoleState, text: string): Stepped {
  if (text === "Enter") return stay(state);
  return saying(state, `"${text}" does nothing here; ? lists the keys`);
}

function inFilter(state: ConsoleState, key: Key, before: string): Stepped {
  const browsingAgain: ConsoleState = { ...state, mode: { is: "browsing" } };
  switch (key.key) {
    case "enter":
      return stay(browsingAgain);
    case "escape":
    case "ctrl-c":
      return stay({ ...browsingAgain, filter: before });
    case "up":
    case "down":
      return moved(browsingAgain, key.key === "up" ? -1 : 1);
    default: {
      const filter = edited(state.filter, key, limits.dashboardSearchCharsMax);
      return stay({ ...state, filter });
    }
  }
}

type Typing = Extract<ConsoleState["mode"], { is: "typing" }>;

function inText(state: ConsoleState, key: Key, { prompt, text }: Typing): Stepped {
  switch (key.key) {
    case "enter": {
      // As it stands on the screen now, not as it stood when typing began.
      const shown = state.live?.waiting.find(({ prompt_id: id }) => id === prompt.prompt_id);
      return answer(state, shown ?? prompt, text);
    }
    case "escape":
    case "ctrl-c":
      return saying({ ...state, mode: { is: "browsing" } }, "nothing was sent");
    default: {
      const after = edited(text, key, limits.replyCharsMax);
      return stay({ ...state, mode: { is: "typing", prompt, text: after } });
    }
  }
}

function edited(text: string, key: Key, charsMax: number): string {
  switch (key.key) {
    case "backspace":
      return Array.from(text).slice(0, -1).join("");
    case "ctrl-u":
      return "";
    case "text":
    case "paste":
      // One line is typed: what ends a line would send it.
      return (text + key.text.replaceAll(/[\r\n\t]+/g, " ").replaceAll(/\p{Cc}/gu, "")).slice(
        0,
        charsMax,
      );
    default:
      return text;
  }
}
