/** An answer from another terminal: for the prompt that was seen, while it waits, and only where nobody else has begun. */
import { describe, expect, test } from "bun:test";
import { answered, type LocalAnswer, planAnswer } from "./local-answer.ts";
import { decision, met, pending, play, same, secret, yes, yesNo } from "./step.example.ts";
import type { SessionEvent, State } from "./state.ts";
import { step } from "./step.ts";

const human = decision("require_human");
const given: LocalAnswer = {
  promptId: pending(yesNo).id,
  fingerprint: yesNo.fingerprint,
  by: "cli",
  value: "y",
};

function stageAfter(...events: SessionEvent[]): State {
  return play(events).state.stage;
}

const plan = (stage: State, changes: Partial<LocalAnswer> = {}, typing = false) =>
  planAnswer(stage, { ...given, ...changes }, typing);

test("is recorded before it is typed, as that person's", () => {
  const before = play([met(yesNo), human]).state;
  const event = plan(before.stage);
  if (typeof event === "string") throw new Error(event);
  const { state, effects } = step(before, event, { mode: "full", headless: false });
  expect(effects).toMatchObject([
    {
      do: "record_reply",
      by: "cli",
      drafts: [{ kind: "reply.received", data: { by: "cli" }, content: { reply: "y" } }],
    },
  ]);
  expect(state.stage).toMatchObject({ name: "recording", reply: { outcome: "person" } });
  // The second of two that were planned at once.
  expect(answered(state, event)).toEqual({ state, effects: [] });
});

test("that denies types the prompt's own refusal", () => {
  const event = plan(stageAfter(met(yesNo), human), { value: null });
  const bytes = Uint8Array.of(0x6e, 0x0d);
  expect(event).toMatchObject({ meaning: "n", keys: { how: "type", bytes } });
});

test("of text is typed and kept out of the record", () => {
  const name = { ...yesNo, kind: "free_text" as const, options: [], question: "Name:" };
  const event = plan(stageAfter(met(name), human), { value: "Ada" });
  expect(event).toMatchObject({ meaning: null });
});

describe("is refused", () => {
  const asking = stageAfter(met(yesNo), human);
  const doubted: State = {
    name: "asking",
    pending: { ...pending(yesNo), doubt: { why: "the tool says that it works" } },
    personTyped: false,
  };
  const cases: [string, string | object, RegExp][] = [
    ["once the prompt has gone", plan(stageAfter()), /not there any more/],
    ["for another prompt", plan(asking, { promptId: pending(yesNo, 1).id }), /not there any more/],
    ["for one that has changed", plan(asking, { fingerprint: "f".repeat(64) }), /has changed/],
    ["while policy decides", plan(stageAfter(met(yesNo))), /being answered at this moment/],
    ["while policy's reply is typed", plan(stageAfter(met(yesNo), yes)), /at this moment/],
    ["while somebody types at the terminal", plan(asking, {}, true), /begun to answer/],
    [
      "after a key of theirs",
      plan(stageAfter(met(yesNo), human, { type: "person_typed" })),
      /begun to answer/,
    ],
    [
      "for one whose answer had no effect",
      plan(
        stageAfter(met(yesNo), yes, { type: "recorded" }, { type: "typed" }, same, {
          type: "effect_timeout",
        }),
      ),
      /answered already/,
    ],
    ["for a password", plan(stageAfter(met(secret), human)), /own terminal alone/],
    ["for one in doubt", plan(doubted), /the tool says that it works/],
    ["for what it has no key for", plan(asking, { value: "purple" }), /./],
  ];
  for (const [when, refused, why] of cases) {
    test(when, () => expect(refused).toMatch(why));
  }
});
