/** Makes a case of a tape: proposed expectations for a person to check, and what is secret taken out; pure. */
import type { CastEvent } from "../pty/asciicast.ts";
import type { ExpectedPrompt, Expectations } from "./case.ts";
import { quietest } from "./quietest.ts";
import type { SecretPrints } from "../secret-prints.ts";
import { redactedEvents } from "../trace/redact/cast.ts";
import { cover, type Publishing, redacted, redactedWords, withoutHome } from "./secret-text.ts";
import type { Met } from "./tape.ts";

export type Recorded = {
  events: readonly CastEvent[];
  met: readonly Met[];
  /** What was typed and may stand nowhere. */
  secrets: readonly string[];
  prints: SecretPrints;
};

export type ProposalOptions = {
  tool: string;
  command: readonly string[];
  /** For others to read, without all that looks like a secret; null: only without what was typed as one. */
  publishing: Publishing | null;
};

/** Outputs closer than this belong to the painting of one thing. */
const paintGapMs = 100;
/** Shorter stretches prove little. */
const negativeMsMin = 200;
const marginMs = 50;
/** Shorter words would be found everywhere. */
const secretCharsMin = 4;

/** The events, with a marker for each prompt, and the expectations. */
export function proposeCase(
  { events, met, secrets, prints }: Recorded,
  { tool, command, publishing }: ProposalOptions,
): { events: CastEvent[]; expected: Expectations } {
  const coverTyped = cleaner({ secrets, prints });
  const clean = (text: string): string =>
    publishing === null ? coverTyped(text) : redacted(coverTyped(text), publishing);
  const answered = met.filter(({ untilMs }) => untilMs !== null);
  const prompts = answered.map((one, index) => promptOf(one, events, `p${index + 1}`));
  const expected: Expectations = {
    program: tool,
    version: "",
    tool,
    command: publishing === null ? [...command] : redactedWords(command, publishing),
    note: "proposed from a live session: check every line, and fill in the version",
    prompts,
    negatives: negativesBetween(events, met),
  };
  const markers = prompts.map(({ id, at_ms: atMs }) => ({ atMs, kind: "prompt", id }) as const);
  return {
    events: cleanEvents(
      [...events, ...markers].toSorted((a, b) => a.atMs - b.atMs),
      { coverTyped, publishing },
    ),
    expected: cleanValue(expected, clean),
  };
}

function promptOf(
  { prompt, fromMs, untilMs, answer }: Met,
  events: readonly CastEvent[],
  id: string,
): ExpectedPrompt {
  const until = rounded(untilMs ?? fromMs);
  const { kind, question, options, default: fallback, single_key, subject } = prompt;
  const isScreen = kind === "pager" || kind === "editor";
  return {
    id,
    from_ms: Math.min(rounded(fromMs), until),
    at_ms: rounded(Math.min(quietest(events, fromMs, untilMs ?? fromMs), until - 0.001)),
    until_ms: until,
    kind,
    question,
    options: options.length === 0 ? null : options.map(({ label, key }) => ({ label, key })),
    default: fallback,
    single_key: kind === "yes_no" || kind === "multiple_choice" ? single_key : null,
    subject,
    answer,
    ...(isScreen ? { must_not_answer: true as const } : {}),
  };
}

/** From the first output behind each answer to where the painting of the next question begins. */
function negativesBetween(
  events: readonly CastEvent[],
  met: readonly Met[],
): Expectations["negatives"] {
  const outputs = events.filter(({ kind }) => kind === "output").map(({ atMs }) => atMs);
  const negatives: Expectations["negatives"] = [];
  let from = 0;
  for (const { fromMs, untilMs } of [...met, { fromMs: events.at(-1)?.atMs ?? 0, untilMs: null }]) {
    const to = paintedFrom(outputs, fromMs) - marginMs;
    if (to - from >= negativeMsMin) {
      const why = "proposed: nothing was asked here";
      negatives.push({ from_ms: rounded(from), to_ms: rounded(to), why });
    }
    const after = untilMs ?? Number.POSITIVE_INFINITY;
    from = (outputs.find((ms) => ms > after) ?? Number.POSITIVE_INFINITY) + marginMs;
  }
  return negatives;
}

function paintedFrom(outputs: readonly number[], ms: number): number {
  let first = ms;
  for (const output of outputs.filter((one) => one <= ms).toReversed()) {
    if (first - output > paintGapMs) break;
    first = output;
  }
  return first;
}

/** To a microsecond, as in the cast. */
const rounded = (ms: number): number => Math.round(ms * 1_000) / 1_000;

type Clean = (text: string) => string;

function cleaner({ secrets, prints }: Pick<Recorded, "secrets" | "prints">): Clean {
  const words = secrets
    .map((secret) => secret.replace(/[\r\n]+$/, ""))
    .filter((secret) => secret.length >= secretCharsMin);
  return (text) => {
    const result = prints.cover(text, (word) => cover(word, "*"));
    return words.reduce((left, word) => left.replaceAll(word, cover(word, "*")), result);
  };
}

/** Output is cleaned as one text, so that chunks do not hide what is in them; each keeps its length. */
function cleanEvents(
  events: readonly CastEvent[],
  { coverTyped, publishing }: { coverTyped: Clean; publishing: Publishing | null },
): CastEvent[] {
  const covered = recut(events, coverTyped);
  if (publishing === null) return covered;
  const { home } = publishing;
  const withoutSecrets = [...redactedEvents(covered, { ...publishing, cover: "x" })];
  return recut(withoutSecrets, (text) => withoutHome(text, home));
}

/** `change` keeps a text's length. */
function recut(events: readonly CastEvent[], change: Clean): CastEvent[] {
  const all = change(events.map((event) => (event.kind === "output" ? event.text : "")).join(""));
  let at = 0;
  return events.map((event) => {
    if (event.kind === "input") return { ...event, text: change(event.text) };
    if (event.kind !== "output") return event;
    const text = all.slice(at, at + event.text.length);
    at += event.text.length;
    return { ...event, text };
  });
}

/** Every text within a value. */
function cleanValue<T>(value: T, clean: Clean): T {
  const text = JSON.stringify(value, (_name, one: unknown) =>
    typeof one === "string" ? clean(one) : one,
  );
  // The same value but for its texts.
  return JSON.parse(text) as T;
}
