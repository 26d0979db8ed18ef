/** Passing over rules changes nothing: whatever does not certainly fail is looked at, in the order of the file. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { policy as policySchema } from "../../contracts/policy.ts";
import { confidence, promptKind, type Subject } from "../../contracts/prompt.ts";
import { compilePolicy } from "./compile.ts";
import { decide, explain } from "./decide.ts";
import { exampleFacts } from "./examples.ts";
import type { Facts } from "./match.ts";
import { describeSituation, matchRule } from "./match.ts";
import { neededByLiteral, neededByPattern } from "./needed.ts";
import { compilePattern, foldText, literalMatcher, readText } from "./pattern.ts";

const runsOf = (plain: number): number => Number(Bun.env["ATLASBRIDGE_FUZZ_RUNS"] ?? plain);
const timeoutMs = 60_000 + runsOf(0) * 100;

/** Letters with several forms, spaces and signs, few enough that patterns and texts meet. */
const letter = fc.constantFrom(
  ...["a", "b", "k", "s", "K", "S", "\u212a", "\u017f", "\u00e9", "e\u0301", "\u200b", "\u0130"],
  ...[" ", "\n", "  ", "-", ".", "/", "0", "abs", "ask", "sab", "bak", "aka", "ksk"],
);
const text = fc.array(letter, { maxLength: 12 }).map((parts) => parts.join(""));

const atom = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("a", "b", "k", "s", "K", "abs", "ask", "sab", "bak") },
  fc.constantFrom("\\.", "\\/", "-", " ", "\u017f", "\u00e9", "\\x61", "\\Qas\\E", "\\n"),
  fc.constantFrom(".", "\\w", "\\d", "\\s", "[a-s]", "[^a]", "[]a]", "[\\]k]", "^", "$", "\\b"),
  fc.constantFrom("(?i)", "(?s:a)", "\\pL", "\\p{Ll}", "{", "}", "]", "(?P<n>ask)"),
);
const repeated = fc.constantFrom(
  "",
  "",
  "",
  "",
  "*",
  "+",
  "?",
  "{0}",
  "{0,2}",
  "{2}",
  "{1,}",
  "+?",
);
const pattern = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.tuple(atom, repeated).map(([one, times]) => one + times),
    fc.tuple(tie("any"), tie("any")).map(([a, b]) => a + b),
    fc.tuple(tie("any"), tie("any")).map(([a, b]) => `${a}|${b}`),
    fc.tuple(tie("any"), repeated).map(([a, times]) => `(${a})${times}`),
    fc.tuple(tie("any"), repeated).map(([a, times]) => `(?:${a})${times}`),
  ),
})).any;

test(
  "what a pattern finds holds one of the texts that it needs",
  () => {
    let told = 0;
    const property = fc.property(
      pattern,
      fc.array(text, { minLength: 8, maxLength: 8 }),
      (source, texts) => {
        const compiled = compilePattern(source);
        if (!compiled.ok) return;
        const needed = neededByPattern(source);
        if (needed === null) return;
        for (const found of texts.filter(compiled.matches)) {
          told += 1;
          expect(needed.some((one) => foldText(found).includes(one))).toBe(true);
        }
      },
    );
    fc.assert(property, { numRuns: runsOf(4_000) });
    expect(told).toBeGreaterThan(100);
  },
  timeoutMs,
);

test(
  "where a literal is found, the text that it needs is",
  () => {
    const property = fc.property(text, text, text, (literal, before, after) => {
      const needed = neededByLiteral(literal);
      const read = readText(before + literal + after);
      if (needed === null || !literalMatcher(literal)(read)) return;
      expect(needed.some((one) => read.folded.includes(one))).toBe(true);
    });
    fc.assert(property, { numRuns: runsOf(2_000) });
  },
  timeoutMs,
);

const contains = fc.oneof(
  { weight: 1, arbitrary: fc.constant({}) },
  {
    weight: 12,
    arbitrary: text.filter((one) => one.trim() !== "").map((one) => ({ contains: one })),
  },
  {
    weight: 12,
    arbitrary: pattern
      .filter((source) => compilePattern(source).ok)
      .map((source) => ({ contains: source, contains_is_regex: true })),
  },
);
const subjects: Subject["type"][] = ["shell", "file_edit", "mcp"];
const some = <T>(...values: T[]) => fc.subarray(values, { minLength: 1 });
const seldom = (arbitrary: fc.Arbitrary<object>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant({}) }, { weight: 1, arbitrary });
const flat = fc
  .tuple(
    contains,
    seldom(fc.record({ tool_id: fc.constantFrom("claude", "git") })),
    seldom(fc.record({ prompt_type: some("yes_no", "multiple_choice", "*") })),
    seldom(fc.record({ subject: some(...subjects) })),
    seldom(fc.record({ min_confidence: fc.constantFrom("medium", "high") })),
    seldom(fc.record({ max_confidence: fc.constantFrom("medium", "low") })),
    seldom(fc.record({ repo: fc.constantFrom("/home/ada", "/srv") })),
  )
  .map((parts): object => Object.assign({}, ...parts));
const blocks = fc.array(flat, { minLength: 1, maxLength: 3 });
const match = fc
  .tuple(flat, seldom(fc.record({ any_of: blocks })), seldom(fc.record({ none_of: blocks })))
  .map((parts): object => Object.assign({}, ...parts));
const action = fc.constantFrom(
  { type: "deny" },
  { type: "require_human" },
  { type: "auto_reply", value: "y" },
  { type: "notify_only" },
);

/** Several hundred rules, drawn many times from few: writing each of them anew would take all the time. */
const policy = fc
  .tuple(
    fc.array(fc.tuple(match, action), { minLength: 5, maxLength: 25 }),
    fc.array(fc.nat(24), { minLength: 12, maxLength: 400, size: "max" }),
  )
  .map(([pool, places]) =>
    policySchema.parse({
      policy_version: "2",
      rules: places.map((place, index) => {
        const [conditions, act] = pool[place % pool.length] ?? [];
        return { id: `r${index}`, match: conditions, action: act };
      }),
    }),
  );

const facts: fc.Arbitrary<Facts> = fc
  .record({
    question: text,
    context: text,
    kind: fc.constantFrom(...promptKind.options),
    confidence: fc.constantFrom(...confidence.options),
    cut: fc.nat(9).map((n) => n === 0),
    subject: fc.option(
      fc.record<Subject>({
        type: fc.constantFrom(...subjects),
        command: fc.option(text),
        path: fc.option(text),
        host: fc.constant(null),
      }),
    ),
    tool: fc.constantFrom("claude", "git", "codex"),
    cwd: fc.constantFrom("/home/ada/src", "/srv", "x"),
  })
  .map(({ tool, cwd, ...prompt }) => exampleFacts(prompt, { tool, cwd }));

test(
  "no rule that may match is passed over, and the decision is that of looking at all of them",
  () => {
    let passedOver = 0;
    const property = fc.property(
      policy,
      fc.array(facts, { minLength: 3, maxLength: 3 }),
      (value, all) => {
        const compiled = compilePolicy(value, { hash: "", userHome: "/home/ada" });
        for (const one of all) {
          const situation = describeSituation(one, compiled);
          const places = [...(compiled.index?.of(situation) ?? [])];
          expect(places).toEqual([...new Set(places)].toSorted((a, b) => a - b));
          const looked = new Set(places);
          passedOver += compiled.rules.length - looked.size;
          for (const [place, rule] of compiled.rules.entries()) {
            if (!looked.has(place)) expect(matchRule(rule, situation).result).toBe("fails");
          }
          expect(decide(one, compiled)).toEqual(explain(one, compiled).decision);
        }
      },
    );
    const runs = runsOf(80);
    fc.assert(property, { numRuns: runs });
    expect(passedOver).toBeGreaterThan(runs * 100);
  },
  60_000 + runsOf(0) * 50,
);
