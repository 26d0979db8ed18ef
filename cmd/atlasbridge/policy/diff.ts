/** `policy diff`: what two policies decide differently, by made-up situations, each change with its smallest example. */
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import type { PolicyDiffView } from "../../../contracts/policy-tools.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { type Decided, diffPolicies, type PolicyDiff } from "../../../runtime/policy/diff.ts";
import { quote } from "../../../runtime/policy/problem.ts";
import { type Ask, unusual } from "../../../runtime/policy/universe/ask.ts";
import { type Cli, print } from "../cli.ts";
import { visible } from "../visible.ts";
import { ruleText, some } from "./past-text.ts";
import { readForPerson } from "./validate.ts";

type DiffCommand = { cases: number };

/** Exit code ok when nothing was found that they decide differently, `failed` when something was. */
export function diffPolicyFiles(
  cli: Cli,
  files: readonly string[],
  { cases }: DiffCommand,
): number {
  if (files.length > 2) throw new AtlasError("usage", "two policies are compared; name no more");
  const a = readSide(cli, files[0]);
  const b = a === null ? null : readSide(cli, files[1]);
  if (a === null || b === null) return exitCodes.usage;
  const diff = diffPolicies(a.parsed.policy, b.parsed.policy, { casesMax: cases });
  const view = viewOf({ a: a.path, b: b.path }, diff);
  print(cli, view, () => `${diffText(view).join("\n")}\n`);
  return view.same ? exitCodes.ok : exitCodes.failed;
}

/** Exit code 1 says that they differ, so what cannot be read is told as wrong usage. */
function readSide(cli: Cli, file: string | undefined): ReturnType<typeof readForPerson> {
  try {
    return readForPerson(cli, file);
  } catch (error) {
    const unreadable = error instanceof AtlasError && error.code === "policy_unreadable";
    if (!unreadable) throw error;
    throw new AtlasError("usage", error.message, { cause: error });
  }
}

function viewOf(names: { a: string; b: string }, diff: PolicyDiff): PolicyDiffView {
  const { compared, isBounded, mode, differences } = diff;
  return {
    format: outputFormat,
    ...names,
    same: mode === null && differences.length === 0,
    compared,
    bounded: isBounded,
    mode,
    differences: differences.map(({ example, ...one }) => ({ ...one, example: viewAsk(example) })),
    limits: [
      `only these situations were compared${isBounded ? ", and more could be made: --cases N compares N" : ""}: made from what both policies name and from what tools are known to ask`,
      "paths lead where they say, and ~ is /home/user",
    ],
  };
}

function viewAsk(ask: Ask): PolicyDiffView["differences"][0]["example"] {
  const { options, replied, tag, environment, profile, subject, ...rest } = unusual(ask);
  return {
    ...rest,
    ...(options === undefined ? {} : { options: [...options] }),
    ...(replied === undefined ? {} : { replied: { ...replied } }),
    ...(typeof tag === "string" ? { tag } : {}),
    ...(typeof environment === "string" ? { environment } : {}),
    ...(typeof profile === "string" ? { profile } : {}),
    ...(subject === undefined || subject === null ? {} : { subject }),
  };
}

function diffText(view: PolicyDiffView): string[] {
  const { a, b, same, compared, mode, differences } = view;
  const names = `${visible(a)} and ${visible(b)}`;
  const head = same
    ? `${names} decide the same in all ${compared} situations compared`
    : `${names} differ: ${some(differences.length, "kind")} of change in ${compared} situations compared`;
  return [
    head,
    ...(mode === null ? [] : [`  autonomy_mode: ${mode.a} -> ${mode.b}`]),
    ...differences.slice(0, shownMax).flatMap(differenceLines),
    ...(differences.length > shownMax
      ? [`  and ${differences.length - shownMax} more kinds of change; --json lists all`]
      : []),
    ...view.limits.map((limit) => `note: ${limit}`),
  ];
}

const shownMax = 30;

function differenceLines({ a, b, count, example }: PolicyDiffView["differences"][0]): string[] {
  return [
    `  ${decidedText(a)} -> ${decidedText(b)}: ${some(count, "situation")}`,
    `      such as ${exampleText(example)}`,
  ];
}

function decidedText({ action, rule_id: id, value, secret }: Decided): string {
  const reply =
    secret !== null ? ` the secret ${secret}` : value === null ? "" : ` ${quote(value)}`;
  return `${action}${reply} (${ruleText(id)})`;
}

/** In the words of `policy explain`, as far as it has options for it. */
function exampleText(example: PolicyDiffView["differences"][0]["example"]): string {
  const { question = "Continue?", kind = "yes_no", subject, options, replied, recent } = example;
  const session: [string, unknown][] = [
    ["tool", example.tool],
    ["confidence", example.confidence],
    ["folder", example.cwd],
    ["label", example.tag],
    ["environment", example.environment],
    ["profile", example.profile],
    ["above it", example.context],
  ];
  const about = subject === undefined ? [] : [subject.command, subject.path, subject.host];
  const parts = [
    `${kind} ${quote(question, 200)}`,
    ...(subject === undefined ? [] : [`about ${subject.type}`]),
    ...about.flatMap((one) => (one === null ? [] : [quote(one, 200)])),
    ...(options === undefined ? [] : [`options ${options.map((one) => quote(one)).join(", ")}`]),
    ...session.flatMap(([name, value]) =>
      typeof value === "string" ? [`${name} ${quote(value)}`] : [],
    ),
    ...(example.trusted === true ? ["in a trusted folder"] : []),
    ...(example.cut === true ? ["not wholly visible"] : []),
    ...Object.entries(replied ?? {}).map(([id, n]) => `after ${n} replies by ${id}`),
    ...(recent === undefined ? [] : [recentText(recent)]),
  ];
  return parts.join(", ");
}

function recentText({
  session,
  lastMinute,
  samePrompt,
}: NonNullable<PolicyDiffView["differences"][0]["example"]["recent"]>): string {
  const counts: [number, string][] = [
    [session, "in the session"],
    [lastMinute, "within a minute"],
    [samePrompt, "to the same prompt within a minute"],
  ];
  const given = counts.filter(([n]) => n > 0).map(([n, where]) => `${n} ${where}`);
  return `after replies: ${given.join(", ")}`;
}
