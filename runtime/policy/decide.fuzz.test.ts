/** The real evaluator against a second, tiny one that is plainly right, over random policies and prompts. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { stringify } from "yaml";
import { type DecisionAction, decisionAction } from "../../contracts/decision.ts";
import { policy as policySchema } from "../../contracts/policy.ts";
import { confidence, promptKind, type Prompt, type Subject } from "../../contracts/prompt.ts";
import { compilePolicy } from "./compile.ts";
import { decide, explain } from "./decide.ts";
import { examplePrompt } from "./examples.ts";
import { decideInLayers, explainInLayers, layerPolicies } from "./layers.ts";
import type { Facts } from "./match.ts";
import { parsePolicy } from "./parse.ts";
import { oracle, oracleOfThree } from "./second-evaluator.example.ts";
import { userHome } from "./second-shell.example.ts";

const hash = "c".repeat(64);

const words = [
  "delete",
  "Continue",
  "are you",
  "ſure",
  "sure",
  "Kelvin",
  "ΟΔΌΣ",
  "rm -rf",
  "a.b",
  "De\u200ble\u0336te",
  "d\u0435lete",
  "\uff1f",
  "?",
];
const patterns = [
  "del(ete|ta)",
  "^con",
  "sure.*rm",
  "[a-c]\\.b",
  "k\\wl",
  "\\?$",
  "you\\s+sure",
  "δ",
];
const word = fc.constantFrom(...words);
const folders = ["/", "/home/ada", "/home/ada/src", "/home/ad", "/home/adam", "/srv/x"];
const tools = ["claude", "git", "codex"];

const text = fc
  .array(fc.tuple(word, fc.constantFrom(" ", "\n", "  ", "")), { maxLength: 4 })
  .map((parts) => parts.flat().join(""));

const contains = fc.oneof(
  fc.tuple(word, fc.constantFrom("", " sure", "\tYOU")).map(([first, second]) => ({
    contains: first + second,
    contains_is_regex: false,
  })),
  fc.constantFrom(...patterns).map((pattern) => ({ contains: pattern, contains_is_regex: true })),
  fc.constant({}),
);

const bounds = fc.tuple(fc.nat(2), fc.nat(2)).map(([a, b]) => ({
  min_confidence: confidence.options[Math.min(a, b)],
  max_confidence: confidence.options[Math.max(a, b)],
}));

const types = fc.array(
  fc.constantFrom(...promptKind.options.slice(0, 4), "password", "unknown", "*"),
  {
    minLength: 1,
    maxLength: 3,
  },
);

const some = <T>(...values: T[]) => fc.subarray(values, { minLength: 1 });
const asked = fc.oneof(
  fc.record({ session_tag: fc.constantFrom("ci", "night") }),
  fc.record({ session_state: some("waiting", "idle", "working", "awaiting_input", "streaming") }),
  fc.record({ environment: fc.constantFrom("dev", "production") }),
  fc.record({ workspace_trusted: fc.boolean() }),
  fc.record({ workspace_profile: fc.constantFrom("work", "play") }),
  fc.record({ subject: some("shell", "file_edit", "mcp") }),
  fc.record({ host: some("a.example", "*.example", "*.a.example") }),
  fc.record({ option: fc.constantFrom("yes, all", "No") }),
  fc.record({ risk: some("low", "medium", "high", "critical") }),
);

const flat = fc
  .tuple(
    fc.record({ tool_id: fc.constantFrom("*", "*", ...tools) }),
    fc.option(fc.record({ repo: fc.constantFrom(...folders, "~", "~/src", "/home/ada/") }), {
      nil: {},
      freq: 1,
    }),
    fc.option(fc.record({ prompt_type: types }), { nil: {}, freq: 1 }),
    fc.option(bounds, { nil: {}, freq: 1 }),
    contains,
    seldom(asked),
  )
  .map((parts) => Object.assign({}, ...parts) as object);

function seldom(arbitrary: fc.Arbitrary<object>): fc.Arbitrary<object> {
  return fc.oneof(
    { maxDepth: 3 },
    { weight: 4, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary },
  );
}

/** Conditions, and now and then blocks of conditions within them. */
const block = fc.letrec<{ match: object }>((tie) => ({
  match: fc
    .tuple(flat, seldom(nested("any_of", tie("match"))), seldom(nested("none_of", tie("match"))))
    .map((parts): object => Object.assign({}, ...parts)),
}));
const match = block.match;

function nested(name: "any_of" | "none_of", of: fc.Arbitrary<object>): fc.Arbitrary<object> {
  return fc.array(of, { minLength: 1, maxLength: 3 }).map((blocks) => ({ [name]: blocks }));
}

const action = fc.constantFrom(
  ...Array.from({ length: 6 }, () => ({ type: "auto_reply", value: "y" })),
  { type: "auto_reply", value: "\n" },
  { type: "deny" },
  { type: "require_human" },
  { type: "notify_only" },
  { type: "auto_reply", reply: "approve_once" },
  { type: "auto_reply", reply: "deny" },
  { type: "auto_reply", reply: { option: "Yes, ALL" } },
  { type: "auto_reply", reply: { text: "x" } },
);

const rule = fc
  .tuple(match, action, fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }))
  .map(([conditions, act, most]) => ({
    match: conditions,
    action: act,
    ...(most === undefined ? {} : { max_auto_replies: most }),
  }));

const brakes = fc.oneof(
  { weight: 9, arbitrary: fc.constant({}) },
  fc.record({ replies_per_minute: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ same_prompt_per_minute: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ replies_per_session: fc.integer({ min: 1, max: 9 }) }),
);
const fallback = fc.constantFrom("require_human", "deny");
/** Policies of version 2 that say all that can be said at random. */
const randomPolicy = fc
  .tuple(
    fc.array(rule, { maxLength: 6 }),
    fc.record({ no_match: fallback, low_confidence: fallback }),
    brakes,
  )
  .map(([rules, defaults, held]) =>
    policySchema.parse({
      policy_version: "2",
      name: "random",
      defaults,
      brakes: held,
      rules: rules.map((one, index) => ({ id: `r${index}`, ...one })),
    }),
  );

const subject = fc.record<Subject>({
  type: fc.constantFrom("shell", "file_edit", "other"),
  command: fc.option(text),
  path: fc.option(word),
  host: fc.constantFrom(null, "a.example", "b.a.example", "aa.example", "example"),
});

/** Prompts and what stands around them, such that the rules often meet them. */
const randomFacts = fc
  .record({
    prompt: fc.record<Partial<Prompt>>({
      kind: fc.constantFrom(...promptKind.options),
      question: text,
      context: fc.oneof(fc.constant(""), text),
      confidence: fc.constantFrom(...confidence.options),
      subject: fc.option(subject, { freq: 1 }),
      options: fc.subarray(["Yes,  all", "No", "yes, all"]).map((labels) =>
        labels.map((label) => ({
          label,
          key: null,
          meaning: null,
          selected: false,
          checked: null,
        })),
      ),
      cut: fc.nat(4).map((n) => n === 0),
    }),
    tool: fc.constantFrom(...tools),
    cwd: fc.constantFrom("/home/ada", "/home/ada/src", "/home/adam", "/srv/x/y", "/tmp"),
    tag: fc.constantFrom(null, "ci"),
    around: fc.record({
      state: fc.constantFrom("waiting", "waiting", "working", "idle", null),
      environment: fc.constantFrom("dev", "production", "test", null),
      workspace: fc.option(
        fc.record({ trusted: fc.boolean(), profile: fc.constantFrom("work", null) }),
        { freq: 4 },
      ),
    }),
    recent: fc.record({
      session: fc.constantFrom(0, 0, 3, 9),
      lastMinute: fc.constantFrom(0, 0, 0, 3, 5_999, 6_000),
      samePrompt: fc.constantFrom(0, 0, 0, 3, 999, 1_000),
    }),
    counts: fc.array(fc.tuple(fc.constantFrom("r0", "r1", "r2", "r3"), fc.nat(3))),
  })
  .map(({ prompt, tool, cwd, tag, recent, counts, around }): Facts => {
    return {
      ...around,
      prompt: examplePrompt(prompt),
      tool,
      cwd,
      tag,
      recent,
      autoReplies: new Map(counts),
      real: new Map(),
    };
  });

/** On a busy machine. */
const fuzzMsMax = 60_000;

/** A property says little if random prompts hardly ever reach a rule. */
function agreed(seen: ReadonlyMap<DecisionAction, number>, least: number): void {
  for (const act of decisionAction.options) expect(seen.get(act) ?? 0).toBeGreaterThan(least);
}

test(
  "both evaluators agree, and explaining changes nothing",
  () => {
    const seen = new Map<DecisionAction, number>();
    const property = fc.property(randomPolicy, randomFacts, (policy, situation) => {
      const compiled = compilePolicy(policy, { hash, userHome });
      const decision = decide(situation, compiled);
      const { action, rule_id, value, risk } = decision;
      expect({ action, rule_id, value }).toEqual(oracle(situation, { policy, risk }));
      expect(explain(situation, compiled).decision).toEqual(decision);
      seen.set(action, (seen.get(action) ?? 0) + 1);
    });
    fc.assert(property, { numRuns: 12_000 });
    agreed(seen, 100);
  },
  fuzzMsMax,
);

test(
  "both agree on the machine's, the user's and the project's policy together",
  () => {
    const seen = new Map<DecisionAction, number>();
    const names = ["admin", "user", "project"] as const;
    const three = fc.tuple(randomPolicy, randomPolicy, randomPolicy);
    const property = fc.property(three, randomFacts, (policies, situation) => {
      const layers = names.flatMap((name, at) => {
        const one = policies[at];
        return one === undefined
          ? []
          : [{ name, compiled: compilePolicy(one, { hash, userHome }) }];
      });
      const layered = layerPolicies(layers.toReversed(), (text) => text);
      const facts = { ...situation, autoReplies: () => situation.autoReplies };
      const decision = decideInLayers(facts, layered);
      const { action, rule_id, value, risk, layer } = decision;
      expect([{ action, rule_id, value, layer }]).toEqual(
        oracleOfThree(situation, { policies, risk }),
      );
      expect(explainInLayers(facts, layered).decision).toEqual(decision);
      seen.set(action, (seen.get(action) ?? 0) + 1);
    });
    fc.assert(property, { numRuns: 6_000 });
    // A reply needs three policies that let it pass.
    agreed(seen, 30);
  },
  fuzzMsMax,
);

test(
  "a policy written as YAML is read as the same policy",
  () => {
    const property = fc.property(randomPolicy, (policy) => {
      expect(parsePolicy(stringify(policy), "p.yaml")).toMatchObject({ ok: true, policy });
    });
    fc.assert(property, { numRuns: 200 });
  },
  fuzzMsMax,
);
