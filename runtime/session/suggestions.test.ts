/** A suggestion is shown once, taken away when it is over, and not confirmed before it can have been read. */
import { expect, test } from "bun:test";
import type { Decision } from "../../contracts/decision.ts";
import { limits } from "../../contracts/limits.ts";
import { manualClock } from "../manual-clock.ts";
import type { State } from "./state.ts";
import { pending, yesNo } from "./step.example.ts";
import { Suggestions } from "./suggestions.ts";

const decision: Decision = {
  action: "auto_reply",
  value: "y",
  rule_id: "r",
  reason: "because",
  risk: "low",
  risk_factors: [],
  policy_hash: "a".repeat(64),
};

function asking(personTyped: boolean, suggestion: Decision | undefined = decision): State {
  return { name: "asking", pending: pending(yesNo), personTyped, suggestion };
}

test("shown once, confirmable after a while, gone with the person's own key", () => {
  const clock = manualClock();
  const shown: (Decision | null)[] = [];
  const suggestions = new Suggestions({ suggest: (one) => void shown.push(one) }, clock);
  suggestions.follow({ name: "watching" });
  expect(suggestions.confirmable(asking(false))).toBe("no");
  suggestions.follow(asking(false));
  suggestions.follow(asking(false));
  expect(shown).toEqual([decision]);
  expect(suggestions.confirmable(asking(false))).toBe("too early");
  clock.advance(limits.suggestedMs);
  expect(suggestions.confirmable(asking(false))).toBe("yes");
  expect(suggestions.confirmable(asking(true))).toBe("no");
  suggestions.follow(asking(true));
  suggestions.follow({ name: "watching" });
  expect(shown).toEqual([decision, null]);
  expect(suggestions.confirmable(asking(false))).toBe("no");
});

test("the next one has to be read anew", () => {
  const clock = manualClock();
  const suggestions = new Suggestions({}, clock);
  suggestions.follow(asking(false));
  clock.advance(limits.suggestedMs);
  const next = asking(false, { ...decision });
  suggestions.follow(next);
  expect(suggestions.confirmable(next)).toBe("too early");
});
