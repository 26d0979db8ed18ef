/** What a policy decides, and the sentence it gives for it. */
import { describe, expect, test } from "bun:test";
import { decision as decisionSchema } from "../../contracts/decision.ts";
import { policy as policySchema } from "../../contracts/policy.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import { builtinHash, builtinPolicy } from "./builtin.ts";
import { type CompiledPolicy, compilePolicy } from "./compile.ts";
import { decide, explain, messageOf } from "./decide.ts";
import { exampleFacts, shellSubject } from "./examples.ts";
import type { Facts } from "./match.ts";
import { sayOutcome } from "./outcome.ts";
import { parsePolicy } from "./parse.ts";
import { starterPolicy } from "./starter.ts";

const hash = "b".repeat(64);
const userHome = "/home/ada";
const yes = { type: "auto_reply", value: "y" };

type RuleInput = { id: string; match?: object; action: object; max_auto_replies?: number };

function policyOf(rules: RuleInput[], rest: object = {}): CompiledPolicy {
  const policy = policySchema.parse({ policy_version: "1", name: "test", rules, ...rest });
  return compilePolicy(policy, { hash, userHome });
}

/** One rule that answers `y` under these conditions. */
function answering(match: object, rest: object = {}): CompiledPolicy {
  return policyOf([{ id: "r", match, action: yes, ...rest }]);
}

function actionOf(policy: CompiledPolicy, facts: Facts): string {
  return decide(facts, policy).action;
}

describe("the first rule that matches decides", () => {
  const deny = { id: "no", match: { contains: "delete" }, action: { type: "deny", reason: "why" } };
  const allow = { id: "yes", match: {}, action: yes };

  test("in file order", () => {
    const facts = exampleFacts({ question: "Delete all? [y/n]" });
    expect(decide(facts, policyOf([deny, allow]))).toMatchObject({ action: "deny", rule_id: "no" });
    expect(decide(facts, policyOf([allow, deny]))).toMatchObject({ rule_id: "yes", value: "y" });
  });

  test("and each action says what it does, naming the rule", () => {
    const said = (action: object) => decide(exampleFacts(), policyOf([{ id: "r", action }])).reason;
    expect(said(yes)).toBe('rule "r" answers this prompt');
    expect(said({ type: "deny" })).toBe('rule "r" denies this prompt');
    expect(said({ type: "require_human" })).toBe('rule "r" leaves this prompt to a person');
    expect(said({ type: "notify_only" })).toBe('rule "r" tells the person, who answers');
  });

  test("and the decision is one that the trace accepts", () => {
    for (const facts of [exampleFacts(), exampleFacts({ question: "Delete?" })]) {
      expect(decisionSchema.safeParse(decide(facts, policyOf([deny, allow]))).success).toBe(true);
    }
  });

  test("and neither the prompt's words nor the policy's messages get into the reason", () => {
    const facts = exampleFacts({ question: "delete MYSECRET?" });
    const decision = decide(facts, policyOf([deny]));
    expect(JSON.stringify(decision)).not.toContain("MYSECRET");
    expect(JSON.stringify(decision)).not.toContain("why");
    expect(messageOf(decision, policyOf([deny]))).toBe("why");
  });
});

describe("when no rule matches", () => {
  const none = { defaults: { no_match: "deny", low_confidence: "require_human" } };

  test("defaults.no_match decides", () => {
    expect(decide(exampleFacts(), policyOf([], none))).toMatchObject({
      action: "deny",
      rule_id: null,
      reason: "no rule matches, so defaults.no_match denies this prompt",
    });
  });

  test("defaults.low_confidence decides when the confidence is low", () => {
    expect(decide(exampleFacts({ confidence: "low" }), policyOf([], none))).toMatchObject({
      action: "require_human",
      reason:
        "no rule matches and the confidence is low, so defaults.low_confidence leaves it to a person",
    });
  });

  test("the built-in policy leaves every prompt to a person", () => {
    const builtin = compilePolicy(builtinPolicy, { hash: builtinHash(), userHome });
    for (const confidence of ["low", "high"] as const) {
      expect(decide(exampleFacts({ confidence }), builtin)).toMatchObject({
        action: "require_human",
        policy_hash: builtinHash(),
      });
    }
    expect(builtinHash()).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("a condition", () => {
  const cases: [string, object, Facts, boolean][] = [
    ["tool_id is compared whole", { tool_id: "claude" }, exampleFacts(), true],
    ["tool_id is no prefix", { tool_id: "claud" }, exampleFacts(), false],
    ["tool_id keeps letter case", { tool_id: "Claude" }, exampleFacts(), false],
    ["prompt_type lists kinds", { prompt_type: ["pager", "yes_no"] }, exampleFacts(), true],
    ["prompt_type excludes others", { prompt_type: ["pager"] }, exampleFacts(), false],
    ["prompt_type * is any kind", { prompt_type: ["*"] }, exampleFacts(), true],
    ["min_confidence includes its level", { min_confidence: "high" }, exampleFacts(), true],
    [
      "min_confidence excludes less",
      { min_confidence: "high" },
      exampleFacts({ confidence: "medium" }),
      false,
    ],
    ["max_confidence includes its level", { max_confidence: "high" }, exampleFacts(), true],
    ["max_confidence excludes more", { max_confidence: "medium" }, exampleFacts(), false],
    ["repo covers itself", { repo: "/home/ada/src" }, exampleFacts(), true],
    ["repo covers what lies below", { repo: "/home/ada" }, exampleFacts(), true],
    ["repo / covers everything", { repo: "/" }, exampleFacts(), true],
    ["repo does not cover a longer name", { repo: "/home/ad" }, exampleFacts(), false],
    ["repo does not cover its parent", { repo: "/home/ada/src/x" }, exampleFacts(), false],
    ["repo may end in a slash", { repo: "/home/ada/" }, exampleFacts(), true],
    ["repo ~ is the user's home", { repo: "~/src" }, exampleFacts(), true],
    [
      "repo cannot be left by ..",
      { repo: "/home/ada/src" },
      exampleFacts({}, { cwd: "/home/ada/src/../../eve" }),
      false,
    ],
    [
      "repo on Windows ignores letter case",
      { repo: "c:\\Src" },
      exampleFacts({}, { cwd: "C:\\src\\x" }),
      true,
    ],
    ["contains ignores letter case", { contains: "CONTINUE" }, exampleFacts(), true],
    [
      "contains folds other alphabets",
      { contains: "ПРОДОЛЖИТЬ" },
      exampleFacts({ question: "Продолжить?" }),
      true,
    ],
    ["contains folds final sigma", { contains: "ΟΔΟΣ" }, exampleFacts({ question: "οδος" }), true],
    ["contains is no pattern by itself", { contains: "c.ntinue" }, exampleFacts(), false],
    [
      "contains finds words broken by a line",
      { contains: "are you sure" },
      exampleFacts({ question: "Are you\n  sure?" }),
      true,
    ],
    [
      "contains finds what it was given over lines",
      { contains: "are\nyou" },
      exampleFacts({ question: "are you" }),
      true,
    ],
    [
      "contains looks at the command",
      { contains: "push --force" },
      exampleFacts({ subject: shellSubject("git push --force") }),
      true,
    ],
    [
      "contains looks at the path",
      { contains: ".env" },
      exampleFacts({
        subject: { type: "file_edit", command: null, path: "/home/ada/src/.env", host: null },
      }),
      true,
    ],
    [
      "a pattern ignores letter case",
      { contains: "^continue\\?", contains_is_regex: true },
      exampleFacts(),
      true,
    ],
    [
      "a pattern's dot spans lines",
      { contains: "run.*now", contains_is_regex: true },
      exampleFacts({ question: "run\nit now?" }),
      true,
    ],
    [
      "a pattern may reach from question to command",
      { contains: "run.*force", contains_is_regex: true },
      exampleFacts({ question: "Run?", subject: shellSubject("git --force") }),
      true,
    ],
  ];
  for (const [name, match, facts, holds] of cases) {
    test(name, () => {
      expect(actionOf(answering(match), facts)).toBe(holds ? "auto_reply" : "require_human");
    });
  }
});

describe("a matching rule does not answer, and a person does, when", () => {
  const refusals: [string, object, Partial<Prompt>, string][] = [
    [
      "the confidence is low, even where the rule takes that",
      { min_confidence: "low" },
      { confidence: "low" },
      "it is not sure that the tool waits for an answer",
    ],
    [
      "a secret is asked for",
      { prompt_type: ["password"] },
      { kind: "password" },
      "secrets are only ever typed by a person",
    ],
    [
      "the kind is unknown and the rule is silent on kinds",
      {},
      { kind: "unknown" },
      "it does not name the kind unknown in prompt_type",
    ],
    [
      "the kind is unknown and the rule says any",
      { prompt_type: ["*"] },
      { kind: "unknown" },
      "it does not name the kind unknown in prompt_type",
    ],
    [
      "a pager is open and the rule says any",
      { prompt_type: ["*"] },
      { kind: "pager" },
      "it does not name the kind pager in prompt_type",
    ],
    [
      "an editor is open and the rule is silent on kinds",
      {},
      { kind: "editor" },
      "it does not name the kind editor in prompt_type",
    ],
    [
      "part of what is to be approved is hidden",
      {},
      { cut: true, subject: shellSubject("ls …") },
      "what is to be approved is not wholly visible",
    ],
    [
      "it goes by text of which part is hidden",
      { contains: "continue" },
      { cut: true },
      "it goes by the text, which is not wholly visible",
    ],
  ];
  for (const [name, match, prompt, why] of refusals) {
    test(name, () => {
      expect(decide(exampleFacts(prompt), answering(match))).toMatchObject({
        action: "require_human",
        rule_id: "r",
        value: null,
        reason: `rule "r" would answer, but ${why}`,
      });
    });
  }

  test("it has used up its automatic replies", () => {
    const policy = answering({}, { max_auto_replies: 2 });
    const after = (count: number) => exampleFacts({}, { autoReplies: new Map([["r", count]]) });
    expect(actionOf(policy, after(1))).toBe("auto_reply");
    expect(decide(after(2), policy)).toMatchObject({
      action: "require_human",
      reason:
        'rule "r" would answer, but it has already given its 2 automatic replies in this session',
    });
  });

  test("and the other actions go on working on such prompts", () => {
    const policy = policyOf([{ id: "r", action: { type: "deny" } }]);
    for (const kind of ["password", "unknown"] as const) {
      expect(actionOf(policy, exampleFacts({ kind, cut: true }))).toBe("deny");
    }
  });

  test("but a rule that names unknown answers it, and one without text answers a long question", () => {
    expect(
      actionOf(answering({ prompt_type: ["unknown"] }), exampleFacts({ kind: "unknown" })),
    ).toBe("auto_reply");
    expect(actionOf(answering({}), exampleFacts({ cut: true }))).toBe("auto_reply");
  });
});

describe("a rule that cannot be decided is never skipped", () => {
  const allow = { id: "yes", match: {}, action: yes };

  test("when its text may stand in the hidden part", () => {
    const deny = { id: "no", match: { contains: "rm -rf" }, action: { type: "deny" } };
    expect(decide(exampleFacts({ cut: true }), policyOf([deny, allow]))).toMatchObject({
      action: "require_human",
      rule_id: "no",
      reason: 'rule "no" could not be decided by its contains: the prompt is not wholly visible',
    });
  });

  test("when the session's folder is not absolute", () => {
    const deny = { id: "no", match: { repo: "/srv" }, action: { type: "deny" } };
    const facts = exampleFacts({}, { cwd: "srv" });
    expect(decide(facts, policyOf([deny, allow]))).toMatchObject({
      action: "require_human",
      reason: 'rule "no" could not be decided by its repo',
    });
  });

  test("when its pattern fails to run", () => {
    const policy = policyOf([{ id: "no", action: { type: "deny" } }, allow]);
    const rules = policy.rules.map((rule, index) => {
      const broken = () => {
        throw new Error("out of memory");
      };
      return index === 0 ? { ...rule, contains: broken } : rule;
    });
    expect(decide(exampleFacts(), { ...policy, rules })).toMatchObject({
      action: "require_human",
      reason: 'rule "no" could not be decided by its contains',
    });
  });

  test("but another condition that fails decides that it does not match", () => {
    const deny = {
      id: "no",
      match: { contains: "x", repo: "/srv", tool_id: "git" },
      action: { type: "deny" },
    };
    const facts = exampleFacts({ cut: true }, { cwd: "srv" });
    expect(decide(facts, policyOf([deny, allow]))).toMatchObject({ rule_id: "yes" });
  });
});

test("explain lists every rule that was tried, and why it did not match", () => {
  const deny = { type: "deny" };
  const policy = policyOf([
    { id: "tool", match: { tool_id: "git" }, action: deny },
    { id: "kind", match: { prompt_type: ["pager", "editor"] }, action: deny },
    { id: "low", match: { max_confidence: "low" }, action: deny },
    { id: "high", match: { min_confidence: "high" }, action: deny },
    { id: "repo", match: { repo: "/srv" }, action: deny },
    { id: "text", match: { contains: "push" }, action: deny },
    { id: "pattern", match: { contains: "p.sh", contains_is_regex: true }, action: deny },
    { id: "yes", action: yes },
    { id: "never", action: deny },
  ]);
  const facts = exampleFacts({ confidence: "medium" });
  const { decision, tried } = explain(facts, policy);
  expect(decision).toEqual(decide(facts, policy));
  expect(tried.map((one) => `${one.rule.id}: ${sayOutcome(one, facts)}`)).toEqual([
    'tool: tool_id: the tool is "claude", not "git"',
    "kind: prompt_type: the prompt is yes_no, not pager or editor",
    "low: max_confidence: medium is above low",
    "high: min_confidence: medium is below high",
    'repo: repo: "/home/ada/src" is not within "/srv"',
    'text: contains: the text "push" is not in the prompt',
    'pattern: contains: the pattern "p.sh" is not in the prompt',
    "yes: every condition holds",
  ]);
});

describe("the starter policy", () => {
  const parsed = parsePolicy(starterPolicy, "starter");
  if (!parsed.ok) throw new Error("the starter policy is not valid");
  const starter = compilePolicy(parsed.policy, { hash: parsed.hash, userHome });

  test("answers nothing but press-enter", () => {
    expect(
      actionOf(starter, exampleFacts({ kind: "confirm_enter", question: "Press Enter" })),
    ).toBe("auto_reply");
    for (const kind of [
      "yes_no",
      "multiple_choice",
      "free_text",
      "password",
      "pager",
      "editor",
      "unknown",
    ] as const) {
      expect(actionOf(starter, exampleFacts({ kind }))).toBe("require_human");
    }
  });

  test("holds back where something may be lost", () => {
    const question = "Press Enter to delete 3 files";
    expect(actionOf(starter, exampleFacts({ kind: "confirm_enter", question }))).toBe(
      "require_human",
    );
  });
});
