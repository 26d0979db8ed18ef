/** A comparison says what changed, by the smallest example, and finds what an editor's slip did. */
import { describe, expect, test } from "bun:test";
import type { Policy } from "../../contracts/policy.ts";
import { diffPolicies } from "./diff.ts";
import { parsePolicy } from "./parse.ts";
import { presets } from "./presets/presets.ts";
import { type Ask, unusual } from "./universe/ask.ts";
import { samplesOf } from "./universe/pattern-samples.ts";

function parsed(text: string): Policy {
  const read = parsePolicy(text, "p.yaml");
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.policy;
}

const rules = (...lines: string[]): Policy =>
  parsed(`policy_version: "2"\nrules:\n${lines.map((line) => `  - ${line}\n`).join("")}`);

/** Each difference in short: what it was, what it is, and what is unusual about the example. */
function found(a: Policy, b: Policy): [string, string, Partial<Ask>][] {
  const { differences } = diffPolicies(a, b, { casesMax: 5_000 });
  return differences.map((one) => [one.a.action, one.b.action, unusual(one.example)]);
}

const yes = '{type: auto_reply, value: "y"}';
const deny = "{type: deny}";

describe("a change is shown by the least that shows it", () => {
  test("a word", () => {
    const a = rules(`{id: a, match: {contains: deploy the thing}, action: ${yes}}`);
    const b = rules(`{id: a, match: {contains: deploy the thing now}, action: ${yes}}`);
    expect(found(a, b)).toEqual([
      ["auto_reply", "require_human", { question: "deploy the thing" }],
    ]);
  });

  test("an order, by what both rules match", () => {
    const one = `{id: a, match: {contains: deploy}, action: ${yes}}`;
    const other = `{id: b, match: {contains: prod}, action: ${deny}}`;
    expect(found(rules(one, other), rules(other, one)).toReversed()).toEqual([
      ["auto_reply", "deny", { question: "deploy prod" }],
      // Then nobody knows whether the first one holds.
      ["require_human", "deny", { question: "prod", cut: true }],
    ]);
  });

  test("a bound on replies, by the count at which it holds", () => {
    const rule = (most: number) => rules(`{id: a, action: ${yes}, max_auto_replies: ${most}}`);
    expect(found(rule(3), rule(4))).toEqual([
      ["require_human", "auto_reply", { replied: { a: 3 } }],
    ]);
  });

  test("a pattern, by a text that it matches", () => {
    const rule = (pattern: string) =>
      rules(`{id: a, match: {contains: '${pattern}', contains_is_regex: true}, action: ${deny}}`);
    expect(found(rule("rm -r|wipe (it|all)"), rule("rm -r"))).toEqual([
      ["deny", "require_human", { question: "wipe it" }],
    ]);
  });

  test("what is replied, and not by which rule", () => {
    const rule = (id: string, value: string) =>
      rules(`{id: ${id}, action: {type: auto_reply, value: "${value}"}}`);
    expect(found(rule("a", "y"), rule("b", "y"))).toEqual([]);
    expect(found(rule("a", "y"), rule("a", "n"))).toMatchObject([["auto_reply", "auto_reply", {}]]);
  });

  test("a mode", () => {
    const mode = (name: string) => parsed(`policy_version: "1"\nautonomy_mode: ${name}\n`);
    const { mode: modes, differences } = diffPolicies(mode("full"), mode("off"), { casesMax: 9 });
    expect(modes).toEqual({ a: "full", b: "off" });
    expect(differences).toEqual([]);
  });
});

describe("one slip in a preset is found", () => {
  const preset = presets["full-safe"];
  const slips: [string, string][] = [
    ['- "cat **"', '- "catt **"'],
    ["**/.husky/**", "**/.huskyy/**"],
    ["risk: [low, medium, high]", "risk: [low, medium, high, critical]"],
    ["replies_per_minute: 120", "replies_per_minute: 121"],
  ];
  for (const [from, to] of slips) {
    test(`${from} -> ${to}`, () => {
      expect(preset).toContain(from);
      const changed = parsed(preset.replaceAll(from, to));
      const { differences } = diffPolicies(parsed(preset), changed, { casesMax: 4_000 });
      expect(differences.length).toBeGreaterThan(0);
    });
  }
});

test("says that there was more than it compared", () => {
  const policy = rules(`{id: a, match: {contains: deploy}, action: ${yes}}`);
  expect(diffPolicies(policy, policy, { casesMax: 10 })).toMatchObject({
    compared: 10,
    isBounded: true,
  });
});

describe("samples of a pattern are texts that it matches", () => {
  const cases: [string, string[]][] = [
    ["delet|destroy", ["delet", "destroy"]],
    ["^wip(e|ing)\\b", ["wipe", "wiping"]],
    ["rm -[rf]{2}", ["rm -rr"]],
    ["a.?b\\s+c", ["ab c", "axb c"]],
    ["(?i:yes)\\?$", ["yes?"]],
    ["[^a-z]x", ["^x"]],
    ["[[:digit:]]\\.[a-c]", ["0.a"]],
  ];
  for (const [pattern, samples] of cases) {
    test(pattern, () => expect(samplesOf(pattern)).toEqual(samples));
  }

  test("and none where none was found", () => {
    expect(samplesOf("(")).toEqual([]);
    expect(samplesOf("a$b")).toEqual([]);
  });
});
