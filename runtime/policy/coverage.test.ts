/** Coverage counts what decided, names what nothing decided, and says "never" only of what can never be. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ReplyCount } from "../session/replies.ts";
import { compilePolicy, type CompiledPolicy } from "./compile.ts";
import { coverageOf } from "./coverage.ts";
import { byItself, layerPolicies } from "./layers.ts";
import { describeSituation, matchRule } from "./match.ts";
import { parsePolicy } from "./parse.ts";
import { answeredBy, pastPrompt, replayOptions, toEvents } from "./past.example.ts";
import { replay } from "./replay.ts";
import { shadowedRules } from "./shadow.ts";
import { Tally } from "./tally.ts";
import { someFacts, somePolicy, userHome } from "./testing.ts";

const hash = "b".repeat(64);

function compiled(rules: string): CompiledPolicy {
  const parsed = parsePolicy(`policy_version: "2"\nrules:\n${rules}`, "p.yaml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return compilePolicy(parsed.policy, { hash, userHome });
}

function covered(policy: CompiledPolicy, prompts: Parameters<typeof toEvents>[0]) {
  const options = replayOptions(policy, (now) => new ReplyCount({ monotonicMs: now }));
  return coverageOf(replay(toEvents(prompts), options), byItself(policy));
}

const rule = (id: string, match: string, action = "{type: deny}") =>
  `  - {id: ${id}, match: {${match}}, action: ${action}}\n`;

describe("coverage", () => {
  const policy = compiled(rule("go", "contains: go on") + rule("never", "contains: nowhere"));

  test("counts hits, sessions and the last time of each rule, and what no rule decided", () => {
    const question = "Go on?";
    const result = covered(policy, [
      pastPrompt({ nth: 1, inSession: 1, prompt: { question } }),
      pastPrompt({ nth: 2, inSession: 1, prompt: { question } }),
      pastPrompt({ nth: 3, inSession: 2, prompt: { question } }),
      pastPrompt({ nth: 4, inSession: 2 }),
    ]);
    expect(result.rules).toEqual([
      {
        layer: "user",
        rule_id: "go",
        hits: 3,
        answers: 0,
        sessions: 2,
        last: pastPrompt({ nth: 3 }).at,
      },
      { layer: "user", rule_id: "never", hits: 0, answers: 0, sessions: 0, last: null },
    ]);
    expect(result).toMatchObject({ prompts: 4, sessions: 2, defaults: 1 });
    expect(result.gaps).toMatchObject([
      { tool: "claude", kind: "yes_no", subject: null, count: 1 },
    ]);
    expect(result.kinds[0]).toEqual({ name: "yes_no", prompts: 4, uncovered: 1 });
    expect(result.kinds).toHaveLength(8);
  });

  test("counts rules of the same name in two layers apart, a project's only within the project", () => {
    const project = compiled(rule("go", "contains: go on"));
    const user = compiled(rule("go", "contains: go", '{type: auto_reply, value: "y"}'));
    const both = layerPolicies(
      [
        { name: "user", compiled: user },
        { name: "project", compiled: project },
      ],
      () => hash,
    );
    const prompts = [1, 2, 3].map((nth) => pastPrompt({ nth, prompt: { question: "Go on?" } }));
    const counter = (now: () => number) => new ReplyCount({ monotonicMs: now });
    let asked = 0;
    const options = {
      ...replayOptions(user, counter),
      policyIn: () => ((asked += 1) === 1 ? both : byItself(user)),
    };
    const result = coverageOf(replay(toEvents(prompts), options), both);
    expect(result.rules).toMatchObject([
      { layer: "user", rule_id: "go", hits: 2, answers: 2 },
      { layer: "project", rule_id: "go", hits: 1, answers: 0 },
    ]);
  });

  test("names what came to a person most often", () => {
    const often = [0, 1, 2].map((nth) => pastPrompt({ nth, prompt: { question: "Deploy?" } }));
    const { escalated } = covered(policy, [pastPrompt({ nth: 9 }), ...often]);
    expect(escalated.map(({ count, example }) => [count, example.prompt?.question])).toEqual([
      [3, "Deploy?"],
      [1, "Continue? [y/n]"],
    ]);
  });

  test("knows without content only what this very policy decided", () => {
    const own = answeredBy("go");
    const decision = { ...own.decision, policy_hash: hash };
    const result = covered(policy, [
      pastPrompt({ ...own, decision, prompt: null }),
      pastPrompt({ ...answeredBy("go", 1), prompt: null }),
    ]);
    expect(result.rules[0]?.hits).toBe(1);
    expect(result).toMatchObject({ noContent: 1, defaults: 0 });
  });
});

describe("a shadowed rule", () => {
  const cases: [string, string, boolean][] = [
    ["contains: go", "contains: go on", true],
    ["contains: go on", "contains: go", false],
    ["prompt_type: [yes_no, pager]", "prompt_type: [yes_no]", true],
    ["prompt_type: [yes_no]", "", false],
    ["repo: /srv", "repo: /srv/x", true],
    ["repo: /srv/x", "repo: /srv/xy", false],
    ["command: ['ls **', 'git **']", "command: ['ls **']", true],
    ["command: ['ls **']", "command: ['ls **', 'git **']", false],
    ["none_of: [{contains: x}]", "none_of: [{contains: y}, {contains: x}]", true],
    ["none_of: [{contains: x}]", "contains: z", false],
    ["environment: dev", "environment: dev, contains: x", true],
    ["min_confidence: high", "contains: x", false],
    ["", "contains: x", true],
  ];
  for (const [earlier, later, isShadowed] of cases) {
    test(`{${later}} behind {${earlier}}: ${isShadowed}`, () => {
      const found = shadowedRules(compiled(rule("a", earlier) + rule("b", later)));
      expect(found).toEqual(isShadowed ? [{ rule_id: "b", by: "a" }] : []);
    });
  }

  test("is not one where the earlier rule looks in fewer places", () => {
    const answers = '{type: auto_reply, value: "y"}';
    const both = rule("a", "contains: x", answers) + rule("b", "contains: xy");
    expect(shadowedRules(compiled(both))).toEqual([]);
  });

  test("never holds where the rule that shadows it does not stop first", () => {
    let shadows = 0;
    const property = fc.property(
      somePolicy("2"),
      fc.array(someFacts, { minLength: 20, maxLength: 20 }),
      (policy, situations) => {
        const ready = compilePolicy(policy, { hash, userHome });
        for (const { rule_id, by } of shadowedRules(ready)) {
          shadows += 1;
          const of = (id: string) => ready.rules.find((one) => one.rule.id === id);
          const [later, earlier] = [of(rule_id), of(by)];
          if (later === undefined || earlier === undefined) throw new Error("no such rule");
          for (const facts of situations) {
            const situation = describeSituation(facts, ready);
            if (matchRule(later, situation).result !== "holds") continue;
            expect(matchRule(earlier, situation).result).not.toBe("fails");
          }
        }
      },
    );
    fc.assert(property, { numRuns: 1_500 });
    expect(shadows).toBeGreaterThan(30);
  });
});

test("a tally keeps what is frequent, within its bound, and says that it forgot", () => {
  const tally = new Tally<string>(10);
  for (let round = 0; round < 50; round += 1) {
    tally.add("often", "often");
    tally.add(`once ${round}`, "once");
  }
  expect(tally.sorted()[0]).toEqual({ value: "often", count: 50 });
  expect(tally.sorted().length).toBeLessThanOrEqual(10);
  expect(tally.forgot).toBe(true);
});
