/** The examples that tests everywhere rely on are valid, whole, and agree with each other. */
import { describe, expect, test } from "bun:test";
import { decision } from "./decision.ts";
import { exampleDecision, exampleDrafts, examplePolicy, examplePrompt } from "./examples.ts";
import { policy } from "./policy.ts";
import { atLeast, confidence, prompt } from "./prompt.ts";
import { entryKinds } from "./trace.ts";

const examples = {
  prompt: { schema: prompt, example: examplePrompt },
  decision: { schema: decision, example: exampleDecision },
  policy: { schema: policy, example: examplePolicy },
};

describe("examples", () => {
  for (const [name, { schema, example }] of Object.entries(examples)) {
    test(`${name}: valid, unchanged by reading, closed to unknown fields`, () => {
      expect<unknown>(schema.parse(example)).toEqual(example);
      expect(schema.safeParse({ ...example, extra: 1 }).success).toBe(false);
      expect(Object.keys(example).sort()).toEqual(Object.keys(schema.shape).sort());
    });
  }

  test("there is a draft of every kind, under its own name", () => {
    expect(Object.keys(exampleDrafts).sort()).toEqual([...entryKinds].sort());
    for (const [kind, draft] of Object.entries(exampleDrafts))
      expect<string>(draft.kind).toBe(kind);
  });

  test("the decision names a rule of the policy", () => {
    expect(examplePolicy.rules.map(({ id }) => id)).toContain(exampleDecision.rule_id ?? "");
  });
});

describe("a policy as written", () => {
  const minimal = { policy_version: "0", name: "p" };

  test("what is left out falls to a person", () => {
    expect(policy.parse(minimal)).toMatchObject({
      defaults: { no_match: "require_human", low_confidence: "require_human" },
      rules: [],
    });
    const rules = [{ id: "a", action: { type: "deny" } }];
    expect(policy.parse({ ...minimal, rules }).rules[0]?.match).toEqual({
      tool_id: "*",
      contains_is_regex: false,
      min_confidence: "low",
      max_confidence: "high",
    });
  });

  test("nothing may answer by default", () => {
    const answering = { ...minimal, defaults: { no_match: "auto_reply" } };
    expect(policy.safeParse(answering).success).toBe(false);
  });

  test("an unknown field is refused at every depth", () => {
    const rule = { id: "a", action: { type: "deny" } };
    for (const bad of [
      { ...minimal, rule: [] },
      { ...minimal, defaults: { nomatch: "deny" } },
      { ...minimal, rules: [{ ...rule, matches: {} }] },
      { ...minimal, rules: [{ ...rule, match: { confidance: "low" } }] },
      { ...minimal, rules: [{ ...rule, action: { type: "deny", value: "n" } }] },
    ]) {
      expect(policy.safeParse(bad).success).toBe(false);
    }
  });
});

describe("confidence", () => {
  test("each level is at least itself and the ones below", () => {
    expect(confidence.options).toEqual(["low", "medium", "high"]);
    const table = confidence.options.map((a) => confidence.options.map((b) => atLeast(a, b)));
    expect(table).toEqual([
      [true, false, false],
      [true, true, false],
      [true, true, true],
    ]);
  });
});
