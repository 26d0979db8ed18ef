/** Blocks of conditions: `any_of`, `none_of`, and what happens when one of them cannot be decided. */
import { expect, test } from "bun:test";
import { policy as policySchema } from "../../contracts/policy.ts";
import { compilePolicy } from "./compile.ts";
import { decide, explain } from "./decide.ts";
import { exampleFacts } from "./examples.ts";
import type { Facts } from "./match.ts";
import { sayOutcome } from "./outcome.ts";

/** A policy of one rule, which answers y where its match holds. */
function answering(match: object) {
  const action = { type: "auto_reply", value: "y" };
  const rules = [{ id: "yes", match, action }];
  const policy = policySchema.parse({ policy_version: "1", rules });
  return compilePolicy(policy, { hash: "c".repeat(64), userHome: "/home/ada" });
}

const git = { tool_id: "git" };
const home = { repo: "/home" };

const cases: [string, object, boolean][] = [
  ["any_of needs one block", { any_of: [git, home] }, true],
  ["any_of needs more than none", { any_of: [git] }, false],
  ["any_of stands beside other conditions", { ...git, any_of: [home] }, false],
  ["none_of allows no block", { none_of: [git, home] }, false],
  ["none_of holds when no block matches", { none_of: [git] }, true],
  ["none_of counts beside any_of", { any_of: [home], none_of: [home] }, false],
  ["none_of counts within any_of", { any_of: [{ none_of: [{ tool_id: "claude" }] }] }, false],
  ["any_of counts within none_of", { none_of: [{ any_of: [git, home] }] }, false],
];
for (const [name, match, answers] of cases) {
  test(name, () => {
    const { action } = decide(exampleFacts(), answering(match));
    expect(action).toBe(answers ? "auto_reply" : "require_human");
  });
}

const careful = answering({ none_of: [{ contains: "production" }] });

test("a part that is hidden may hold what none_of forbids, so a person decides", () => {
  const facts = exampleFacts({ cut: true });
  expect(decide(facts, careful)).toMatchObject({
    action: "require_human",
    rule_id: "yes",
    reason: 'rule "yes" could not be decided by its none_of: the prompt is not wholly visible',
  });
});

test("none_of looks at the text above the question too", () => {
  const facts = exampleFacts({ context: "This is production." });
  expect(decide(facts, careful)).toMatchObject({ action: "require_human", rule_id: null });
});

test("a block that cannot be decided matters only where no other decides", () => {
  const facts = exampleFacts({ cut: true, kind: "confirm_enter" });
  const hidden = { contains: "production" };
  expect(decide(facts, answering({ any_of: [hidden, git] }))).toMatchObject({ rule_id: "yes" });
  expect(decide(facts, answering({ none_of: [hidden, home] }))).toMatchObject({ rule_id: null });
});

test("a kind that is answered only by name is not named by a block", () => {
  const unknown = answering({ any_of: [{ prompt_type: ["unknown"] }] });
  expect(decide(exampleFacts({ kind: "unknown" }), unknown).action).toBe("require_human");
});

test("explaining says which list of blocks did not hold", () => {
  const why = (facts: Facts, match: object) =>
    explain(facts, answering(match)).tried.map((one) => sayOutcome(one, facts));
  expect(why(exampleFacts(), { any_of: [git] })).toEqual(["any_of: none of its blocks matches"]);
  expect(why(exampleFacts(), { none_of: [home] })).toEqual(["none_of: one of its blocks matches"]);
  expect(why(exampleFacts({ cut: true }), { any_of: [{ contains: "x" }] })).toEqual([
    "any_of: one of its blocks could not be decided",
  ]);
});
