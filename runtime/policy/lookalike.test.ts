/** What a rule that holds back must find: above the question, and behind characters that hide it. */
import { describe, expect, test } from "bun:test";
import { policy as policySchema } from "../../contracts/policy.ts";
import { compilePolicy } from "./compile.ts";
import { decide } from "./decide.ts";
import { exampleFacts, exampleRisk } from "./examples.ts";
import { literalMatcher, mixesScripts, plainText, readText } from "./pattern.ts";

const answer = { id: "yes", action: { type: "auto_reply", value: "y" } };

function decided(rules: object[], prompt: { question?: string; context?: string }) {
  const policy = policySchema.parse({ policy_version: "1", name: "test", rules });
  const compiled = compilePolicy(policy, { hash: "b".repeat(64), userHome: "/home/ada" });
  const { action, rule_id, reason } = decide(exampleFacts(prompt), compiled);
  return { action, rule_id, reason };
}

const context = "This will permanently\ndelete /srv/prod.";

describe("the text above the question", () => {
  for (const type of ["deny", "require_human"]) {
    const cases: [string, object][] = [
      ["a literal", { contains: "delete /srv" }],
      ["a literal over a line break", { contains: "permanently delete" }],
      ["a literal that goes on in the question", { contains: "prod. continue" }],
      ["a pattern", { contains: "del(ete|ta)", contains_is_regex: true }],
      ["a pattern for its end", { contains: "prod\\.$", contains_is_regex: true }],
      ["a pattern for the question alone", { contains: "^continue", contains_is_regex: true }],
    ];
    for (const [name, match] of cases) {
      test(`is searched by a rule with ${type}: ${name}`, () => {
        const rules = [{ id: "no", match, action: { type } }, answer];
        expect(decided(rules, { context })).toMatchObject({ action: type, rule_id: "no" });
      });
    }
  }

  for (const action of [answer.action, { type: "notify_only" }]) {
    test(`never makes a rule with ${action.type} match`, () => {
      const rules = [{ id: "no", match: { contains: "delete" }, action }];
      expect(decided(rules, { context }).rule_id).toBeNull();
    });
  }

  test("counts for the risk", () => {
    const { factors } = exampleRisk({ context });
    expect(factors).toEqual(["text:destroys", "text:irreversible", "text:production"]);
  });
});

const hidden = [
  "De\u200blete",
  "De\u00adlete",
  "D\u2060e\u200dlete",
  "De\u0336l\u0336ete",
  "Dele\ufe0fte",
  "De\u034flete",
  "De\u20ddlete",
  "\uff24\uff45\uff4c\uff45\uff54\uff45",
  "\u{1d403}elete",
];
const denials = [
  { contains: "delete" },
  { contains: "delet[e]", contains_is_regex: true },
  { contains: "de\u0336lete" },
];

describe("a rule finds what it denies though it is written", () => {
  for (const word of hidden) {
    test(JSON.stringify(word), () => {
      const question = `${word} /srv/prod? [y/n]`;
      for (const match of denials) {
        const rules = [{ id: "no", match, action: { type: "deny" } }, answer];
        expect(decided(rules, { question }).action).toBe("deny");
        expect(decided(rules, { context: question }).action).toBe("deny");
      }
      expect(exampleRisk({ question }).factors).toContain("text:destroys");
    });
  }

  test("and a pattern still finds the characters that it names", () => {
    const match = { contains: "[？…é]", contains_is_regex: true };
    const rules = [{ id: "no", match, action: { type: "deny" } }, answer];
    for (const question of ["确定？", "go on…", "re\u0301sume"]) {
      expect(decided(rules, { question }).action).toBe("deny");
    }
  });
});

describe("a word of two scripts", () => {
  const reason = 'rule "yes" would answer, but the text mixes scripts within a word';
  for (const word of ["D\u0435lete", "d\u03b5lete", "\u0405ure", "a\u200b\u0430"]) {
    test(`is not answered: ${JSON.stringify(word)}`, () => {
      const person = { action: "require_human" as const, rule_id: "yes", reason };
      expect(decided([answer], { question: `${word}? [y/n]` })).toEqual(person);
      expect(decided([answer], { context: `${word} all` })).toEqual(person);
    });
  }

  test("is not found where each word has its own, nor in a measure", () => {
    for (const text of ["Delete файл и ΟΔΌΣ?", "10µs", "5 kΩ", "déjà vu", "日本go", "plain"]) {
      expect(mixesScripts(plainText(text))).toBe(false);
    }
  });
});

test("a literal of nothing visible does not match every text", () => {
  const matches = literalMatcher("\u0301");
  expect(matches(readText("Continue?"))).toBe(false);
  expect(matches(readText("x\u0301"))).toBe(true);
});
