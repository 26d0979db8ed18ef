/** Situations that a rule is about: such as its match covers, and such as its blocks make a difference to. Pure. */
import type { CommandPattern, PolicyMatch, PolicyRule } from "../../../contracts/policy.ts";
import type { PromptKind, Subject } from "../../../contracts/prompt.ts";
import type { Risk } from "../../../contracts/decision.ts";
import { describeSituation } from "../match.ts";
import { type Ask, factsOf, plainAsk, shellAsk, someHome } from "./ask.ts";
import { samplesOf } from "./pattern-samples.ts";

/** Of one rule, at most. */
const samplesMax = 400;

/** The first is the plainest. */
export function samplesFor({ match }: PolicyRule): Ask[] {
  return within(plainAsk, match).slice(0, samplesMax);
}

/** Each field's first sample together, then each field's others one at a time, then each block's. */
function within(from: Ask, match: PolicyMatch): Ask[] {
  const fields = fieldsOf(match);
  const base = fields.reduce<Ask>((ask, samples) => samples[0]?.(ask) ?? ask, from);
  const others = fields.flatMap((samples) => samples.slice(1).map((change) => change(base)));
  // What the risk is hangs on everything else, so it is brought about last.
  const risks = (match.risk ?? []).map(atRisk);
  const [first = (ask: Ask) => ask, ...otherRisks] = risks;
  const blocks = [...(match.any_of ?? []), ...(match.none_of ?? [])];
  const inner = blocks.flatMap((block) => within(first(base), block));
  return [
    first(base),
    ...inner.slice(0, samplesMax),
    ...otherRisks.map((change) => change(base)),
    ...others.map(first),
  ];
}

export type Change = (ask: Ask) => Ask;

/** For each field that the match has: the ways of meeting it. */
function fieldsOf(match: PolicyMatch): Change[][] {
  const fields = [
    [set({ confidence: match.max_confidence }), set({ confidence: match.min_confidence })],
    ...sessionFields(match),
    (match.prompt_type ?? []).flatMap((kind) =>
      kind === "tool_use" ? [] : set({ kind: kindOf(kind) }),
    ),
    textsOf(match).map(
      (text): Change =>
        (ask) => {
          return { ...ask, question: added(ask.question, text) };
        },
    ),
    (match.subject ?? []).map(
      (type): Change =>
        (ask) => {
          return { ...ask, subject: { ...aboutOf(ask, type), type } };
        },
    ),
    (match.command ?? []).flatMap(commandsOf).map(runs),
    (match.path ?? []).flatMap(pathsOf).map(touches),
    (match.host ?? []).flatMap(hostsOf).map(reaches),
    listOf(match.option).map(
      (option): Change =>
        (ask) => {
          return { ...ask, options: [...ask.options, option] };
        },
    ),
  ];
  return fields.filter((samples) => samples.length > 0);
}

const listOf = <T>(value: T | undefined): T[] => (value === undefined ? [] : [value]);

/** Where and how the session runs. */
function sessionFields(match: PolicyMatch): Change[][] {
  return [
    match.tool_id === "*" ? [] : [set({ tool: match.tool_id })],
    listOf(match.repo)
      .flatMap(foldersOf)
      .map((cwd) => set({ cwd })),
    listOf(match.session_tag).map((tag) => set({ tag })),
    listOf(match.environment).map((environment) => set({ environment })),
    listOf(match.workspace_trusted).map((trusted) => set({ trusted })),
    listOf(match.workspace_profile).map((profile) => set({ profile })),
  ];
}

export function set(fields: Partial<Ask>): Change {
  return (ask) => ({ ...ask, ...fields });
}

const kindOf = (kind: PromptKind | "*"): PromptKind => (kind === "*" ? "yes_no" : kind);

function foldersOf(repo: string): string[] {
  const folder = repo.replace(/^~(?=\/|$)/, someHome).replace(/(?<=.)\/+$/, "");
  return [folder, `${folder === "/" ? "" : folder}/sub`];
}

/** Behind what is asked already, so that several texts can stand together. */
export function added(question: string, text: string): string {
  if (question === plainAsk.question) return text;
  return question.includes(text) ? question : `${question} ${text}`;
}

export function textsOf({ contains, contains_is_regex: isPattern }: PolicyMatch): string[] {
  if (contains === undefined) return [];
  return isPattern ? samplesOf(contains) : [contains];
}

const blank = { command: null, path: null, host: null };

function aboutOf({ subject }: Ask, type: Subject["type"]): Subject {
  if (subject !== null) return subject;
  return type === "shell" ? shellAsk("true") : { type, ...blank };
}

/** Beside a command that is there already, as one more. */
export function runs(command: string): Change {
  return (ask) => {
    const before = ask.subject?.type === "shell" ? ask.subject.command : null;
    const both = before === null || before === "true" ? command : `${before} && ${command}`;
    return { ...ask, subject: { ...blank, ...ask.subject, type: "shell", command: both } };
  };
}

export function touches(path: string): Change {
  return (ask) => {
    const { subject } = ask;
    if (subject?.type === "shell") {
      const command = subject.command === "true" ? "cat" : subject.command;
      return { ...ask, subject: { ...subject, command: `${command} ${path}` } };
    }
    return { ...ask, subject: { type: "file_edit", ...blank, ...subject, path } };
  };
}

export function reaches(host: string): Change {
  return (ask) => ({ ...ask, subject: { type: "fetch", ...blank, ...ask.subject, host } });
}

/** Words that raise the risk of a question, each more than the one before. */
const risky = [
  "",
  "delete",
  "production",
  "delete production",
  "permanently delete production",
  "permanently delete production as root: rm -rf x",
];

/** With the fewest words that bring it to the level; unchanged where none does. */
export function atRisk(risk: Risk): Change {
  return (ask) => {
    const asked = risky.map((words) => ({ ...ask, question: `${ask.question} ${words}`.trim() }));
    const reached = asked.find((one) => riskOf(one) === risk);
    return reached ?? ask;
  };
}

function riskOf(ask: Ask): Risk {
  return describeSituation(factsOf(ask), { userHome: someHome }).risk.risk;
}

/** Stars replaced by a word; for `**` at the end nothing, and two words. */
export function commandsOf(pattern: CommandPattern): string[] {
  if (typeof pattern === "string") {
    const plain = (text: string): string => text.replaceAll("*", "x");
    if (!pattern.endsWith(" **")) return [plain(pattern)];
    const start = plain(pattern.slice(0, -" **".length));
    return [start, `${start} a b`];
  }
  const { program, first_argument: first, any_argument: any, no_argument: none } = pattern;
  const plain = (words: readonly string[] | undefined): string[] =>
    (words ?? []).map((word) => word.replaceAll("*", "x"));
  const [name = "x"] = plain([program]);
  const starts = plain(first).map((word) => `${name} ${word}`);
  const heads = starts.length === 0 ? [name] : starts;
  const some = plain(any);
  const met = some.length === 0 ? heads : some.map((word) => `${heads[0] ?? name} ${word}`);
  const refused = plain(none).map((word) => `${met[0] ?? name} ${word}`);
  return [...met, ...heads.slice(1), ...refused];
}

export function pathsOf(pattern: string): string[] {
  if (pattern === "inside") return ["src/a.txt"];
  if (pattern === "outside") return ["/srv/a.txt"];
  const plain = pattern.replace(/^\*\*\//, "").replace(/^~\//, `${someHome}/`);
  return [plain.replaceAll("**", "x/y").replaceAll("*", "x")];
}

export function hostsOf(pattern: string): string[] {
  const name = pattern.replace(/^\*\./, "");
  return pattern.startsWith("*.") ? [`a.${name}`, name] : [name, `a.${name}`];
}
