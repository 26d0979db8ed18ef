/** What an explanation says of a rule is what a person needs to mend it. */
import { describe, expect, test } from "bun:test";
import { compilePolicy } from "./compile.ts";
import { exampleFacts, shellSubject } from "./examples.ts";
import { type ConditionSeen, explainRules } from "./explain.ts";
import type { Facts } from "./match.ts";
import { parsePolicy } from "./parse.ts";

function explained(rules: string, facts: Facts) {
  const parsed = parsePolicy(`policy_version: "2"\nrules:\n${rules}`, "p.yaml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const { policy, hash } = parsed;
  return explainRules(facts, compilePolicy(policy, { hash, userHome: "/home/ada" }));
}

const short = ({ condition, wants, saw, result }: ConditionSeen): string =>
  `${result} ${condition} ${wants} / ${saw}`;

describe("an explanation", () => {
  test("shows every condition, also those behind one that fails", () => {
    const rules =
      '  - {id: a, match: {tool_id: git, prompt_type: [yes_no, pager], min_confidence: high, contains: "push"}, action: {type: deny}}';
    const [rule] = explained(rules, exampleFacts({ confidence: "medium" }));
    expect(rule?.conditions.map(short)).toEqual([
      'fails tool_id "git" / "claude"',
      "holds prompt_type yes_no or pager / yes_no",
      "fails min_confidence high or surer / medium",
      'fails contains "push" / "Continue? [y/n]"',
    ]);
    expect(rule?.conditions[0]?.why).toBe('the tool is "claude", not "git"');
  });

  test("shows a command as it was read, and where a path leads", () => {
    const rules =
      "  - {id: a, match: {command: ['git push **'], path: [inside]}, action: {type: auto_reply, reply: approve_once}}";
    const subject = shellSubject("cd sub && FOO=1 git push 'a b'");
    const real = new Map([["/home/ada/src/.", "/data/src"]]);
    const [rule] = explained(rules, exampleFacts({ subject }, { real }));
    expect(rule?.conditions.map(({ saw }) => saw)).toEqual([
      '"cd sub" (not named), "FOO=… git push a b" (not named)',
      expect.stringContaining('"/home/ada/src" (which is "/data/src"), "/home/ada/src/sub" (not'),
    ]);
  });

  test("judges a command that writes as the decision does, with a path beside it and without", () => {
    const rule = (more: string) =>
      `  - {id: a, match: {command: ['echo **']${more}}, action: {type: auto_reply, reply: approve_once}}`;
    const facts = exampleFacts({ subject: shellSubject("echo x > a") });
    const first = (more: string) => explained(rule(more), facts)[0]?.conditions[0]?.result;
    expect(first("")).toBe("fails");
    expect(first(", path: [inside]")).toBe("holds");
  });

  test("goes into blocks, and marks what no decision reached", () => {
    const rules = `  - {id: a, match: {any_of: [{contains: x}, {prompt_type: [yes_no]}]}, action: {type: deny}}
  - {id: b, match: {none_of: [{tool_id: claude}]}, action: {type: deny}}`;
    const [a, b] = explained(rules, exampleFacts());
    expect(a?.conditions[0]?.blocks.map(({ result }) => result)).toEqual(["fails", "holds"]);
    expect([a?.reached, b?.reached]).toEqual([true, false]);
    expect(b?.conditions[0]).toMatchObject({ result: "fails", blocks: [{ result: "holds" }] });
  });

  test("says what cannot be known", () => {
    const rules = "  - {id: a, match: {contains: push}, action: {type: deny}}";
    const [rule] = explained(rules, exampleFacts({ cut: true }));
    expect(rule?.result).toBe("unknown");
    expect(rule?.conditions[0]?.why).toBe("not found, but part of the prompt is hidden");
  });
});
