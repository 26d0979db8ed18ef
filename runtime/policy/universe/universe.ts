/** The situations on which two policies are compared: made from both, always the same for the same two. Pure. */
import type { Policy, PolicyMatch, PolicyRule } from "../../../contracts/policy.ts";
import { confidence, promptKind, subject } from "../../../contracts/prompt.ts";
import { attackCommands, attackPaths } from "../presets/attacks.example.ts";
import { benignCommands, benignPaths } from "../presets/benign.example.ts";
import { repliesMax } from "../secret.ts";
import { type Ask, plainAsk, shellAsk } from "./ask.ts";
import {
  added,
  atRisk,
  type Change,
  commandsOf,
  hostsOf,
  pathsOf,
  reaches,
  runs,
  samplesFor,
  set,
  textsOf,
  touches,
} from "./rule-samples.ts";

/** Without end in principle; the caller takes as many as it wants. The first say the most. */
export function* universe(policies: readonly Policy[]): Generator<Ask> {
  const rules = uniqueRules(policies);
  const samples = rules.map((rule) => samplesFor(rule));
  const firsts = samples.flatMap(([first]) => (first === undefined ? [] : [first]));
  const changes = changesFrom(policies, rules);
  yield plainAsk;
  yield* samples.flat();
  yield* changes.map((change) => change(plainAsk));
  yield* overlaid(samples);
  for (const change of changes) yield* firsts.map(change);
  yield* corpus();
  for (const change of changes) yield* samples.flatMap((some) => some.slice(1, 8)).map(change);
  // Two changes at once, for what hangs on both.
  for (const first of firsts) {
    for (const change of changes) {
      const once = change(first);
      yield* changes.map((again) => again(once));
    }
  }
}

function uniqueRules(policies: readonly Policy[]): PolicyRule[] {
  const all = policies.flatMap(({ rules }) => rules);
  return [...new Map(all.map((rule) => [JSON.stringify(rule), rule])).values()];
}

/** Each rule's sample within each other's: where both match, their order decides. */
function* overlaid(samples: readonly Ask[][]): Generator<Ask> {
  const few = samples.map((some) => some.slice(0, 2));
  for (const below of few) {
    for (const above of few) {
      if (below === above) continue;
      for (const a of below) yield* above.map((b) => together(a, b));
    }
  }
}

function together(a: Ask, b: Ask): Ask {
  const over: Partial<Ask> = Object.fromEntries(
    Object.entries(b).filter(([name, value]) => {
      return (
        JSON.stringify(value) !==
        JSON.stringify(Object.entries(plainAsk).find(([one]) => one === name)?.[1])
      );
    }),
  );
  const question = b.question === plainAsk.question ? a.question : added(a.question, b.question);
  const joined = { ...a, ...over, question, options: [...new Set([...a.options, ...b.options])] };
  const command = b.subject?.command ?? null;
  return a.subject?.type === "shell" && command !== null
    ? { ...runs(command)(a), question, kind: joined.kind, tool: joined.tool, cwd: joined.cwd }
    : joined;
}

/** One thing made different: every value that a policy names somewhere, and some that none does. */
function changesFrom(policies: readonly Policy[], rules: readonly PolicyRule[]): Change[] {
  const matches = rules.flatMap(({ match }) => blocksOf(match));
  return [
    ...plainChanges,
    ...countsIn(policies),
    ...matches.flatMap(changesOf),
    ...unique(rules.flatMap(optionsIn)).map((label) => set({ options: [label] })),
  ];
}

function blocksOf(match: PolicyMatch): PolicyMatch[] {
  const inner = [...(match.any_of ?? []), ...(match.none_of ?? [])];
  return [match, ...inner.flatMap(blocksOf)];
}

function changesOf(match: PolicyMatch): Change[] {
  const texts = textsOf(match);
  return [
    ...(match.tool_id === "*" ? [] : [set({ tool: match.tool_id })]),
    ...(match.repo === undefined
      ? []
      : [set({ cwd: match.repo }), set({ cwd: `${match.repo}-not` })]),
    ...(match.session_tag === undefined ? [] : [set({ tag: match.session_tag })]),
    ...(match.environment === undefined ? [] : [set({ environment: match.environment })]),
    ...(match.workspace_profile === undefined ? [] : [set({ profile: match.workspace_profile })]),
    ...texts.map(
      (text): Change =>
        (ask) => ({ ...ask, question: added(ask.question, text) }),
    ),
    ...texts.slice(0, 2).map((context) => set({ context })),
    ...(match.command ?? []).flatMap((one) => commandsOf(one).slice(0, 2)).map(runs),
    ...(match.path ?? []).flatMap(pathsOf).map(touches),
    ...(match.host ?? []).flatMap(hostsOf).map(reaches),
    ...(match.option === undefined ? [] : [set({ options: [match.option] })]),
  ];
}

function optionsIn({ action }: PolicyRule): string[] {
  const reply = action.type === "auto_reply" ? action.reply : undefined;
  return typeof reply === "object" && "option" in reply ? [reply.option] : [];
}

const plainChanges: readonly Change[] = [
  ...promptKind.options.map((kind) => set({ kind })),
  ...confidence.options.map((one) => set({ confidence: one })),
  ...(["medium", "high", "critical"] as const).map(atRisk),
  set({ cut: true }),
  set({ trusted: true }),
  set({ environment: "other" }),
  set({ tag: "other" }),
  set({ options: ["Yes", "No"] }),
  set({ options: ["Yes", "Yes"] }),
  set({ subject: null }),
  ...subject.shape.type.options.map((type) =>
    set({
      subject:
        type === "shell" ? shellAsk("true") : { type, command: null, path: null, host: null },
    }),
  ),
  ...["sudo true", "true > /etc/x", "echo $(true)", "PATH=/x true", "true; rm -rf x", "$X"].map(
    runs,
  ),
  ...["a.txt", "/etc/passwd", "../x"].map(touches),
  reaches("unknown.example"),
  set({ question: "d\u0435lete" }),
];

/** Each bound just reached, and just not. */
function countsIn(policies: readonly Policy[]): Change[] {
  const counts = policies.flatMap(({ rules, brakes }) => [
    ...rules.flatMap((rule) => {
      const most = repliesMax(rule);
      return Number.isFinite(most)
        ? [most, most - 1].map((n) => set({ replied: { [rule.id]: n } }))
        : [];
    }),
    ...recentAt("session", brakes.replies_per_session),
    ...recentAt("lastMinute", brakes.replies_per_minute),
    ...recentAt("samePrompt", brakes.same_prompt_per_minute),
  ]);
  const wide = [
    ...recentAt("lastMinute", 1_000_000),
    ...recentAt("session", 1_000_000),
    ...recentAt("samePrompt", 1_000_000),
  ];
  return [...counts, ...wide];
}

function recentAt(name: keyof Ask["recent"], most: number | undefined): Change[] {
  if (most === undefined) return [];
  return [most, most - 1].map(
    (n): Change =>
      (ask) => ({ ...ask, recent: { ...ask.recent, [name]: n } }),
  );
}

/** What tools really ask, and what attackers would have them ask. */
function corpus(): Ask[] {
  const ask = (about: Ask["subject"]): Ask => {
    return {
      ...plainAsk,
      question: "Do you want to proceed?",
      options: ["Yes", "No"],
      subject: about,
    };
  };
  const paths = [...benignPaths, ...attackPaths];
  return [
    ...[...benignCommands, ...attackCommands].map((command) => ask(shellAsk(command))),
    ...(["file_edit", "file_write"] as const).flatMap((type) =>
      paths.map((path) => ask({ type, command: null, path, host: null })),
    ),
  ];
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
