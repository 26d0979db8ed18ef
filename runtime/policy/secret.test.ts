/** A rule may name a secret for one tool's passwords; it decides by name, and only where nothing can be seen of it. */
import { describe, expect, test } from "bun:test";
import { decision as decisionSchema } from "../../contracts/decision.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import { compilePolicy } from "./compile.ts";
import { decide } from "./decide.ts";
import { exampleFacts } from "./examples.ts";
import { parsePolicy } from "./parse.ts";
import { printProblem } from "./problem.ts";

function policyText(match: string, action: string, rest = ""): string {
  return `policy_version: "1"\nrules:\n  - id: a\n    match: ${match}\n    action: ${action}\n${rest}`;
}

const sshPassword = "{ tool_id: ssh, prompt_type: [password] }";
const typesKey = "{ type: auto_reply, secret: work.key-1 }";

function problemsOf(text: string): string[] {
  const parsed = parsePolicy(text, "p");
  return parsed.ok ? [] : parsed.problems.map(printProblem);
}

function decided(prompt: Partial<Prompt>, { rest = "", given = 0 } = {}) {
  const parsed = parsePolicy(policyText(sshPassword, typesKey, rest), "p");
  if (!parsed.ok) throw new Error(parsed.problems.map(printProblem).join("\n"));
  const policy = compilePolicy(parsed.policy, { hash: parsed.hash, userHome: "/home/ada" });
  const asked = { kind: "password", question: "Password:", evidence: hidden, ...prompt } as const;
  return decide(exampleFacts(asked, { tool: "ssh", autoReplies: new Map([["a", given]]) }), policy);
}

const hidden = ["kernel:read", "termios:hidden", "secret:password"];

test("a password that the kernel proves, unseen while it is typed, is answered by the entry's name", () => {
  const decision = decided({});
  expect(decision).toMatchObject({
    action: "auto_reply",
    rule_id: "a",
    value: null,
    secret: "work.key-1",
  });
  expect(decision.reason).not.toContain("work.key-1");
  expect(decisionSchema.parse(decision)).toEqual(decision);
});

describe("it goes to a person when", () => {
  const unproven = "the kernel does not prove that the tool waits for the secret";
  const refusals: [string, Partial<Prompt>, string][] = [
    ["the confidence is medium", { confidence: "medium" }, unproven],
    ["the kernel sees polling alone", { evidence: ["kernel:poll", "termios:hidden"] }, unproven],
    ["the kernel sees nothing", { evidence: ["termios:hidden", "kernel:blind"] }, unproven],
    [
      "the secret is asked for with echo",
      { evidence: ["kernel:read", "termios:line", "secret:word"] },
      "the secret would be shown as it is typed",
    ],
    [
      "the terminal is raw, where the tool itself may show it",
      { evidence: ["kernel:read", "termios:raw"] },
      "the secret would be shown as it is typed",
    ],
    ["the prompt is cut", { cut: true }, "the prompt is not wholly visible"],
    [
      "the confidence is low",
      { confidence: "low" },
      "it is not sure that the tool waits for an answer",
    ],
  ];
  test.each(refusals)("%s", (_name, prompt, why) => {
    expect(decided(prompt)).toMatchObject({
      action: "require_human",
      value: null,
      reason: `rule "a" would answer, but ${why}`,
    });
    expect(decided(prompt).secret).toBeUndefined();
  });

  test("it was typed before: what was refused once is not typed again", () => {
    expect(decided({}, { given: 1 })).toMatchObject({
      action: "require_human",
      reason:
        'rule "a" would answer, but it has already given its one automatic reply in this session',
    });
    const twice = "    max_auto_replies: 2\n";
    expect(decided({}, { given: 1, rest: twice }).action).toBe("auto_reply");
    expect(decided({}, { given: 2, rest: twice }).action).toBe("require_human");
  });
});

test("no other kind of prompt is a secret's, whatever the policy was made of", () => {
  const parsed = parsePolicy(policyText(sshPassword, typesKey), "p");
  if (!parsed.ok) throw new Error("the policy is not valid");
  const loose = parsed.policy.rules.map((rule) => ({
    ...rule,
    match: { ...rule.match, prompt_type: ["*" as const] },
  }));
  const policy = { ...parsed.policy, rules: loose };
  const compiled = compilePolicy(policy, { hash: parsed.hash, userHome: "/home/ada" });
  const facts = exampleFacts({ kind: "yes_no", evidence: hidden }, { tool: "ssh" });
  expect(decide(facts, compiled)).toMatchObject({
    action: "require_human",
    reason: 'rule "a" would answer, but a secret goes into passwords alone',
  });
});

describe("the file is refused, at the place, when", () => {
  const noTool = "a rule with a secret must say which tool may have it";
  const addTool = "add tool_id to match, such as tool_id: ssh";
  const notAlone = "a secret goes into passwords alone; write prompt_type: [password] in match";
  const cases: [string, string, string[]][] = [
    [
      "the tool is not named",
      policyText("{ prompt_type: [password] }", typesKey),
      [`5:41: ${noTool}; ${addTool}`],
    ],
    [
      "the tool is any",
      policyText('{ tool_id: "*", prompt_type: [password] }', typesKey),
      [`5:41: ${noTool}; ${addTool}`],
    ],
    ["the kind is not named", policyText("{ tool_id: ssh }", typesKey), [`5:41: ${notAlone}`]],
    [
      "another kind is named as well",
      policyText("{ tool_id: ssh, prompt_type: [password, free_text] }", typesKey),
      [`5:41: ${notAlone}`],
    ],
    [
      "there is a value as well",
      policyText(sshPassword, "{ type: auto_reply, secret: key, value: y }"),
      ["5:41: value and secret both say what to answer; remove one of them"],
    ],
    [
      "there are constraints",
      policyText(sshPassword, "{ type: auto_reply, secret: key, constraints: { max_length: 2 } }"),
      ["5:59: constraints are for value, and this action has secret; remove them"],
    ],
    [
      "the name is no name",
      policyText(sshPassword, '{ type: auto_reply, secret: "../key" }'),
      ["5:41: secret may hold letters, digits, . _ and - only, beginning with a letter or digit"],
    ],
    [
      "the name is too long",
      policyText(sshPassword, `{ type: auto_reply, secret: ${"k".repeat(65)} }`),
      ["5:41: secret is too large; at most 64 characters"],
    ],
    [
      "its version does not have secrets",
      policyText(sshPassword, typesKey).replace('"1"', '"0"'),
      ['5:33: "secret" belongs to version 1 of the policy language; write policy_version: "1"'],
    ],
    [
      "another action has one",
      policyText(sshPassword, "{ type: deny, secret: key }"),
      ['5:27: "secret" is not a field of action deny; it belongs to action auto_reply'],
    ],
  ];
  test.each(cases)("%s", (_name, text, expected) => {
    expect(problemsOf(text)).toEqual(expected.map((line) => `p:${line}`));
  });
});
