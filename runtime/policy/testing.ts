/** Random policies of every version and random prompts for them, for the properties of the policy tools. */
import fc from "fast-check";
import { type Policy, policy as policySchema } from "../../contracts/policy.ts";
import { confidence, promptKind, type Prompt, type Subject } from "../../contracts/prompt.ts";
import { examplePrompt } from "./examples.ts";
import type { Facts } from "./match.ts";

export const userHome = "/home/ada";

const words = ["delete", "Continue", "are you sure", "ſure", "rm -rf", "a.b", "production", "?"];
const patterns = ["del(ete|ta)", "^con", "sure.*rm", "[a-c]\\.b", "you\\s+sure", "\\?$"];
const tools = ["claude", "git"];
const folders = ["/", "/home/ada", "/home/ada/src", "/srv/x"];
const commands = ["git push **", "git push", "ls **", "ls", "npm test", "cat *"];
const shells = [
  ...["ls", "ls -la src", "git push", "git push --force origin", "npm test", "cat a.txt"],
  ...["ls && git push", "cat $(rm -rf ~)", "sudo ls", "echo hi > /etc/x", "rm -rf /", "ls; ls"],
];
const labels = ["Yes", "No", "Yes, and don't ask again", "Skip"];

const text = fc
  .array(fc.tuple(fc.constantFrom(...words), fc.constantFrom(" ", "\n", "  ")), { maxLength: 3 })
  .map((parts) => parts.flat().join("").trim())
  .map((joined) => (joined === "" ? "Go on?" : joined));

const some = <T>(...values: T[]) => fc.subarray(values, { minLength: 1 });
const maybe = (arbitrary: fc.Arbitrary<object>, weight = 1): fc.Arbitrary<object> =>
  fc.oneof({ maxDepth: 2 }, { weight: 4, arbitrary: fc.constant({}) }, { weight, arbitrary });

const contains = fc.oneof(
  fc.record({ contains: fc.constantFrom(...words) }),
  fc.record({ contains: fc.constantFrom(...patterns), contains_is_regex: fc.constant(true) }),
);
const bounds = fc.tuple(fc.nat(2), fc.nat(2)).map(([a, b]) => ({
  min_confidence: confidence.options[Math.min(a, b)],
  max_confidence: confidence.options[Math.max(a, b)],
}));
const circumstances = fc.oneof(
  fc.record({ session_state: some("waiting", "working") }),
  fc.record({ environment: fc.constantFrom("dev", "production") }),
  fc.record({ workspace_trusted: fc.boolean() }),
  fc.record({ workspace_profile: fc.constant("work") }),
);
const oldest = [
  maybe(fc.record({ tool_id: fc.constantFrom(...tools) })),
  maybe(fc.record({ repo: fc.constantFrom(...folders, "~/src") })),
  maybe(fc.record({ prompt_type: some(...promptKind.options.slice(0, 5), "unknown" as const) }), 2),
  maybe(contains, 3),
];
const ofOne = [
  ...oldest,
  maybe(bounds),
  maybe(fc.record({ session_tag: fc.constant("ci") })),
  maybe(circumstances),
];
const newest = [
  ...ofOne,
  maybe(fc.record({ subject: some("shell", "file_edit", "mcp") })),
  maybe(fc.record({ command: some(...commands) }), 2),
  maybe(fc.record({ path: some("inside", "outside", "./src/**", "/etc/**") })),
  maybe(fc.record({ host: some("a.example", "*.example") })),
  maybe(fc.record({ option: fc.constantFrom("Yes", "skip") })),
  maybe(fc.record({ risk: some("low", "medium", "high", "critical") })),
];

const joined = (parts: readonly object[]): object => Object.assign({}, ...parts);

function matchOf(fields: readonly fc.Arbitrary<object>[], nests: boolean): fc.Arbitrary<object> {
  const flat = fc.tuple(...fields).map(joined);
  if (!nests) return flat;
  // Bounds that allow everything are left out when a policy is written, and then nothing would be left.
  const full = flat.filter((match) =>
    Object.keys(match).some((name) => !name.endsWith("_confidence")),
  );
  const blocks = fc.array(full, { minLength: 1, maxLength: 2 });
  return fc
    .tuple(
      flat,
      maybe(blocks.map((any_of) => ({ any_of }))),
      maybe(blocks.map((none_of) => ({ none_of }))),
    )
    .map(joined);
}

const action = (version: string) =>
  fc.constantFrom(
    ...Array.from({ length: 4 }, () => ({ type: "auto_reply", value: "y" })),
    ...[{ type: "auto_reply", value: "\n" }, { type: "deny" }, { type: "require_human" }],
    { type: "notify_only" },
    ...(version === "2"
      ? [
          { type: "auto_reply", reply: "approve_once" },
          { type: "auto_reply", reply: "deny" },
          { type: "auto_reply", reply: { option: "Yes" } },
        ]
      : []),
  );

const fieldsOf = { "0": oldest, "1": ofOne, "2": newest };
const fallback = fc.constantFrom("require_human", "deny");

/** A policy of this version; ids are `r0`, `r1`, … */
export function somePolicy(version: Policy["policy_version"]): fc.Arbitrary<Policy> {
  const rule = fc.record({
    match: matchOf(fieldsOf[version], version !== "0"),
    action: action(version),
    max_auto_replies: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined, freq: 3 }),
  });
  const brakes = fc.constantFrom({}, {}, {}, { replies_per_session: 3 }, { replies_per_minute: 2 });
  return fc
    .tuple(
      fc.array(rule, { maxLength: 5 }),
      fc.record({ no_match: fallback, low_confidence: fallback }),
      version === "2" ? brakes : fc.constant({}),
    )
    .map(([rules, defaults, held]) =>
      policySchema.parse({
        policy_version: version,
        name: "random",
        defaults,
        brakes: held,
        rules: rules.map((one, index) => ({ id: `r${index}`, ...one })),
      }),
    );
}

const subject: fc.Arbitrary<Subject> = fc.oneof(
  fc.record<Subject>({
    type: fc.constant("shell"),
    command: fc.constantFrom(...shells),
    path: fc.constant(null),
    host: fc.constant(null),
  }),
  fc.record<Subject>({
    type: fc.constantFrom("file_edit", "mcp", "file_delete"),
    command: fc.constant(null),
    path: fc.constantFrom(null, "/home/ada/src/a.ts", "/etc/passwd"),
    host: fc.constantFrom(null, "a.example", "b.a.example"),
  }),
);

const options = fc.subarray(labels).map((chosen) =>
  chosen.map((label) => {
    const meaning = label === "Yes" ? ("yes" as const) : label === "No" ? ("no" as const) : null;
    return { label, key: null, meaning, selected: false, checked: null };
  }),
);

/** A prompt and a session's state; paths lead where they say. */
export const someFacts: fc.Arbitrary<Facts> = fc
  .record({
    prompt: fc.record<Partial<Prompt>>({
      kind: fc.constantFrom(...promptKind.options),
      question: text,
      context: fc.oneof(fc.constant(""), text),
      confidence: fc.constantFrom(...confidence.options),
      subject: fc.option(subject, { freq: 2 }),
      options,
      cut: fc.nat(5).map((n) => n === 0),
    }),
    tool: fc.constantFrom(...tools, "npm"),
    cwd: fc.constantFrom("/home/ada", "/home/ada/src", "/srv/x/y", "/tmp"),
    tag: fc.constantFrom(null, "ci"),
    environment: fc.constantFrom(null, "dev", "production"),
    workspace: fc.constantFrom(
      null,
      { trusted: true, profile: "work" },
      { trusted: false, profile: null },
    ),
    session: fc.constantFrom(0, 0, 3),
    lastMinute: fc.constantFrom(0, 0, 2),
    counts: fc.array(fc.tuple(fc.constantFrom("r0", "r1", "r2"), fc.nat(3)), { maxLength: 2 }),
  })
  .map(({ prompt, session, lastMinute, counts, ...where }): Facts => {
    const recent = { session, lastMinute, samePrompt: 0 };
    const real = { get: (path: string) => path } as unknown as Facts["real"];
    return {
      ...where,
      prompt: examplePrompt(prompt),
      state: "waiting",
      recent,
      autoReplies: new Map(counts),
      real,
    };
  });
