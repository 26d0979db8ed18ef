/** An explanation is true: its conditions, taken together, come out as the rule does. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { compilePolicy } from "./compile.ts";
import { explain } from "./decide.ts";
import { type BlockSeen, type ConditionSeen, explainRules } from "./explain.ts";
import { someFacts, somePolicy, userHome } from "./testing.ts";

const hash = "e".repeat(64);

function together(conditions: readonly ConditionSeen[]): BlockSeen["result"] {
  const results = conditions.map(({ result }) => result);
  if (results.includes("fails")) return "fails";
  return results.includes("unknown") ? "unknown" : "holds";
}

/** Of blocks: one that holds is enough. */
function anyOf(blocks: readonly BlockSeen[]): BlockSeen["result"] {
  const results = blocks.map(({ result }) => result);
  if (results.includes("holds")) return "holds";
  return results.includes("unknown") ? "unknown" : "fails";
}

const opposite = { holds: "fails", fails: "holds", unknown: "unknown" } as const;

function checkBlock({ result, conditions }: BlockSeen): number {
  expect(together(conditions)).toBe(result);
  let nested = 0;
  for (const { condition, blocks, result: own, why, wants, saw } of conditions) {
    expect(why === null).toBe(own === "holds");
    expect([wants, saw]).not.toContain("");
    for (const block of blocks) nested += 1 + checkBlock(block);
    if (condition === "any_of") expect(anyOf(blocks)).toBe(own);
    if (condition === "none_of") expect(opposite[anyOf(blocks)]).toBe(own);
  }
  return nested;
}

test("each rule's conditions and blocks add up to its result, and the results are those that decided", () => {
  const seen = { holds: 0, fails: 0, unknown: 0, nested: 0 };
  const property = fc.property(somePolicy("2"), someFacts, (policy, facts) => {
    const compiled = compilePolicy(policy, { hash, userHome });
    const rules = explainRules(facts, compiled);
    for (const rule of rules) {
      seen[rule.result] += 1;
      seen.nested += checkBlock(rule);
    }
    const { tried } = explain(facts, compiled);
    const reached = rules.filter((rule) => rule.reached);
    expect(reached.map(({ rule, result }) => [rule.id, result])).toEqual(
      tried.map(({ rule, outcome }) => [rule.id, outcome.result]),
    );
  });
  fc.assert(property, { numRuns: 1_500 });
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(40);
});
