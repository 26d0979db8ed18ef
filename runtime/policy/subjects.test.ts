/** Version 2: rules about what is asked, replies by meaning, the brake of critical risk, and examples in the file. */
import { describe, expect, test } from "bun:test";
import { policy as policySchema } from "../../contracts/policy.ts";
import type { Option, Prompt } from "../../contracts/prompt.ts";
import { compilePolicy } from "./compile.ts";
import { decide } from "./decide.ts";
import { exampleFacts, shellSubject } from "./examples.ts";
import { compileHost, matchesHost } from "./host.ts";
import { parsePolicy } from "./parse.ts";
import { printProblem } from "./problem.ts";

type Rule = { match?: object; action?: object };

function decideBy(rule: Rule, prompt: Partial<Prompt>, version: "1" | "2" = "2") {
  const action = { type: "auto_reply", reply: "approve_once" };
  const rules = [{ id: "r", action, ...rule }];
  const policy = policySchema.parse({ policy_version: version, rules });
  const compiled = compilePolicy(policy, { hash: "c".repeat(64), userHome: "/home/ada" });
  return decide(exampleFacts(prompt, { tag: "ci" }), compiled);
}

const fetchOf = (host: string) => ({ type: "fetch", command: null, path: null, host }) as const;

const conditions: [string, object, Partial<Prompt>, boolean][] = [
  ["subject lists types", { subject: ["shell", "mcp"] }, { subject: shellSubject("ls") }, true],
  ["subject excludes others", { subject: ["mcp"] }, { subject: shellSubject("ls") }, false],
  ["subject needs one", { subject: ["shell"] }, { subject: null }, false],
  ["host covers itself", { host: ["a.example"] }, { subject: fetchOf("A.example") }, true],
  ["host needs one", { host: ["a.example"] }, { subject: shellSubject("ls") }, false],
  ["session_tag is the label", { session_tag: "ci" }, {}, true],
  ["session_tag is compared whole", { session_tag: "c" }, {}, false],
  ["risk lists levels", { risk: ["low"] }, {}, true],
  ["risk excludes others", { risk: ["medium", "high"] }, {}, false],
];
for (const [name, match, prompt, answers] of conditions) {
  test(name, () => {
    const { action } = decideBy({ match }, prompt);
    expect(action).toBe(answers ? "auto_reply" : "require_human");
  });
}

test("a host is compared by its labels", () => {
  const covers = (pattern: string, host: string) => matchesHost(host, [compileHost(pattern)]);
  expect(covers("example.com", "example.com:8443")).toBe(true);
  expect(covers("example.com", "example.com.")).toBe(true);
  expect(covers("example.com", "evil-example.com")).toBe(false);
  expect(covers("example.com", "example.com.evil.test")).toBe(false);
  expect(covers("*.example.com", "a.b.example.com")).toBe(true);
  expect(covers("*.example.com", "example.com")).toBe(false);
  expect(covers("*.example.com", ".example.com")).toBe(false);
  expect(covers("[::1]", "[::1]:80")).toBe(true);
});

function choice(label: string, meaning: Option["meaning"]): Option {
  return { label, key: null, meaning, selected: false, checked: null };
}

describe("a reply by meaning", () => {
  const menu: Partial<Prompt> = {
    kind: "multiple_choice",
    options: [
      choice("Yes", "yes"),
      choice("Yes, and don't ask again", "always"),
      choice("No", "no"),
    ],
  };
  const answering = (reply: object | string) => ({ action: { type: "auto_reply", reply } });

  test("approves once where there is something to approve, and nowhere else", () => {
    expect(decideBy({}, menu)).toMatchObject({ action: "auto_reply", value: "y" });
    expect(decideBy({}, { kind: "yes_no" })).toMatchObject({ value: "y" });
    for (const prompt of [
      { kind: "free_text" },
      { kind: "confirm_enter" },
      { kind: "multiple_choice", options: [choice("red", null), choice("blue", null)] },
    ] as const) {
      expect(
        decideBy({}, { ...prompt, options: [...("options" in prompt ? prompt.options : [])] }),
      ).toMatchObject({ action: "require_human" });
    }
  });

  test("denies as the action deny does", () => {
    expect(decideBy(answering("deny"), menu)).toMatchObject({ action: "deny", value: null });
  });

  test("takes the option of that label, wherever it stands", () => {
    const reply = answering({ option: "yes, and  don't ask again" });
    expect(decideBy(reply, menu)).toMatchObject({ value: "Yes, and don't ask again" });
    const turned = { ...menu, options: (menu.options ?? []).toReversed() };
    expect(decideBy(reply, turned)).toMatchObject({ value: "Yes, and don't ask again" });
  });

  test("goes to a person where that option is missing or stands twice", () => {
    expect(decideBy(answering({ option: "Maybe" }), menu)).toMatchObject({
      action: "require_human",
      reason: 'rule "r" would answer, but the option that it names is not offered',
    });
    const twice = { ...menu, options: [choice("No", "no"), choice("no", "no")] };
    expect(decideBy(answering({ option: "No" }), twice).action).toBe("require_human");
  });

  test("writes text only where text is asked for", () => {
    const reply = answering({ text: "main" });
    expect(decideBy(reply, { kind: "free_text" })).toMatchObject({ value: "main" });
    expect(decideBy(reply, menu).action).toBe("require_human");
  });
});

describe("critical risk", () => {
  const wipe = { subject: shellSubject("sudo rm -rf / --no-preserve-root") };

  test("is answered only by a rule that names it", () => {
    expect(decideBy({}, wipe)).toMatchObject({ action: "require_human", risk: "critical" });
    expect(decideBy({ match: { risk: ["critical"] } }, wipe).action).toBe("auto_reply");
    expect(decideBy({ match: { any_of: [{ risk: ["critical"] }] } }, wipe).action).toBe(
      "require_human",
    );
  });

  test("holds back approvals under version 1 too, which cannot name it", () => {
    const yes = { action: { type: "auto_reply", value: "y" } };
    expect(decideBy(yes, wipe, "1").action).toBe("require_human");
  });
});

describe("examples", () => {
  const problems = (examples: string) => {
    const parsed = parsePolicy(
      `policy_version: "2"
rules:
  - id: r
    match: { tool_id: git, contains: push, none_of: [{ contains: force }] }
    action: { type: deny }
    examples:
${examples}`,
      "p.yaml",
    );
    return parsed.ok ? [] : parsed.problems.map(printProblem);
  };

  test("that come out as they say are accepted", () => {
    const good = `      match: ["Push to origin?", { command: git push }]
      not_match: ["Force push?", { question: Push?, tool_id: npm }]
`;
    expect(problems(good)).toEqual([]);
  });

  test("that come out otherwise are told at their place, with the reason", () => {
    expect(problems(`      match: ["Pull?"]\n      not_match: ["Push?"]\n`)).toEqual([
      'p.yaml:7:15: this example of match comes out otherwise: contains: the text "push" is not in the prompt; change it or the match',
      "p.yaml:8:19: this example of not_match comes out otherwise: the rule matches it; change it or the match",
    ]);
  });
});
