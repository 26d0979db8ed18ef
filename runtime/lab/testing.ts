/** Small cases made by hand, for tests of the lab. */
import type { CastEvent } from "../pty/asciicast.ts";
import type { ExpectedPrompt, Negative } from "./case.ts";
import type { Case } from "./case-files.ts";
import { wait } from "./program-labels.ts";

export function output(atMs: number, text: string): CastEvent {
  return { atMs, kind: "output", text };
}

export function input(atMs: number, text: string): CastEvent {
  return { atMs, kind: "input", text };
}

export function reads(atMs: number): CastEvent {
  return { atMs, kind: "kernel", kernel: { waits: [wait({})], blind: false } };
}

export function expectedPrompt(parts: Partial<ExpectedPrompt>): ExpectedPrompt {
  return {
    id: "one",
    at_ms: 500,
    until_ms: 600,
    kind: "yes_no",
    question: "",
    options: null,
    default: null,
    single_key: null,
    subject: null,
    answer: "y\r",
    ...parts,
  };
}

export function caseOf(
  events: readonly CastEvent[],
  prompts: ExpectedPrompt[],
  negatives: Negative[] = [],
): Case {
  const expected = {
    program: "ask",
    version: "1",
    tool: "ask",
    command: ["ask"],
    prompts,
    negatives,
  };
  return { name: "ask", recording: { size: { cols: 80, rows: 24 }, events }, expected };
}
