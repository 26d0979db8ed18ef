/** Migration keeps what a policy says to people, and what it decides. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { stringify } from "yaml";
import type { Policy } from "../../contracts/policy.ts";
import { compilePolicy } from "./compile.ts";
import { decide } from "./decide.ts";
import { diffPolicies } from "./diff.ts";
import { exampleFacts } from "./examples.ts";
import { migrateText, type Version } from "./migrate.ts";
import { parsePolicy } from "./parse.ts";
import { starterPolicy } from "./starter.ts";
import { someFacts, somePolicy, userHome } from "./testing.ts";

function parsed(text: string): Policy {
  const read = parsePolicy(text, "p.yaml");
  if (!read.ok) throw new Error(`${JSON.stringify(read.problems)}\n${text}`);
  return read.policy;
}

const migrated = (text: string, to: Version, stricter = false) =>
  migrateText(text, parsed(text), { to, stricter });

const hash = "c".repeat(64);

/** As a person would write it: without what goes without saying, some of which older versions do not know. */
function written(policy: Policy): string {
  const said = JSON.stringify(policy, (name, value: unknown) => {
    const isDefault =
      (name === "brakes" && JSON.stringify(value) === "{}") ||
      (name === "max_confidence" && value === "high") ||
      (name === "min_confidence" && value === "low") ||
      (name === "contains_is_regex" && value === false) ||
      (name === "tool_id" && value === "*");
    return isDefault ? undefined : value;
  });
  return stringify(JSON.parse(said));
}

function expectSame(before: Policy, after: Policy): void {
  expect(diffPolicies(before, after, { casesMax: 700 }).differences).toEqual([]);
}

/** On a busy machine. */
const fuzzMsMax = 60_000;

for (const [from, to] of [
  ["0", "1"],
  ["0", "2"],
  ["1", "2"],
] as const) {
  test(
    `random policies of version ${from} decide the same in version ${to}`,
    () => {
      const seen = { answers: 0, guarded: 0 };
      const property = fc.property(
        somePolicy(from),
        fc.array(someFacts, { minLength: 60, maxLength: 60 }),
        (policy, situations) => {
          const text = written(policy);
          const made = migrated(text, to);
          const after = parsed(made.text);
          expect(after.policy_version).toBe(to);
          expectSame(policy, after);
          if (made.steps.length > 0) seen.guarded += 1;
          const sides = [policy, after].map((one) => compilePolicy(one, { hash, userHome }));
          for (const facts of situations) {
            const [was, now] = sides.map((side) => {
              const { action, value, secret } = decide(facts, side);
              return { action, value, secret };
            });
            expect(now).toEqual(was);
            if (was?.action === "auto_reply") seen.answers += 1;
          }
        },
      );
      fc.assert(property, { numRuns: 25, endOnFailure: true });
      expect(seen.answers).toBeGreaterThan(5);
      if (to === "2") expect(seen.guarded).toBeGreaterThan(10);
    },
    fuzzMsMax,
  );
}

const commented = `# Mine.
policy_version: "1" # the old one
name: mine

rules:
  # First of all.
  - id: no   # never
    match: { contains: 'delete', prompt_type: [yes_no] }
    action: { type: deny, reason: "no, thanks" }

  - id: go
    action:
      type: auto_reply   # by hand
      value: "y"
    max_auto_replies: 3
`;

describe("what stands in the file", () => {
  test("stays to the letter where only the version has to change", () => {
    for (const text of [commented.replace('"1"', '"0"'), commented.replace('"1"', "0")]) {
      const other = migrated(text, "1");
      expect(other.text).toBe(text.replace(/policy_version: ("?)0/, "policy_version: $11"));
      expect(other.steps).toEqual([]);
    }
    expect(migrated(commented, "2", true).text).toBe(commented.replace('"1"', '"2"'));
  });

  test("keeps its comments and its order where rules have to say more", () => {
    const { text, steps } = migrated(commented, "2");
    for (const comment of commented.match(/#.*/g) ?? []) expect(text).toContain(comment);
    expect(text).toContain("match: { contains: 'delete', prompt_type: [ yes_no ] }");
    expect(steps).toEqual(["rule go: names every risk, but for approvals that are critical"]);
    expect(parsed(text).rules.map(({ id }) => id)).toEqual(["no", "go"]);
  });

  test("gets a rule of its own only where a later one would deny what was a person's", () => {
    const denies = `${commented}  - { id: rest, action: { type: deny } }\n`;
    const after = parsed(migrated(denies, "2").text);
    expect(after.rules.map(({ id }) => id)).toEqual(["no", "go", "go-critical", "rest"]);
    expect(after.rules[2]?.max_auto_replies).toBeUndefined();
    expectSame(parsed(denies), after);
  });

  test("may use Windows line ends, and rules that are not indented", () => {
    const text = commented.replaceAll("\n", "\r\n");
    expect(migrated(text, "2").text.replaceAll("\r\n", "")).not.toContain("\n");
    const flat = 'policy_version: "1"\nrules:\n- id: a\n  action: {type: auto_reply, value: "y"}\n';
    expect(migrated(flat, "2").text).toContain("rules:\n- id: a\n  match:\n");
  });

  test("of the starter stays readable, and decides the same", () => {
    const { text } = migrated(starterPolicy, "2");
    expectSame(parsed(starterPolicy), parsed(text));
    expect(text).toContain("# Rules that hold back come first");
    expect(text.split("\n").length).toBeLessThan(starterPolicy.split("\n").length + 10);
  });
});

test("stricter leaves questions of critical risk to a person, and nothing else", () => {
  const before = parsed(commented);
  const { differences } = diffPolicies(before, parsed(migrated(commented, "2", true).text), {
    casesMax: 2_000,
  });
  expect(differences.length).toBeGreaterThan(0);
  for (const { a, b } of differences) {
    expect([a.action, b.action]).toEqual(["auto_reply", "require_human"]);
  }
});

describe("the kind of AtlasBridge 1's chat mode", () => {
  const text = `policy_version: "1"
rules:
  - { id: chat, match: { prompt_type: [tool_use] }, action: { type: auto_reply, value: "y" } } # gone
  - { id: both, match: { prompt_type: [tool_use, yes_no] }, action: { type: deny } } # stays
  - id: within
    match:
      any_of: [{ prompt_type: [tool_use] }, { contains: go }]
      none_of: [{ prompt_type: [tool_use] }]
    action: { type: notify_only }
  - { id: never, match: { any_of: [{ prompt_type: [tool_use] }] }, action: { type: deny } }
  - { id: rest, match: { contains: stop }, action: { type: auto_reply, value: "n" } }
`;

  test("is read in older versions, as of no prompt, and said to be so", () => {
    const read = parsePolicy(text, "p.yaml");
    expect(read.ok && read.notes.map((note) => note.replace(/^.*: rule /, ""))).toEqual([
      "chat matches nothing",
      "both is for the other kinds alone",
      "within is for the other kinds alone",
      "never matches nothing",
    ]);
    const compiled = compilePolicy(parsed(text), { hash, userHome });
    expect(decide(exampleFacts({ kind: "free_text" }), compiled).rule_id).toBeNull();
    expect(decide(exampleFacts({ kind: "yes_no" }), compiled).rule_id).toBe("both");
  });

  test("is left out of version 2, with the rules that were for it alone, and decides the same", () => {
    const { text: made, steps } = migrated(text, "2");
    expect(made).not.toContain("tool_use");
    expect(made).toContain("# stays");
    expect(parsed(made).rules.map(({ id }) => id)).toEqual(["both", "within", "rest"]);
    expect(steps).toEqual([
      "rule chat: left out, it was for tool_use alone and matched nothing",
      "rule both: without tool_use, which no prompt is",
      "rule within: without tool_use, which no prompt is",
      "rule never: left out, it was for tool_use alone and matched nothing",
      "rule rest: names every risk, but for approvals that are critical",
    ]);
    expectSame(parsed(text), parsed(made));
    expect(migrated(text, "1").text).toContain("tool_use");
  });
});
