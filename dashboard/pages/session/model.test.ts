/** What the page of a session makes of a prompt's entries and of its recording. */
import { expect, test } from "bun:test";
import { promptId } from "../../../contracts/ids.ts";
import type { PromptStory } from "../../../contracts/dashboard.ts";
import { markOfPrompt, stepsOf, withoutTurns } from "./model.ts";

const story: PromptStory = {
  prompt_id: promptId.parse("01a22bf9-6e91-75cf-90bf-88864e3b0f50"),
  detected_at: 1_000,
  prompt_kind: "yes_no",
  confidence: "high",
  question: "Continue?",
  decision: { action: "auto_reply", rule_id: "go-on", reason: "it matches", at: 1_001 },
  escalated_at: null,
  reply: { by: "policy", bytes: 2, latency_ms: 1.5, at: 1_001 },
  closed: { outcome: "answered", reason: null, typed: null, at: 1_043 },
  first_seq: 1,
  last_seq: 4,
  evidence: [],
  options: [],
  subject: null,
  judged: {
    layer: null,
    risk: "low",
    risk_factors: [],
    policy_hash: "0".repeat(64),
    duration_us: 312,
  },
  received: null,
};

test("a prompt's steps are those that happened, each with the time since the one before", () => {
  expect(stepsOf(story)).toEqual([
    { name: "detected", took: null, tone: "plain" },
    { name: "decided", took: "312 µs", tone: "plain" },
    { name: "typed", took: "< 1 ms", tone: "plain" },
    { name: "effect", took: "42 ms", tone: "good" },
  ]);
  const open = { ...story, reply: null, closed: null, escalated_at: 1_005 };
  expect(stepsOf(open).map(({ name, tone }) => [name, tone])).toEqual([
    ["detected", "plain"],
    ["decided", "plain"],
    ["called", "warn"],
  ]);
});

test("marks of the recording are counted with those that are no prompt's", () => {
  const cast = [
    '{"version":2,"width":80,"height":24}',
    '[0.1,"o","prompt 9: no mark"]',
    '[0.2,"m","prompt 1: yes_no, auto_reply by rule a, answered"]',
    '[0.3,"m","cut"]',
    '[0.4,"m","prompt 2: yes_no, not decided, still open"]',
  ].join("\n");
  expect([...markOfPrompt(cast)]).toEqual([
    [1, 0],
    [2, 2],
  ]);
});

test("what turns writing around is taken out of a recording, as it is and spelled out, and nothing else", () => {
  const line = '[0.1,"o","a\u202eb\\u202Ec\\u2066d\u2069\u200b \\u001b[1m é 👩\u200d💻"]';
  expect(withoutTurns(line)).toBe('[0.1,"o","abcd \\u001b[1m é 👩\u200d💻"]');
});
