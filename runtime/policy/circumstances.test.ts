/** Rules by the session's state, environment and folder: held by what is known, a person's where it is not. */
import { expect, test } from "bun:test";
import type { DecisionAction } from "../../contracts/decision.ts";
import { compilePolicy } from "./compile.ts";
import { decide, explain } from "./decide.ts";
import { exampleFacts } from "./examples.ts";
import type { Facts } from "./match.ts";
import { sayOutcome } from "./outcome.ts";
import { parsePolicy } from "./parse.ts";

const at = { hash: "c".repeat(64), userHome: "/home/ada" };

function compiled(rules: string, version = "1") {
  const parsed = parsePolicy(`policy_version: "${version}"\nrules:\n${rules}`, "p.yaml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return compilePolicy(parsed.policy, at);
}

const answer = 'action: { type: auto_reply, value: "y" }';
const one = (match: string, action = answer) =>
  compiled(`  - { id: a, match: ${match}, ${action} }`);

function by(match: string, facts: Partial<Facts>): DecisionAction {
  return decide(exampleFacts({}, facts), one(match)).action;
}

const yes = "auto_reply";
const person = "require_human";

test("at a prompt a session is waiting, in the words of either version", () => {
  const state = "waiting";
  expect(by("{ session_state: [waiting] }", { state })).toBe(yes);
  expect(by("{ session_state: [idle, awaiting_input] }", { state })).toBe(yes);
  expect(by("{ session_state: [running, streaming, idle, stopped] }", { state })).toBe(person);
  expect(by("{ session_state: [streaming] }", { state: "working" })).toBe(yes);
});

test("an environment is the one that was given, whole", () => {
  expect(by("{ environment: dev }", { environment: "dev" })).toBe(yes);
  expect(by("{ environment: dev }", { environment: "dev2" })).toBe(person);
  expect(by("{ environment: dev }", { environment: "DEV" })).toBe(person);
});

test("a folder counts as what a person said of it", () => {
  const workspace = { trusted: true, profile: "work" };
  expect(by("{ workspace_trusted: true, workspace_profile: work }", { workspace })).toBe(yes);
  expect(by("{ workspace_trusted: false }", { workspace })).toBe(person);
  expect(by("{ workspace_profile: play }", { workspace })).toBe(person);
  expect(by("{ workspace_trusted: false }", { workspace: { trusted: false, profile: null } })).toBe(
    yes,
  );
});

const untold: [string, Partial<Facts>, string][] = [
  ["session_state: [waiting]", { state: null }, "session_state"],
  ["environment: production", { environment: null }, "environment"],
  ["workspace_trusted: false", { workspace: null }, "workspace_trusted"],
  ["workspace_profile: work", { workspace: null }, "workspace_profile"],
];

for (const [condition, facts, name] of untold) {
  const then = `  - { id: rest, ${answer} }`;
  test(`where nobody can tell, ${condition} neither denies nor is passed over`, () => {
    for (const match of [`{ ${condition} }`, `{ none_of: [{ ${condition} }] }`]) {
      const policy = compiled(
        `  - { id: first, match: ${match}, action: { type: deny } }\n${then}`,
      );
      const decision = decide(exampleFacts({}, facts), policy);
      expect(decision).toMatchObject({ action: person, rule_id: "first" });
    }
    const policy = one(`{ ${condition} }`, "action: { type: deny }");
    const { decision, tried } = explain(exampleFacts({ cut: true }, facts), policy);
    expect(decision.reason).toBe(`rule "a" could not be decided by its ${name}`);
    const [first] = tried;
    if (first === undefined) throw new Error("no rule was tried");
    expect(sayOutcome(first, exampleFacts({}, facts))).toStartWith(`${name}: `);
  });
}

test("a condition that fails decides, however little is known of the others", () => {
  const match = "{ environment: dev, workspace_trusted: true }";
  const workspace = { trusted: false, profile: null };
  const { decision, tried } = explain(exampleFacts({}, { workspace }), one(match));
  expect(decision.rule_id).toBeNull();
  expect(tried.map(({ outcome }) => outcome)).toEqual([
    { result: "fails", condition: "workspace_trusted" },
  ]);
});

test("examples are about the circumstances that their rule asks for", () => {
  const rule = `{ environment: dev, workspace_trusted: true, contains: on }, ${answer}`;
  const examples = 'examples: { match: ["Go on?"], not_match: ["Stop?"] }';
  expect(compiled(`  - { id: a, match: ${rule}, ${examples} }`, "2").rules).toHaveLength(1);
});

test("a policy needs the folder looked up only where it asks of it, however deep", () => {
  expect(one("{ environment: dev }").usesWorkspace).toBe(false);
  expect(one("{ none_of: [{ any_of: [{ workspace_profile: a }] }] }").usesWorkspace).toBe(true);
});

test("the versions of AtlasBridge 1 are read: 0 without, 1 with these fields", () => {
  const fields = `{ session_state: [awaiting_input], environment: staging, workspace_trusted: true,
      workspace_profile: work, session_tag: ci, max_confidence: high,
      any_of: [{ tool_id: git, environment: staging }], none_of: [{ contains: prod }] }`;
  expect(one(fields).rules).toHaveLength(1);
  const old = parsePolicy(
    `policy_version: "0"\nrules: [{ id: a, match: { environment: x }, ${answer} }]`,
    "p.yaml",
  );
  expect(old).toMatchObject({
    ok: false,
    problems: [{ message: '"environment" belongs to version 1 of the policy language' }],
  });
});

test("what stands beside any_of counts as well", () => {
  const match = "{ environment: production, any_of: [{ tool_id: claude }] }";
  expect(by(match, { environment: "dev" })).toBe(person);
  expect(by(match, { environment: "production" })).toBe(yes);
});
