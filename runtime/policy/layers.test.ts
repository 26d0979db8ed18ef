/** The machine's policy above the user's: who has the word, and that either may hold back. */
import { expect, test } from "bun:test";
import type { PolicyLayer } from "../../contracts/decision.ts";
import { compilePolicy } from "./compile.ts";
import { exampleFacts } from "./examples.ts";
import { decideInLayers, explainInLayers, type LayeredFacts, layerPolicies } from "./layers.ts";
import { parsePolicy } from "./parse.ts";

function layer(name: PolicyLayer, lines: string) {
  const parsed = parsePolicy(`policy_version: "2"\n${lines}`, "p.yaml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const { hash, policy } = parsed;
  return { name, compiled: compilePolicy(policy, { hash, userHome: "/home/ada" }) };
}

const says = (id: string, action: string, match = "{}") =>
  `rules: [{ id: ${id}, match: ${match}, action: { type: ${action} } }]`;
const replies = (id: string, value: string, more = "") =>
  `rules: [{ id: ${id}, action: { type: auto_reply, value: "${value}" }${more} }]`;
const both = (admin: string, user: string) =>
  layerPolicies([layer("user", user), layer("admin", admin)], (text) => text);
const facts: LayeredFacts = { ...exampleFacts(), autoReplies: () => new Map() };
const decided = (admin: string, user: string, given = facts) =>
  decideInLayers(given, both(admin, user));

test("the machine's reply is given, not the user's", () => {
  const decision = decided(replies("same", "a"), replies("same", "u"));
  expect(decision).toMatchObject({ action: "auto_reply", value: "a", layer: "admin" });
});

test("what the machine holds back no rule of the user loosens", () => {
  for (const action of ["deny", "require_human", "notify_only"]) {
    const decision = decided(says("a", action), replies("u", "y"));
    expect(decision).toMatchObject({ action, rule_id: "a", layer: "admin" });
  }
});

test("the user may hold back what the machine would answer, and deny what it leaves to them", () => {
  for (const action of ["deny", "require_human", "notify_only"]) {
    const decision = decided(replies("a", "y"), says("u", action));
    expect(decision).toMatchObject({ action, rule_id: "u", layer: "user" });
  }
  expect(decided(says("a", "require_human"), says("u", "deny")).rule_id).toBe("u");
  expect(decided(says("a", "deny"), says("u", "require_human")).rule_id).toBe("a");
});

test("a rule that nobody can decide holds back in any layer", () => {
  const unknown = says("who", "deny", "{ environment: production }");
  for (const [admin, user] of [
    [unknown, replies("u", "y")],
    [replies("a", "y"), unknown],
  ] as const) {
    expect(decided(admin, user)).toMatchObject({ action: "require_human", rule_id: "who" });
  }
});

test("a rule of the machine that has given its replies leaves the rest to a person", () => {
  const spent: LayeredFacts = {
    ...facts,
    autoReplies: (name) => new Map([["same", name === "admin" ? 1 : 0]]),
  };
  const admin = replies("same", "a", ", max_auto_replies: 1");
  expect(decided(admin, replies("same", "u"), spent)).toMatchObject({
    action: "require_human",
    layer: "admin",
  });
});

test("explaining names the layer of every rule that was asked", () => {
  const { decision, tried } = explainInLayers(
    facts,
    both(says("a", "deny", "{ contains: nothing }"), replies("u", "y")),
  );
  expect(decision).toMatchObject({ rule_id: "u", layer: "user" });
  expect(tried.map((one) => [one.layer, one.rule.id, one.outcome.result])).toEqual([
    ["admin", "a", "fails"],
    ["user", "u", "holds"],
  ]);
});

test("without any policy nothing can be decided", () => {
  expect(() => layerPolicies([], (text) => text)).toThrow("no policy");
});
