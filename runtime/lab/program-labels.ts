/** Reads a folder with `labels.json` and `casts/`: recordings of line programs, labelled by hand; as cases. */
import { join } from "node:path";
import * as z from "zod";
import { promptKind } from "../../contracts/prompt.ts";
import { parseRecording, type CastEvent } from "../pty/asciicast.ts";
import type { KernelEvidence, KernelWait } from "../pty/kernel-wait.ts";
import type { ExpectedPrompt } from "./case.ts";
import { type Case, parseJson, readText } from "./case-files.ts";

const prompt = z.object({
  id: z.string(),
  cast: z.string(),
  program: z.string(),
  version: z.string().nullish(),
  kind: promptKind,
  subkind: z.string().nullish(),
  text: z.string().nullish(),
  options: z.array(z.string()).nullish(),
  default: z.string().nullish(),
  reply_bytes: z.string(),
  t_ms_visible: z.number(),
  t_ms_wait_marker: z.number(),
  t_ms_last_output: z.number(),
  termios: z.object({ icanon: z.boolean(), echo: z.boolean(), isig: z.boolean() }),
  kernel_block: z.object({
    blocked_on_tty: z.boolean(),
    outside_hits: z.number(),
    waiter: z
      .object({ syscall: z.string(), timeout_ms: z.number().nullish(), comm: z.string() })
      .nullish(),
  }),
});
type Label = z.infer<typeof prompt>;

const negative = z.object({
  cast: z.string(),
  program: z.string(),
  version: z.string().nullish(),
  t_ms_from: z.number(),
  t_ms_to: z.number(),
  why: z.string().nullish(),
  category: z.string(),
  tty_style: z.enum(["none", "poll", "read"]),
});
type Negative = z.infer<typeof negative>;

const labels = z.object({
  prompts: z.array(prompt),
  negatives: z.array(negative),
  unscored_waits: z.record(z.string(), z.array(z.tuple([z.number(), z.number()]))).default({}),
});

/** Throws `usage` naming the file that is not as it should be. */
export function readProgramLabels(folder: string): Case[] {
  const file = join(folder, "labels.json");
  const known = parseJson(readText(file), file, labels);
  const casts = new Set([...known.prompts, ...known.negatives].map(({ cast }) => cast));
  return [...casts].toSorted().map((cast) => {
    const prompts = known.prompts.filter((one) => one.cast === cast);
    prompts.sort((a, b) => a.t_ms_wait_marker - b.t_ms_wait_marker);
    const negatives = known.negatives.filter((one) => one.cast === cast);
    return caseOf(folder, { cast, prompts, negatives, unscored: known.unscored_waits[cast] ?? [] });
  });
}

type Labelled = {
  cast: string;
  prompts: Label[];
  negatives: Negative[];
  unscored: readonly (readonly [number, number])[];
};

function caseOf(folder: string, { cast, prompts, negatives, unscored }: Labelled): Case {
  const path = join(folder, "casts", cast);
  const { size, events } = parseRecording(readText(path), path);
  const program = prompts[0]?.program ?? negatives[0]?.program ?? cast;
  const inserted = [...prompts.flatMap(known), ...negatives.map(styleOf)];
  return {
    name: cast.replace(/\.cast$/, ""),
    recording: { size, events: merged(events, inserted) },
    expected: {
      program,
      version: prompts[0]?.version ?? negatives[0]?.version ?? "",
      tool: program,
      command: [program],
      prompts: prompts.map((one) => expectedOf(one, events)),
      negatives: negatives.map((one) => ({
        from_ms: one.t_ms_from,
        to_ms: one.t_ms_to,
        why: one.why ?? one.category,
      })),
      unscored: unscored.map(([from, to]) => ({
        from_ms: from - 50,
        to_ms: inputAfter(events, to),
      })),
    },
  };
}

/** The first input after a moment, a little more; or the end. */
function inputAfter(events: readonly CastEvent[], ms: number): number {
  const input = events.find((event) => event.kind === "input" && event.atMs >= ms);
  return (input ?? events.at(-1))?.atMs ?? ms;
}

function expectedOf(label: Label, events: readonly CastEvent[]): ExpectedPrompt {
  const words = label.text ?? "";
  // A secret asked with echo is kept from policy as a password, whatever its field is called here.
  const isSecret = label.subkind === "secret" || /pass|secret|key/i.test(words);
  const isText = label.kind === "free_text";
  return {
    id: label.id,
    from_ms: label.t_ms_visible,
    at_ms: label.t_ms_wait_marker,
    until_ms: Math.max(label.t_ms_wait_marker, inputAfter(events, label.t_ms_wait_marker)),
    kind: label.kind,
    ...(isText && isSecret ? { or_kinds: ["password"] } : {}),
    question: words.trim().split("\n").at(-1)?.trim() ?? "",
    options: label.options?.map((one) => ({ label: one, key: null })) ?? null,
    default: label.default ?? null,
    single_key: ["yes_no", "multiple_choice"].includes(label.kind)
      ? !/[\r\n]/.test(label.reply_bytes)
      : null,
    subject: null,
    answer: label.kind === "password" ? null : label.reply_bytes,
  };
}

/** The settings and the waiter that the label was taken with, as events: from the last output on it waits. */
function known(label: Label): CastEvent[] {
  const { icanon, echo, isig } = label.termios;
  const atMs = label.t_ms_last_output + 0.5;
  return [
    { atMs, kind: "termios", termios: { canonical: icanon, echo, signals: isig } },
    { atMs, kind: "kernel", kernel: kernelOf(label) },
    { atMs: label.t_ms_wait_marker - 0.01, kind: "kernel", kernel: kernelOf(label) },
  ];
}

function kernelOf({ kernel_block: block }: Label): KernelEvidence {
  const { waiter, outside_hits: outside, blocked_on_tty: blocked } = block;
  if (waiter === null || waiter === undefined) {
    const waits = outside > 0 ? [wait({ foreground: false, via: "poll" })] : [];
    return { waits, blind: false };
  }
  if (!blocked) return { waits: [wait({ foreground: false, via: "poll" })], blind: false };
  const via = waiter.syscall.startsWith("read") ? "read" : "poll";
  const timed = via === "poll" && (waiter.timeout_ms ?? -1) >= 0;
  return { waits: [wait({ via, timed, comm: waiter.comm })], blind: false };
}

function styleOf({ tty_style: style, t_ms_from: atMs }: Negative): CastEvent {
  const waits = { none: [], poll: [wait({ via: "poll", timed: true })], read: [wait({})] }[style];
  return { atMs, kind: "kernel", kernel: { waits, blind: false } };
}

export function wait(parts: Partial<KernelWait>): KernelWait {
  return {
    pid: 1,
    tid: 1,
    comm: "tool",
    via: "read",
    timed: false,
    foreground: true,
    sleeps: 0,
    ...parts,
  };
}

/** In order of time; what is inserted comes behind what was recorded at the same moment. */
export function merged(
  recorded: readonly CastEvent[],
  inserted: readonly CastEvent[],
): CastEvent[] {
  return [...recorded, ...inserted].toSorted((a, b) => a.atMs - b.atMs);
}
