/** Reads a folder with `labels.json` and `recordings/`: recordings of AI tools with their dialogs; as cases. */
import { join } from "node:path";
import * as z from "zod";
import { parseRecording, type CastEvent } from "../pty/asciicast.ts";
import type { ExpectedPrompt, Expectations } from "./case.ts";
import { type Case, parseJson, readText } from "./case-files.ts";
import { merged, wait } from "./program-labels.ts";
import { quietest } from "./quietest.ts";

const kinds = ["tool_approval", "folder_trust", "multiple_choice", "yes_no", "idle_input"] as const;

const prompt = z.object({
  id: z.string(),
  cast: z.string(),
  agent: z.string(),
  agent_version: z.string(),
  kind: z.enum(kinds),
  t_ms_visible: z.number(),
  t_ms_held_until: z.number(),
  text: z.string().nullish(),
  subject: z
    .object({ tool: z.string(), command: z.string().nullish(), path: z.string().nullish() })
    .nullish(),
  subject_fully_visible: z.boolean().nullish(),
  options: z.array(z.object({ label: z.string(), keys: z.array(z.string()) })),
  selected_default: z.string().nullish(),
  answered_with: z.string().nullish(),
  must_not_answer: z.boolean().nullish(),
});
type Label = z.infer<typeof prompt>;

const negative = z.object({
  cast: z.string(),
  agent: z.string(),
  t_ms_from: z.number(),
  t_ms_to: z.number(),
  why: z.string(),
});

const labels = z.object({ prompts: z.array(prompt), negatives: z.array(negative) });

/** The labels' times are those of painting: this much at both ends of a negative is not certain. */
const edgeMs = 50;

/** Throws `usage` naming the file that is not as it should be. */
export function readAgentLabels(folder: string): Case[] {
  const file = join(folder, "labels.json");
  const known = parseJson(readText(file), file, labels);
  const casts = new Set([...known.prompts, ...known.negatives].map(({ cast }) => cast));
  return [...casts].toSorted().map((cast) => {
    const path = join(folder, "recordings", cast);
    const { size, events } = parseRecording(readText(path), path);
    const prompts = known.prompts.filter((one) => one.cast === cast);
    prompts.sort((a, b) => a.t_ms_visible - b.t_ms_visible);
    const negatives = known.negatives.filter((one) => one.cast === cast);
    const tool = prompts[0]?.agent ?? negatives[0]?.agent ?? cast;
    const expected: Expectations = {
      program: tool,
      version: prompts[0]?.agent_version ?? "",
      tool,
      command: [tool],
      prompts: prompts.map((one) => expectedOf(one, events)),
      negatives: negatives
        .map((one) => ({
          from_ms: one.t_ms_from + edgeMs,
          to_ms: one.t_ms_to - edgeMs,
          why: one.why,
        }))
        .filter((one) => one.to_ms > one.from_ms),
    };
    const recording = { size, events: merged(events, polling(events)) };
    return { name: cast.replace(/\.cast$/, ""), recording, expected };
  });
}

/** These tools listen all the time, at work too: the labels say nothing else about the kernel. */
function polling(events: readonly CastEvent[]): CastEvent[] {
  const kernel = { waits: [wait({ via: "poll", timed: true })], blind: false };
  const inputs = events.filter((event) => event.kind === "input");
  const from = events.find((event) => event.kind === "termios" && !event.termios.canonical);
  const times = inputs.map(({ atMs }) => atMs).filter((ms) => ms >= (from?.atMs ?? 0));
  return [from?.atMs ?? 0, ...times].map((atMs) => ({ atMs, kind: "kernel", kernel }));
}

function expectedOf(label: Label, events: readonly CastEvent[]): ExpectedPrompt {
  const until = Math.max(label.t_ms_held_until, label.t_ms_visible);
  const isIdle = label.kind === "idle_input";
  return {
    id: label.id,
    from_ms: label.t_ms_visible,
    at_ms: quietest(events, label.t_ms_visible, until),
    until_ms: until,
    ...kindOf(label.kind),
    question: label.text ?? "",
    options: isIdle ? null : label.options.map(optionOf),
    default: label.selected_default ?? null,
    single_key: null,
    subject: subjectOf(label),
    answer: label.answered_with ?? "",
    ...(label.must_not_answer === true ? { must_not_answer: true } : {}),
  };
}

/** Approving a tool's call may be told as a yes-or-no or by its options: both can express it. */
function kindOf(kind: Label["kind"]): Pick<ExpectedPrompt, "kind" | "or_kinds"> {
  switch (kind) {
    case "idle_input":
      return { kind: "idle" };
    case "yes_no":
    case "tool_approval":
    case "folder_trust":
      return { kind: "yes_no", or_kinds: ["multiple_choice"] };
    case "multiple_choice":
      return { kind };
  }
}

function optionOf({ label, keys }: Label["options"][number]): {
  label: string;
  key: string | null;
} {
  const key = keys.find((one) => /^[\w]$/.test(one)) ?? null;
  // The key hint at the end of a label may be told as part of it or not.
  return { label: label.replace(/\s*\((?:[a-z]|esc)\)$/, ""), key: keys.length > 2 ? null : key };
}

function subjectOf(label: Label): ExpectedPrompt["subject"] {
  const { subject } = label;
  if (label.kind !== "tool_approval" || !subject) return null;
  if (label.subject_fully_visible === false) return null;
  if (subject.tool === "bash") return { type: "shell", command: subject.command ?? null };
  if (subject.tool === "write") return { type: "file_write" };
  return subject.tool === "edit" ? { type: "file_edit" } : null;
}
