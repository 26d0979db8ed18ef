/** Proves transition by transition where the session machine goes, and exactly what it says is to be done. */
import { describe, expect, test } from "bun:test";
import { limits } from "../../contracts/limits.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import type { EntryDraft } from "../../contracts/trace.ts";
import type { Effect, SessionEvent, SessionState, Step, StepSettings } from "./state.ts";
import {
  decision,
  full,
  gone,
  headless,
  highlighted,
  lends,
  menu,
  met,
  pending,
  play,
  secret,
  yes,
  yesNo,
} from "./step.example.ts";
import { step } from "./step.ts";

const { id } = pending(yesNo);
const human = decision("require_human");
const recorded: SessionEvent = { type: "recorded" };
const typed: SessionEvent = { type: "typed" };
const timeout: SessionEvent = { type: "effect_timeout" };
const personTyped: SessionEvent = { type: "person_typed" };
const exited: SessionEvent = { type: "exited" };
const diskFull: SessionEvent = { type: "not_recorded", why: "disk full" };
const forbidden = (bytes: number): SessionEvent => ({
  ...{ type: "not_typed", why: "the screen changed", outcome: "withdrawn", bytes },
});
const shows = (prompt: Prompt): SessionEvent => ({ type: "seen", sight: { what: "same", prompt } });
const notFetched: SessionEvent = {
  ...{ type: "not_fetched", promptId: id, why: "the keychain is locked", advice: "unlock it" },
};
const fromElsewhere: SessionEvent = {
  ...{ type: "answered", promptId: id, by: "cli", meaning: "y" },
  keys: { how: "type", bytes: Uint8Array.of(0x79, 0x0d) },
};

/** How a session comes to stand there. */
const ways: Record<SessionState["stage"]["name"], SessionEvent[]> = {
  watching: [],
  deciding: [met(yesNo)],
  fetching: [met(secret), lends],
  recording: [met(yesNo), yes],
  typing: [met(yesNo), yes, recorded],
  confirming: [met(yesNo), yes, recorded, typed],
  asking: [met(yesNo), human],
  steering: [met(menu), decision("auto_reply", "Blue"), recorded],
  lingering: [met(yesNo), yes, recorded, typed, timeout],
  closed: [exited],
};

const events: Record<string, SessionEvent> = {
  new: met(yesNo, 1),
  same: shows(highlighted(1)),
  gone,
  decided: yes,
  fetched: { type: "fetched", promptId: id },
  unfetched: notFetched,
  recorded,
  unrecorded: diskFull,
  typed,
  untyped: forbidden(2),
  timeout,
  person: personTyped,
  confirmed: { type: "confirmed" },
  answered: fromElsewhere,
  exited,
};

/** Where each event leads from where; `=`: it changes nothing, and nothing is to be done. */
const table = `
from        new       same      gone      decided    fetched    unfetched  recorded  unrecorded
watching    deciding  =         =         =          =          =          =         =
deciding    =         =         =         recording  =          =          =         =
fetching    deciding  =         watching  =          recording  asking     =         =
recording   =         =         =         =          =          =          typing    asking
typing      =         =         =         =          =          =          =         =
confirming  deciding  =         watching  =          =          =          =         =
asking      deciding  =         watching  =          =          =          =         =
steering    deciding  steering  watching  =          =          =          =         =
lingering   deciding  =         watching  =          =          =          =         =
closed      =         =         =         =          =          =          =         =

from        typed       untyped   timeout    person  confirmed  answered   exited
watching    =           =         =          =       =          =          closed
deciding    =           =         =          =       =          =          closed
fetching    =           =         =          asking  =          =          closed
recording   =           =         =          =       =          =          closed
typing      confirming  watching  =          =       =          =          closed
confirming  =           =         lingering  =       =          =          closed
asking      =           =         =          asking  =          recording  closed
steering    =           watching  lingering  asking  =          =          closed
lingering   =           =         =          =       =          =          closed
closed      =           =         =          =       =          =          =
`;

test("every event, wherever the session stands", () => {
  for (const half of table.trim().split("\n\n")) {
    const [[, ...names] = [], ...rows] = half.split("\n").map((line) => line.split(/ +/));
    for (const [from = "", ...expected] of rows) {
      const { state } = play(ways[from as keyof typeof ways]);
      const went = names.map((name) => {
        const event = events[name];
        if (event === undefined) throw new Error(`there is no event ${name}`);
        const next = step(state, event, full);
        const isSame = next.effects.length === 0 && Bun.deepEquals(next.state, state, true);
        return isSame ? "=" : next.state.stage.name;
      });
      expect([from, ...went]).toEqual([from, ...expected]);
    }
  }
});

/** The last step of a history, with all that it says. */
function last(history: SessionEvent[], settings: StepSettings = full): Step {
  const { state } = play(history.slice(0, -1), settings);
  const event = history.at(-1);
  if (event === undefined) throw new Error("there is no last event");
  return step(state, event, settings);
}

const record = (...drafts: EntryDraft[]): Effect => ({ do: "record", drafts });
const closed = (
  outcome: Extract<EntryDraft, { kind: "prompt.closed" }>["data"]["outcome"],
  extra: { typed?: boolean; bytes?: number; reason?: string } = {},
): EntryDraft => ({ kind: "prompt.closed", data: { prompt_id: id, outcome, ...extra } });
const escalated = (reason: string, by: "policy" | "terminal" = "policy"): EntryDraft => ({
  kind: "prompt.escalated",
  data: { prompt_id: id, by, reason },
});
const call = (reason: string, prompt = yesNo): Effect => ({ do: "call_person", prompt, reason });
const type = (text: string): Effect => ({
  ...{ do: "type", by: "policy", bytes: new TextEncoder().encode(text), promptId: id },
});
const timer: Effect = { do: "effect_timer", ms: limits.effectMs };
const kindsOf = (effects: Effect[]): string[] =>
  effects.flatMap((effect) => ("drafts" in effect ? effect.drafts.map(({ kind }) => kind) : []));

test("a session begins with nothing known and nothing counted", () => {
  expect(play([]).state).toStrictEqual({
    stage: { name: "watching" },
    tally: { prompts: 0, answered: 0, escalated: 0 },
    asks: "unknown",
  });
});

describe("a person is told why it is theirs", () => {
  const again: SessionEvent = {
    type: "seen",
    sight: { what: "new", pending: pending(yesNo), personTyping: false, repeated: true },
  };
  const off: StepSettings = { mode: "off", headless: false };
  const cases: [string, SessionEvent[], StepSettings?][] = [
    ["it was answered, and has not been asked again since", [again]],
    ["mode is off", [met(yesNo)], off],
    ["you were typing when it asked", [met(yesNo, 0, true), yes]],
    ["because", ways.asking],
    ["the decision could not be recorded: disk full", [...ways.recording, diskFull]],
  ];
  test.each(cases)("%s", (why, history, settings = full) => {
    const { state, effects } = last(history, settings);
    const drafts = effects.flatMap((effect) => (effect.do === "record" ? effect.drafts : []));
    expect(drafts.at(-1)).toEqual(escalated(why));
    expect(effects.slice(1)).toEqual([call(why)]);
    expect(state.stage).toStrictEqual({
      ...{ name: "asking", pending: pending(yesNo), personTyped: false },
    });
    expect(state.tally).toEqual({ prompts: 1, answered: 0, escalated: 1 });
  });
});

test("what cannot be recorded ends the tool where there is nobody", () => {
  const reason = "the decision could not be recorded: disk full";
  const { state, effects } = last([...ways.recording, diskFull], headless);
  expect(effects).toEqual([record(closed("denied", { reason })), { do: "end_tool", why: reason }]);
  expect(state.stage.name).toBe("lingering");
});

test("what the screen tells against the tool is an entry, as long as there is a session", () => {
  const data = { screen: "idle", announced: "working" };
  const disagreed: SessionEvent = { type: "disagreed", ...data };
  const { state } = play(ways.deciding);
  const effects = [record({ kind: "detector.disagreed", data })];
  expect(step(state, disagreed, full)).toStrictEqual({ state, effects });
  expect(last([exited, disagreed]).effects).toEqual([]);
});

test("a secret is recorded as policy's reply, of no known length", () => {
  const { effects } = last([...ways.fetching, { type: "fetched", promptId: id }]);
  const claim = { promptId: id, by: "policy", bytes: 0, as: "secret" } as const;
  expect(effects).toEqual([{ do: "record_reply", drafts: [], ...claim }]);
});

test("an answer of the keychain that comes for another prompt changes nothing", () => {
  for (const late of [notFetched, { type: "fetched", promptId: id }] as SessionEvent[]) {
    const { state } = play([met(secret, 1), lends]);
    expect(step(state, late, full)).toStrictEqual({ state, effects: [] });
  }
});

test("a rule without words presses Enter where only Enter is awaited", () => {
  const waits: Prompt = { ...yesNo, kind: "confirm_enter", options: [] };
  expect(last([met(waits), decision("auto_reply"), recorded]).effects).toEqual([type("\r")]);
});

describe("a suggestion", () => {
  const assist: StepSettings = { mode: "assist", headless: false, suggests: true };
  const moved = highlighted(1);

  test("is for the menu as it looks now", () => {
    const { state } = play([met(menu), decision("auto_reply", "Blue")], assist);
    const next = step(state, shows(moved), assist);
    const stage = { ...state.stage, pending: { ...pending(menu), prompt: moved } };
    expect(next).toEqual({ state: { ...state, stage } as SessionState, effects: [] });
  });

  test("is carried out by one word of the person", () => {
    const { state, effects } = last([...ways.recording, { type: "confirmed" }], assist);
    expect(state.stage.name).toBe("recording");
    expect(kindsOf(effects)).toEqual(["reply.received"]);
  });
});

describe("an Enter that may have to follow", () => {
  const asks = (enter: "once echoed" | "never"): SessionEvent => {
    const encoding = { ...pending(yesNo).encoding, canonical: false, enter };
    const sight = { what: "new", personTyping: false, repeated: false } as const;
    return { type: "seen", sight: { ...sight, pending: { ...pending(yesNo), encoding } } };
  };
  const pressed = (enter: "once echoed" | "never") => [asks(enter), yes, recorded, typed];
  const echoed: SessionEvent = {
    type: "seen",
    sight: {
      ...{ what: "same", prompt: yesNo },
      echo: { behind: "y", untouchedMs: 0, sameReader: true },
    },
  };

  test("is due only behind the key that asks for it, and while the echo is seen", () => {
    const { state, effects } = last(pressed("once echoed"));
    expect(effects).toEqual([timer]);
    expect(state.stage).toMatchObject({ enter: "due", reply: { typedBytes: 1 } });
    expect(step(state, shows(yesNo), full)).toStrictEqual({ state, effects: [] });
    expect(last([...pressed("once echoed"), echoed]).effects).toEqual([type("\r")]);
    expect(last([...pressed("never"), echoed]).effects).toEqual([]);
  });

  test("is counted once it was typed, and not before", () => {
    const key = pressed("once echoed");
    expect(last([...key, gone]).effects).toEqual([record(closed("answered", { bytes: 1 }))]);
    for (const more of [[echoed], [echoed, forbidden(1)], [personTyped]]) {
      const { effects } = last([...key, ...more, gone]);
      expect(effects).toEqual([record(closed("answered", { bytes: 1 }))]);
    }
    expect(last([...key, personTyped]).state.stage).toMatchObject({ enter: "pressed" });
    const { effects } = last([...key, echoed, typed, gone]);
    expect(effects).toEqual([record(closed("answered", { bytes: 2 }))]);
  });
});

describe("keys that the last look forbids", () => {
  const reason = "the screen changed";

  test("are told as not typed", () => {
    const { effects } = last([...ways.typing, forbidden(2)]);
    expect(effects).toEqual([record(closed("withdrawn", { typed: false, reason }))]);
    expect(last([...ways.steering, forbidden(3)]).effects).toEqual(effects);
  });

  test("are told beside those that went before", () => {
    const one = last([...ways.steering, shows(highlighted(1)), forbidden(3)]);
    expect(one.effects).toEqual([record(closed("withdrawn", { bytes: 3, reason }))]);
    const moved = [...ways.steering, shows(highlighted(1)), shows(highlighted(2))];
    const enter = last([...moved, forbidden(1)]);
    expect(enter.effects).toEqual([record(closed("withdrawn", { bytes: 6, reason }))]);
  });
});

describe("a reply without effect", () => {
  const reason = "the reply was typed, but the prompt is still there";
  const told = [record(escalated(reason), closed("no_effect", { reason })), call(reason)];

  test("is told to the person, whose the prompt is then", () => {
    const { state, effects } = last(ways.lingering);
    expect(effects).toEqual(told);
    expect(state.stage).toEqual({ name: "lingering", pending: pending(yesNo) });
    expect(state.tally).toEqual({ prompts: 1, answered: 0, escalated: 1 });
  });

  test("ends the tool where there is nobody", () => {
    const end: Effect = { do: "end_tool", why: "a reply had no effect" };
    expect(last(ways.lingering, headless).effects).toEqual([...told, end]);
  });

  test("leaves nothing behind it once its prompt has gone or the tool has ended", () => {
    for (const end of [gone, exited]) expect(last([...ways.lingering, end]).effects).toEqual([]);
  });
});

describe("a menu", () => {
  test("is pressed one key at a time, each with its timer, and taken by an Enter without", () => {
    const { state, effects } = last(ways.steering);
    expect(effects).toEqual([type("\u001b[B"), timer]);
    expect(state.stage).toMatchObject({ name: "steering", typedBytes: 3 });
    const [second, third] = [highlighted(1), highlighted(2)];
    expect(last([...ways.steering, shows(second)]).effects).toEqual([type("\u001b[B"), timer]);
    const taken = last([...ways.steering, shows(second), shows(third)]);
    expect(taken.effects).toEqual([type("\r")]);
    expect(taken.state.stage).toMatchObject({
      ...{ name: "typing", reply: { typedBytes: 6 }, pending: { prompt: third } },
    });
  });

  test("whose highlight does not come along is given up before more is typed than was recorded", () => {
    const reason = "the highlight did not come to the wanted option as planned";
    const moved = [...ways.steering, shows(highlighted(1))];
    expect(last(moved).state.stage).toMatchObject({ name: "steering", typedBytes: 6 });
    const { state, effects } = last([...moved, shows(menu)]);
    expect(effects).toEqual([
      record(escalated(reason), closed("no_effect", { bytes: 6, reason })),
      call(reason, menu),
    ]);
    expect(state.stage).toEqual({ name: "lingering", pending: pending(menu) });
  });

  test("or a secret to come that the person takes over is theirs, and said so", () => {
    const takeover = [record(escalated("you took over", "terminal"))];
    const known = { name: "asking" as const, personTyped: true, keys: "\u0000" };
    const steered = last([...ways.steering, personTyped]);
    expect(steered.effects).toEqual(takeover);
    expect(steered.state.stage).toEqual({
      ...known,
      pending: pending(menu),
      typedBytes: 3,
    });
    expect(steered.state.tally.escalated).toBe(1);
    const fetching = last([...ways.fetching, personTyped]);
    expect(fetching.effects).toEqual(takeover);
    expect(fetching.state.stage).toStrictEqual({ ...known, pending: pending(secret) });
  });

  test("that has gone while it was steered was withdrawn, and what was typed is told", () => {
    const { effects } = last([...ways.steering, gone]);
    expect(effects).toEqual([record(closed("withdrawn", { bytes: 3 }))]);
  });
});

describe("the end of the tool closes", () => {
  const ended = (extra = {}) => [record(closed("session_ended", extra))];
  const cases: [keyof typeof ways, Effect[]][] = [
    ["watching", []],
    ["fetching", ended()],
    ["recording", ended()],
    ["typing", ended()],
    ["confirming", [record(closed("answered"))]],
    ["asking", ended()],
    ["steering", ended({ bytes: 3 })],
    ["lingering", []],
    ["closed", []],
  ];
  test.each(cases)("what was %s", (name, effects) => {
    const { state } = play(ways[name]);
    const next = step(state, exited, full);
    expect(next.effects).toEqual(effects);
    expect(next.state.stage).toStrictEqual({ name: "closed" });
  });

  test("what was deciding, with what was asked", () => {
    const { effects } = last([...ways.deciding, exited]);
    expect(kindsOf(effects)).toEqual(["prompt.detected", "prompt.closed"]);
    expect(effects).toMatchObject([{ do: "record", drafts: [{}, closed("session_ended")] }]);
  });
});
