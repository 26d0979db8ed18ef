/** A prompt given by options: what a policy would see if a tool asked that. */
import { AtlasError } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import type { Confidence, Prompt, PromptKind, Subject } from "../../../contracts/prompt.ts";
import { contextAbove, firstRowOf } from "../../../runtime/prompt/context.ts";
import { fingerprintOf } from "../../../runtime/prompt/fingerprint.ts";
import { optionMeaningOf } from "./past.ts";

export type GivenOptions = {
  question?: string;
  /** What stands above the question on the screen. */
  context?: string;
  kind?: PromptKind;
  /** Labels separated by commas. */
  options?: string;
  confidence: Confidence;
  command?: string;
  path?: string;
  host?: string;
  subject?: Subject["type"];
};

/** Throws `usage` where the options do not make a prompt. */
export function promptFrom(given: string, options: GivenOptions): Prompt {
  const { question, context } = askedIn(given, options);
  const labels = options.options?.split(",").map((label) => label.trim()) ?? [];
  if (labels.length > limits.optionsMax) {
    throw new AtlasError("usage", `--options takes at most ${limits.optionsMax} labels`);
  }
  const kind = options.kind ?? (labels.length > 0 ? "multiple_choice" : "yes_no");
  const subject = subjectOf(options);
  return {
    kind,
    question: question.slice(-limits.questionCharsMax),
    options: labels.map((label, index) => ({
      label: label.slice(0, limits.optionLabelCharsMax),
      key: String(index + 1),
      meaning: optionMeaningOf(label, labels),
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

/** Reads the given lines as detection reads the screen: the last asks, the paragraph above it is context. */
function askedIn(given: string, { context = "" }: GivenOptions) {
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

function subjectOf({ subject, command, path, host }: GivenOptions): Subject | null {
  const isAbout = [subject, command, path, host].some((one) => one !== undefined);
  if (!isAbout) return null;
  const type =
    subject ?? (command !== undefined ? "shell" : path !== undefined ? "file_edit" : "fetch");
  return { type, command: command ?? null, path: path ?? null, host: host ?? null };
}

/** A password is taken for one that is asked for as passwords are: read from the terminal, and not shown. */
function evidenceOf(kind: PromptKind): string[] {
  return kind === "password" ? ["kernel:read", "termios:hidden"] : [];
}
