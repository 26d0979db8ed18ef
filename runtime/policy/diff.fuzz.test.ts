/** Comparing two policies finds what changing one of them changed, and nothing where nothing changed. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Policy, PolicyRule } from "../../contracts/policy.ts";
import { compilePolicy } from "./compile.ts";
import { decide } from "./decide.ts";
import { diffPolicies } from "./diff.ts";
import type { Facts } from "./match.ts";
import { someFacts, somePolicy } from "./testing.ts";
import { factsOf, someHome } from "./universe/ask.ts";

const hash = "d".repeat(64);
const ready = (policy: Policy) => compilePolicy(policy, { hash, userHome: someHome });

function decidedBy(policy: Policy): (facts: Facts) => string {
  const compiled = ready(policy);
  return (facts) => {
    const { action, value, secret = null } = decide(facts, compiled);
    return JSON.stringify([action, value, secret]);
  };
}

/** One thing about a policy made different, as a person who edits it would. */
const edit = fc.record({ what: fc.nat(6), at: fc.nat(4), other: fc.nat(4) });

function edited(
  policy: Policy,
  { what, at, other }: { what: number; at: number; other: number },
): Policy {
  const { rules, defaults } = policy;
  const index = rules.length === 0 ? 0 : at % rules.length;
  const rule = rules[index];
  const replace = (changes: Partial<PolicyRule>): Policy => {
    return {
      ...policy,
      rules: rules.map((one, n) => (n === index ? { ...one, ...changes } : one)),
    };
  };
  if (rule === undefined || what === 0) {
    const no_match = defaults.no_match === "deny" ? "require_human" : "deny";
    return { ...policy, defaults: { ...defaults, no_match } };
  }
  switch (what) {
    case 1:
      return { ...policy, rules: rules.toSpliced(index, 1) };
    case 2:
      return replace({ action: { type: rule.action.type === "deny" ? "require_human" : "deny" } });
    case 3:
      return replace({ max_auto_replies: (rule.max_auto_replies ?? 3) + 1 });
    case 4:
      return {
        ...policy,
        rules: rules.toSpliced(index, 1).toSpliced(other % rules.length, 0, rule),
      };
    case 5:
      return replace({ match: { ...rule.match, min_confidence: "high", max_confidence: "high" } });
    default:
      return replace({ match: { ...rule.match, tool_id: "git" } });
  }
}

test("a policy does not differ from itself, nor from its rules by other names", () => {
  const property = fc.property(somePolicy("2"), (policy) => {
    expect(diffPolicies(policy, policy, { casesMax: 1_500 }).differences).toEqual([]);
    const name = (id: string): string => `renamed-${id}`;
    const rules = policy.rules.map((rule) => ({ ...rule, id: name(rule.id), description: "new" }));
    const counted = rules.every((rule) => rule.max_auto_replies === undefined);
    if (!counted) return;
    const { differences } = diffPolicies(
      policy,
      { ...policy, rules, name: "other" },
      { casesMax: 1_500 },
    );
    expect(differences).toEqual([]);
  });
  fc.assert(property, { numRuns: 15, endOnFailure: true });
});

/** On a busy machine. */
const fuzzMsMax = 60_000;

test(
  "whatever random prompts tell apart, the comparison tells apart, by an example that is true",
  () => {
    const told = { apart: 0, found: 0 };
    const property = fc.property(
      somePolicy("2"),
      edit,
      fc.array(someFacts, { minLength: 150, maxLength: 150 }),
      (policy, change, situations) => {
        const other = edited(policy, change);
        const [one, another] = [decidedBy(policy), decidedBy(other)];
        const apart = situations.some((facts) => one(facts) !== another(facts));
        const { differences } = diffPolicies(policy, other, { casesMax: 4_000 });
        for (const { a, b, example } of differences) {
          const facts = factsOf(example);
          expect(one(facts)).toBe(JSON.stringify([a.action, a.value, a.secret]));
          expect(another(facts)).toBe(JSON.stringify([b.action, b.value, b.secret]));
          expect(a).not.toEqual(b);
        }
        if (apart) told.apart += 1;
        if (apart && differences.length > 0) told.found += 1;
        if (apart && differences.length === 0) {
          throw new Error(`missed: ${JSON.stringify({ policy, other })}`);
        }
      },
    );
    // The universe is bounded, so some edit will slip through it one day: these must not.
    fc.assert(property, { numRuns: 20, endOnFailure: true, seed: 4 });
    expect(told.apart).toBeGreaterThan(5);
    expect(told.found).toBe(told.apart);
  },
  fuzzMsMax,
);
