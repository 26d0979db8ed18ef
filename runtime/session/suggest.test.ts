/** Assist mode: nothing is typed but by the person's word, and their word counts for this prompt alone. */
import { describe, expect, test } from "bun:test";
import type { EntryDraft } from "../../contracts/trace.ts";
import type { Effect, SessionEvent, StepSettings } from "./state.ts";
import {
  decision,
  gone,
  lends,
  menu,
  met,
  pending,
  play,
  secret,
  yes,
  yesNo,
} from "./step.example.ts";
import { initialState, step } from "./step.ts";

const assist: StepSettings = { mode: "assist", headless: false, suggests: true };
const confirmed: SessionEvent = { type: "confirmed" };
const typedByPerson: SessionEvent = { type: "person_typed" };

/** Everything that was recorded and typed, with all its data. */
function story(events: SessionEvent[], settings = assist) {
  let state = initialState;
  const drafts: EntryDraft[] = [];
  const typed: Extract<Effect, { do: "type" }>[] = [];
  for (const event of events) {
    const next = step(state, event, settings);
    state = next.state;
    for (const effect of next.effects) {
      if (effect.do === "record" || effect.do === "record_reply") drafts.push(...effect.drafts);
      if (effect.do === "type") typed.push(effect);
    }
  }
  return { state, drafts, typed };
}

const answered = [
  met(yesNo),
  yes,
  confirmed,
  { type: "recorded" },
  { type: "typed" },
  gone,
] as const;

test("one key types what was suggested, recorded as the person's answer by the rule", () => {
  const { drafts, typed, state } = story([...answered]);
  expect(typed.map(({ by, bytes }) => [by, new TextDecoder().decode(bytes)])).toEqual([
    ["terminal", "y\r"],
  ]);
  expect(drafts.map(({ kind }) => kind)).toEqual([
    "prompt.detected",
    "decision.made",
    "prompt.escalated",
    "reply.received",
    "prompt.closed",
  ]);
  expect(drafts[3]).toMatchObject({
    data: { by: "terminal", rule_id: "r" },
    content: { reply: "y" },
  });
  expect(drafts[4]).toMatchObject({ data: { outcome: "person" } });
  expect(state.tally).toEqual({ prompts: 1, answered: 1, escalated: 1 });
});

test("until then nothing is typed", () => {
  const { typed, state } = story([met(yesNo), yes]);
  expect(typed).toEqual([]);
  expect(state.stage).toMatchObject({ name: "asking", suggestion: { value: "y" } });
});

test("a denial is suggested like a reply", () => {
  const { typed } = story([met(yesNo), decision("deny"), confirmed, { type: "recorded" }]);
  expect(typed.map(({ bytes }) => new TextDecoder().decode(bytes))).toEqual(["n\r"]);
});

describe("there is nothing to confirm", () => {
  const nothing: [string, SessionEvent[], StepSettings][] = [
    ["after another key", [met(yesNo), yes, typedByPerson], assist],
    ["once it is gone", [met(yesNo), yes, gone], assist],
    ["for what is left to a person", [met(yesNo), decision("require_human")], assist],
    ["for what only tells", [met(yesNo), decision("notify_only")], assist],
    ["for a secret of the keychain", [met(secret), lends], assist],
    ["for what no key can say", [met(menu), decision("auto_reply", "Black")], assist],
    ["where it is not sure who asks", [met({ ...yesNo, confidence: "low" }), yes], assist],
    ["while the person was typing", [met(yesNo, 0, true), yes], assist],
    ["where nothing can be shown", [met(yesNo), yes], { mode: "assist", headless: false }],
    ["in the mode off", [met(yesNo), yes], { ...assist, mode: "off" }],
    ["before the decision", [met(yesNo)], assist],
  ];
  for (const [when, events, settings] of nothing) {
    test(when, () => {
      const before = story(events, settings);
      const after = story([...events, confirmed], settings);
      expect(after.state).toEqual(before.state);
      expect(after.typed).toEqual([]);
    });
  }

  test("with nobody there: it is denied as before", () => {
    const { told } = play([met(yesNo), yes, confirmed], { ...assist, headless: true });
    expect(told.at(-1)).toBe("claim+reply.injected");
    expect(told).not.toContain("call_person");
  });
});

test("in a menu the highlight is read as it stands when the person confirms", () => {
  const blue = decision("auto_reply", "Blue");
  const moved = {
    ...menu,
    options: menu.options.map((one, at) => ({ ...one, selected: at === 2 })),
  };
  const { typed } = story([
    met(menu),
    blue,
    { type: "seen", sight: { what: "same", prompt: moved } },
    confirmed,
    { type: "recorded" },
  ]);
  expect(typed.map(({ bytes }) => new TextDecoder().decode(bytes))).toEqual(["\r"]);
});

test("a prompt that comes after it needs a word of its own", () => {
  const { typed } = story([
    ...answered,
    {
      type: "seen",
      sight: { what: "new", pending: pending(yesNo, 1), personTyping: false, repeated: false },
    },
    yes,
  ]);
  expect(typed).toHaveLength(1);
});

test("what cannot be recorded is not typed, whoever confirmed it", () => {
  const { typed, state } = story([
    met(yesNo),
    yes,
    confirmed,
    { type: "not_recorded", why: "disk" },
  ]);
  expect(typed).toEqual([]);
  expect(state.stage.name).toBe("asking");
});
