/** How often policy may answer: up to each brake and no further, the session's first, whatever the policy says of them. */
import { expect, test } from "bun:test";
import { limits } from "../../contracts/limits.ts";
import { type BrakeState, brakesOf, objectToPace } from "./brakes.ts";

const brakes = { replies_per_session: 9, replies_per_minute: 7, same_prompt_per_minute: 5 };
const none = { session: 0, lastMinute: 0, samePrompt: 0 };
const [perMinute, same] = [limits.repliesPerMinuteDefault, limits.samePromptPerMinuteDefault];

test("each brake lets pass what is below it, and says what is not", () => {
  const session = "this session has had its 9 automatic replies";
  const prompt = "this prompt was answered 5 times within a minute";
  const minute = "7 automatic replies were given within a minute";
  const cases: [object, string | null][] = [
    [{}, null],
    [{ session: 8, lastMinute: 6, samePrompt: 4 }, null],
    [{ session: 9 }, session],
    [{ samePrompt: 5 }, prompt],
    [{ lastMinute: 7 }, minute],
    [{ lastMinute: 8 }, minute],
    [{ samePrompt: 5, lastMinute: 7 }, prompt],
    [{ session: 9, samePrompt: 5, lastMinute: 7 }, session],
  ];
  for (const [recent, why] of cases) {
    expect([recent, objectToPace({ ...none, ...recent }, brakes)]).toEqual([recent, why]);
  }
});

test("without a word of the policy a session may go on for ever, but at no more than the limits' pace", () => {
  expect(objectToPace({ ...none, session: 1e9, lastMinute: perMinute - 1 }, {})).toBeNull();
  expect(objectToPace({ ...none, samePrompt: same - 1 }, {})).toBeNull();
  const often = `${perMinute} automatic replies were given within a minute`;
  expect(objectToPace({ ...none, lastMinute: perMinute }, {})).toBe(often);
  const again = `this prompt was answered ${same} times within a minute`;
  expect(objectToPace({ ...none, samePrompt: same }, {})).toBe(again);
});

test("what is shown of them is how far each has come", () => {
  const recent = { session: 3, lastMinute: 2, samePrompt: 1 };
  const shown = (session: number | null, prompt: number, minute: number): BrakeState[] => [
    { brake: "replies_per_session", most: session, given: 3 },
    { brake: "same_prompt_per_minute", most: prompt, given: 1 },
    { brake: "replies_per_minute", most: minute, given: 2 },
  ];
  expect(brakesOf(recent, brakes)).toEqual(shown(9, 5, 7));
  expect(brakesOf(recent, {})).toEqual(shown(null, same, perMinute));
});
