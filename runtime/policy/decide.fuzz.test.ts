/** The real evaluator against a second, tiny one that is plainly right, over random policies and prompts. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { stringify } from "yaml";
import { type DecisionAction, decisionAction, type Risk } from "../../contracts/decision.ts";
import {
  type Policy,
  type PolicyReply,
  policy as policySchema,
  type PolicyRule,
} from "../../contracts/policy.ts";
import { confidence, promptKind, type Prompt, type Subject } from "../../contracts/prompt.ts";
import { compilePolicy } from "./compile.ts";
import { decide, explain } from "./decide.ts";
import { examplePrompt } from "./examples.ts";
import type { Facts } from "./match.ts";
import { parsePolicy } from "./parse.ts";

const hash = "c".repeat(64);
const userHome = "/home/ada";

type Answer = { action: DecisionAction; rule_id: string | null; value: string | null };

/** Written from the language's description alone: no compiling, no sharing, no speed. */
function oracle(
  { prompt, tool, cwd, tag, autoReplies, recent, state, environment, workspace }: Facts,
  { policy, risk }: { policy: Policy; risk: Risk },
): Answer {
  const level = (word: string) => ["low", "medium", "high"].indexOf(word);
  const person = (rule_id: string): Answer => {
    return { action: "require_human", rule_id, value: null };
  };
  const asks = [prompt.question, prompt.subject?.command, prompt.subject?.path];
  const text = asks.filter((part) => typeof part === "string" && part !== "").join("\n");
  const above = prompt.context ?? "";
  const whole = above === "" ? text : `${above}\n${text}`;
  const seen = (given: string) => given.normalize("NFKC").replace(/\p{Cf}|\p{Mn}/gu, "");
  const foundIn = (where: string, { contains, contains_is_regex }: PolicyRule["match"]) => {
    if (contains === undefined) return true;
    if (contains_is_regex) {
      return [where, seen(where)].some((one) => new RegExp(contains, "isu").test(one));
    }
    const literal = seen(contains).replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    return new RegExp(literal.replace(/\s+/g, "\\s+"), "iu").test(seen(where));
  };
  type Match = PolicyRule["match"];
  const sameState = (name: string, state: string) =>
    ({ running: "working", streaming: "working", awaiting_input: "waiting", stopped: "ended" })[
      name
    ] === state || name === state;
  const simple = (label: string) => seen(label).trim().replace(/\s+/g, " ").toLowerCase();
  const isHost = (pattern: string, host: string) =>
    pattern.startsWith("*.")
      ? host
          .split(".")
          .slice(-pattern.split(".").length + 1)
          .join(".") === pattern.slice(2) && host.split(".").length >= pattern.split(".").length
      : host === pattern;
  /** True, false, or null when nobody can say. `wide`: the text above the question counts too. */
  const matches = (match: Match, wide: boolean): boolean | null => {
    const folder = (match.repo ?? "/").replace(/^~/, userHome).replace(/\/*$/, "/");
    const parts: (boolean | null)[] = [
      match.tool_id === "*" || match.tool_id === tool,
      match.prompt_type?.some((type) => type === "*" || type === prompt.kind) ?? true,
      level(prompt.confidence) >= level(match.min_confidence),
      level(prompt.confidence) <= level(match.max_confidence),
      `${cwd}/`.startsWith(folder),
      match.session_tag === undefined || match.session_tag === tag,
      match.session_state === undefined ||
        (state === null ? null : match.session_state.some((name) => sameState(name, state))),
      match.environment === undefined ||
        (environment === null ? null : match.environment === environment),
      match.workspace_trusted === undefined ||
        (workspace === null ? null : match.workspace_trusted === workspace.trusted),
      match.workspace_profile === undefined ||
        (workspace === null ? null : match.workspace_profile === workspace.profile),
      match.subject?.some((type) => type === prompt.subject?.type) ?? true,
      match.option === undefined ||
        prompt.options.some((one) => simple(one.label) === simple(match.option ?? "")),
      match.risk?.includes(risk) ?? true,
      (match.host?.some((one) => isHost(one, prompt.subject?.host ?? "")) ?? true) ||
        (prompt.cut ? null : false),
      [text, ...(wide ? [above, whole] : [])].some((where) => foundIn(where, match)) ||
        (prompt.cut ? null : false),
    ];
    const { any_of: any, none_of: none = [] } = match;
    if (any !== undefined) {
      const inner = any.map((one) => matches(one, wide));
      parts.push(inner.includes(true) || (inner.includes(null) ? null : false));
    }
    const inner = none.map((one) => matches(one, !wide));
    parts.push(inner.includes(true) ? false : inner.includes(null) ? null : true);
    return parts.includes(false) ? false : parts.includes(null) ? null : true;
  };
  const goesByText = (match: Match): boolean => JSON.stringify(match).includes('"contains":');
  const mixed =
    /[a-z][\p{L}\d_]*[\p{Script=Greek}\p{Script=Cyrillic}]|[\p{Script=Greek}\p{Script=Cyrillic}][\p{L}\d_]*[a-z]/iu;
  const meant = (reply: PolicyReply | undefined): string | null => {
    if (reply === "approve_once") return prompt.kind === "yes_no" ? "y" : null;
    if (typeof reply !== "object") return null;
    if ("text" in reply) return prompt.kind === "free_text" ? reply.text : null;
    const named = prompt.options.filter((one) => simple(one.label) === simple(reply.option));
    return named.length === 1 ? (named[0]?.label ?? null) : null;
  };
  for (const rule of policy.rules) {
    const { id, match, action, max_auto_replies } = rule;
    const careful =
      action.type === "auto_reply" ? action.reply === "deny" : action.type !== "notify_only";
    const held = matches(match, careful);
    if (held === null) return person(id);
    if (!held) continue;
    if (action.type !== "auto_reply") return { action: action.type, rule_id: id, value: null };
    const forbidden =
      prompt.confidence === "low" ||
      prompt.kind === "password" ||
      (["unknown", "pager", "editor"].includes(prompt.kind) &&
        match.prompt_type?.includes(prompt.kind) !== true) ||
      (prompt.cut && (prompt.subject !== null || goesByText(match))) ||
      mixed.test(seen(whole)) ||
      (autoReplies.get(id) ?? 0) >= (max_auto_replies ?? Number.POSITIVE_INFINITY);
    if (action.reply === "deny") return { action: "deny", rule_id: id, value: null };
    const tooRisky = risk === "critical" && match.risk?.includes("critical") !== true;
    const value = action.value ?? meant(action.reply);
    const { replies_per_session, replies_per_minute, same_prompt_per_minute } = policy.brakes;
    const tooMany =
      recent.session >= (replies_per_session ?? Number.POSITIVE_INFINITY) ||
      recent.lastMinute >= (replies_per_minute ?? 6_000) ||
      recent.samePrompt >= (same_prompt_per_minute ?? 1_000);
    if (forbidden || tooRisky || tooMany || value === null) return person(id);
    return { action: "auto_reply", rule_id: id, value };
  }
  const which = prompt.confidence === "low" ? "low_confidence" : "no_match";
  return { action: policy.defaults[which], rule_id: null, value: null };
}

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
const policy = fc
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

const facts = fc
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

test(
  "both evaluators agree, and explaining changes nothing",
  () => {
    const seen = new Map<DecisionAction, number>();
    const property = fc.property(policy, facts, (policyValue, situation) => {
      const compiled = compilePolicy(policyValue, { hash, userHome });
      const decision = decide(situation, compiled);
      const { action: act, rule_id, value } = decision;
      expect({ action: act, rule_id, value }).toEqual(
        oracle(situation, { policy: policyValue, risk: decision.risk }),
      );
      expect(explain(situation, compiled).decision).toEqual(decision);
      seen.set(act, (seen.get(act) ?? 0) + 1);
    });
    fc.assert(property, { numRuns: 12_000 });
    // The property says little if random prompts hardly ever reach a rule.
    for (const act of decisionAction.options) {
      expect(seen.get(act) ?? 0).toBeGreaterThan(100);
    }
  },
  fuzzMsMax,
);

test(
  "a policy written as YAML is read as the same policy",
  () => {
    const property = fc.property(policy, (policyValue) => {
      const parsed = parsePolicy(stringify(policyValue), "p.yaml");
      expect(parsed).toMatchObject({ ok: true, policy: policyValue });
    });
    fc.assert(property, { numRuns: 200 });
  },
  fuzzMsMax,
);
