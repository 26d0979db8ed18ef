/** `policy test`: one prompt given by flags, decided by a policy, with every rule that was tried. */
import type { Decision } from "../../../contracts/decision.ts";
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import type { Confidence, Prompt, PromptKind } from "../../../contracts/prompt.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { compilePolicy } from "../../../runtime/policy/compile.ts";
import { explain, messageOf, type Tried } from "../../../runtime/policy/decide.ts";
import { followPaths } from "../../../runtime/policy/follow.ts";
import type { Facts } from "../../../runtime/policy/match.ts";
import { sayOutcome } from "../../../runtime/policy/outcome.ts";
import { quote } from "../../../runtime/policy/problem.ts";
import { contextAbove, firstRowOf } from "../../../runtime/prompt/context.ts";
import { fingerprintOf } from "../../../runtime/prompt/fingerprint.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { workspaceOf } from "../../../runtime/operator/workspaces.ts";
import { type Cli, print } from "../cli.ts";
import { readForPerson } from "./validate.ts";

export type TestOptions = {
  question?: string;
  /** What stands above the question on the screen. */
  context?: string;
  kind?: PromptKind;
  /** Labels separated by commas. */
  options?: string;
  confidence: Confidence;
  tool: string;
  cwd?: string;
  /** The session's, as `session_tag` compares it. */
  label?: string;
  environment?: string;
  command?: string;
};

export type TestRequest = {
  file: string | undefined;
  options: TestOptions;
  /** Gives what stands on standard input; null when that is a terminal. */
  readInput: () => Promise<string | null>;
};

export async function testPolicy(
  cli: Cli,
  { file, options, readInput }: TestRequest,
): Promise<number> {
  const read = readForPerson(cli, file);
  if (read === null) return exitCodes.usage;
  const question = options.question ?? (await readInput());
  if (question === null || question.trim() === "") {
    throw new AtlasError(
      "usage",
      "no question; give --question TEXT or write it to standard input",
    );
  }
  const { policy, hash } = read.parsed;
  const compiled = compilePolicy(policy, { hash, userHome: cli.environment.userHome });
  const prompt = promptFrom(question.trimEnd(), options);
  const cwd = options.cwd ?? process.cwd();
  const facts: Facts = {
    prompt,
    tool: options.tool,
    cwd,
    tag: options.label ?? null,
    state: "waiting",
    environment: options.environment ?? null,
    workspace: workspaceOf(cwd, { file: cli.paths.workspaceFile, now: systemClock.now() }),
    autoReplies: new Map(),
    recent: { session: 0, lastMinute: 0, samePrompt: 0 },
    real: followPaths(prompt, { cwd, policy: compiled }),
  };
  const { decision, tried } = explain(facts, compiled);
  const view = {
    format: outputFormat,
    file: read.path,
    mode: policy.autonomy_mode ?? null,
    decision,
    message: messageOf(decision, compiled),
    tried: tried.map((one) => viewTried(one, facts)),
  };
  print(cli, view, () => `${writeDecision(view).join("\n")}\n`);
  return decision.action === "deny" ? exitCodes.refused : exitCodes.ok;
}

/** All of standard input; null when a person would have to type it. */
export async function readTerminalInput(): Promise<string | null> {
  return process.stdin.isTTY === true ? null : await Bun.stdin.text();
}

/** Reads the given lines as detection reads the screen: the last asks, the paragraph above it is context. */
function askedIn(given: string, { context = "" }: TestOptions) {
  const above = context.trimEnd();
  const rows = (above === "" ? given : `${above}\n${given}`).split(/\r?\n/);
  const last = rows.length - 1;
  const first = firstRowOf(rows, last, (rows[last] ?? "").replace(/[[(][^\])]*[\])]/g, ""));
  const question = rows
    .slice(first)
    .map((row) => row.trim())
    .join("\n");
  return { question, context: contextAbove(rows, first) };
}

function promptFrom(given: string, options: TestOptions): Prompt {
  const { question, context } = askedIn(given, options);
  const labels = options.options?.split(",").map((label) => label.trim()) ?? [];
  if (labels.length > limits.optionsMax) {
    throw new AtlasError("usage", `--options takes at most ${limits.optionsMax} labels`);
  }
  const kind = options.kind ?? (labels.length > 0 ? "multiple_choice" : "yes_no");
  const subject =
    options.command === undefined
      ? null
      : { type: "shell" as const, command: options.command, path: null, host: null };
  return {
    kind,
    question: question.slice(-limits.questionCharsMax),
    options: labels.map((label, index) => ({
      label: label.slice(0, limits.optionLabelCharsMax),
      key: String(index + 1),
      meaning: null,
      selected: false,
      checked: null,
    })),
    default: null,
    single_key: false,
    prefilled: null,
    subject,
    context,
    cut: question.length > limits.questionCharsMax,
    confidence: options.confidence,
    evidence: [...evidenceOf(kind), "given:command-line"],
    fingerprint: fingerprintOf({ kind, question, labels, subject }),
  };
}

/** A password is taken for one that is asked for as passwords are: read from the terminal, and not shown. */
function evidenceOf(kind: PromptKind): string[] {
  return kind === "password" ? ["kernel:read", "termios:hidden"] : [];
}

type TriedView = { rule_id: string; result: Tried["outcome"]["result"]; why: string };

function viewTried(tried: Tried, facts: Facts): TriedView {
  const { rule, outcome } = tried;
  return { rule_id: rule.id, result: outcome.result, why: sayOutcome(tried, facts) };
}

type View = {
  mode: string | null;
  decision: Decision;
  message: string | null;
  tried: readonly TriedView[];
};

function writeDecision({ mode, decision, message, tried }: View): string[] {
  const { action, rule_id: id, reason, risk, risk_factors: factors } = decision;
  const lines = [
    `decision  ${action}${replyText(decision)}`,
    `rule      ${id ?? "none: defaults"}`,
    `reason    ${reason}`,
  ];
  if (message !== null) lines.push(`message   ${quote(message.trim(), messageCharsMax)}`);
  lines.push(`risk      ${risk}${factors.length === 0 ? "" : ` (${factors.join(", ")})`}`);
  if (mode !== null && mode !== "full") {
    lines.push(`mode      ${mode}: with this policy "run" types no reply by itself`);
  }
  lines.push("tried");
  const width = Math.max(0, ...tried.map(({ rule_id }) => rule_id.length));
  for (const { rule_id, result, why } of tried) {
    lines.push(`  ${marks[result]}  ${rule_id.padEnd(width)}  ${why}`);
  }
  if (tried.length === 0) lines.push("  the policy has no rules");
  return lines;
}

function replyText({ value, secret = null }: Decision): string {
  if (secret !== null) return ` the secret ${secret} of the keychain`;
  return value === null ? "" : ` ${quote(value)}`;
}

/** A rule's message is the operator's own text; this is only against a whole novel. */
const messageCharsMax = 1_000;

const marks = { holds: "yes", fails: "no ", unknown: "?  " } as const;
