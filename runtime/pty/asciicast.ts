/** Reads terminal recordings in asciicast v2 (https://docs.asciinema.org/manual/asciicast/v2/). Pure. */
import { z } from "zod";
import { AtlasError } from "../../contracts/errors.ts";
import { type RecordingCut, recordingCut } from "../../contracts/recording.ts";
import { errands, type KernelEvidence } from "./kernel-wait.ts";
import type { PtyExit, PtySize, Termios } from "./pty.ts";

export type CastEvent = { atMs: number } & (
  | { kind: "output"; text: string }
  /** What was typed into the tool then. It also ends what `kernel` told: from here on nobody waits. */
  | { kind: "input"; text: string }
  | { kind: "resized"; size: PtySize }
  | { kind: "termios"; termios: Termios }
  /** Who waits for the terminal from here on, until the next of these or until input. */
  | { kind: "kernel"; kernel: KernelEvidence }
  /**
   * Here the tool waits at the prompt that the expectations know by this name, or the trace by this id and, in a
   * session's own recording, by this entry.
   */
  | { kind: "prompt"; id: string; seq?: number }
  /** Here a session's prompt was over: the entry that says so, unless it came with the session's end. */
  | { kind: "closed"; id: string; seq?: number }
  /** Here the recording ends and the session went on. */
  | { kind: "cut"; why: RecordingCut }
  | { kind: "exit"; exit: PtyExit }
);

export type Recording = { size: PtySize; events: readonly CastEvent[] };

const headerSchema = z.object({
  version: z.literal(2),
  width: z.int().positive(),
  height: z.int().positive(),
  command: z.string().optional(),
  timestamp: z.number().optional(),
  env: z.object({ TERM: z.string().optional() }).optional(),
});
const lineSchema = z.tuple([z.number().nonnegative(), z.string(), z.string()]);

const modes = { icanon: z.boolean(), echo: z.boolean(), isig: z.boolean() };
const exitCode = z.int().min(0).max(255);
const waitSchema = z.object({
  via: z.enum(["read", "poll"]),
  timed: z.boolean(),
  foreground: z.boolean(),
  comm: z.string(),
  beside: z
    .object({
      from: z.enum(["loop", "descriptors", "inner"]),
      errands: z.array(z.enum(errands)),
    })
    .optional(),
});

/** Our own markers, and older spellings of some. Other markers are a person's. */
const markerSchema = z.union([
  z.object({ type: z.literal("termios"), ...modes }),
  z.object({ type: z.literal("kernel"), waits: z.array(waitSchema), blind: z.boolean() }),
  z.object({ type: z.literal("prompt"), id: z.string(), seq: z.int().optional() }),
  z.object({ type: z.literal("closed"), id: z.string(), seq: z.int().optional() }),
  z.object({ type: z.literal("cut"), why: recordingCut }),
  z.object({ type: z.literal("exit"), code: exitCode.nullable(), signal: z.string().nullish() }),
  z.object({ termios: z.object(modes) }).transform(({ termios }) => ({
    type: "termios" as const,
    ...termios,
  })),
  z.object({ exit: exitCode }).transform(({ exit }) => ({
    type: "exit" as const,
    code: exit,
    signal: null,
  })),
  z.object({ signal: z.string() }).transform(({ signal }) => ({
    type: "exit" as const,
    code: null,
    signal,
  })),
]);

/** `name` is what an error calls the recording, such as its file. Throws `usage` naming the wrong line. */
export function parseRecording(text: string, name: string): Recording {
  const { head, events } = readCast(text.split("\n"), name);
  return { size: head.size, events: [...events] };
}

/** The first line of a recording, as far as anybody asks for it. */
export type CastTop = {
  size: PtySize;
  command: string | null;
  term: string;
  /** When it began, in seconds UTC. */
  timestamp: number | null;
};

export type Cast = {
  head: CastTop;
  /** Read line by line as they are asked for, once. */
  events: Iterable<CastEvent>;
};

/** As `parseRecording`, without holding all of it. The events throw `usage` when a wrong line is reached. */
export function readCast(lines: Iterable<string>, name: string): Cast {
  const walk = lines[Symbol.iterator]();
  const first = walk.next();
  const header = headerSchema.safeParse(jsonOf(first.done === true ? "" : first.value));
  if (!header.success) throw wrongLine(name, 1, "its header is not that of asciicast v2");
  const { width: cols, height: rows, command = null, timestamp = null, env } = header.data;
  const head = { size: { cols, rows }, command, term: env?.TERM ?? "", timestamp };
  return { head, events: { [Symbol.iterator]: () => eventsOf(walk, name) } };
}

function* eventsOf(lines: Iterator<string>, name: string): Generator<CastEvent> {
  let number = 1;
  for (let next = lines.next(); next.done !== true; next = lines.next()) {
    number += 1;
    const event = eventOn(next.value, number, name);
    if (event !== null) yield event;
  }
}

function eventOn(line: string, number: number, name: string): CastEvent | null {
  if (line.trim() === "") return null;
  const parsed = lineSchema.safeParse(jsonOf(line));
  if (!parsed.success) throw wrongLine(name, number, "it is not [seconds, code, data]");
  const [seconds, code, data] = parsed.data;
  const event = eventOf(code, data);
  if (event === "wrong") throw wrongLine(name, number, `its ${code} event has wrong data`);
  return event === null ? null : { atMs: seconds * 1000, ...event };
}

type Untimed = CastEvent extends infer E ? (E extends CastEvent ? Omit<E, "atMs"> : never) : never;

function eventOf(code: string, data: string): Untimed | "wrong" | null {
  if (code === "o") return { kind: "output", text: data };
  if (code === "i") return { kind: "input", text: data };
  if (code === "m") return markerOf(data);
  if (code === "r") {
    const [, cols, rows] = /^(\d+)x(\d+)$/.exec(data) ?? [];
    if (cols === undefined || rows === undefined) return "wrong";
    return { kind: "resized", size: { cols: Number(cols), rows: Number(rows) } };
  }
  if (code === "x") {
    return /^\d+$/.test(data)
      ? { kind: "exit", exit: { code: Number(data), signal: null } }
      : "wrong";
  }
  // The specification: unknown codes are to be ignored.
  return null;
}

function markerOf(data: string): Untimed | null {
  const parsed = markerSchema.safeParse(jsonOf(data));
  if (!parsed.success) return null;
  const marker = parsed.data;
  switch (marker.type) {
    case "termios": {
      const { icanon, echo, isig } = marker;
      return { kind: "termios", termios: { canonical: icanon, echo, signals: isig } };
    }
    case "kernel":
      return { kind: "kernel", kernel: { blind: marker.blind, waits: marker.waits.map(asWait) } };
    case "prompt":
    case "closed": {
      const { type: kind, id, seq } = marker;
      return { kind, id, ...(seq === undefined ? {} : { seq }) };
    }
    case "cut":
      return { kind: "cut", why: marker.why };
    case "exit":
      return { kind: "exit", exit: exitOf(marker.code, marker.signal ?? null) };
  }
}

/** Who it was is not kept: numbers stand for the processes, so that equal ones are equal. */
function asWait(wait: z.infer<typeof waitSchema>, index: number): KernelEvidence["waits"][number] {
  const { beside, ...plain } = wait;
  const seen = { ...plain, pid: index + 1, tid: index + 1, sleeps: 0 };
  return beside === undefined ? seen : { ...seen, beside };
}

function exitOf(code: number | null, signal: string | null): PtyExit {
  return signal === null ? { code: code ?? 0, signal: null } : { code: null, signal };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function wrongLine(name: string, line: number, why: string): AtlasError {
  return new AtlasError("usage", `${name}: line ${line}: ${why}; give a recording in asciicast v2`);
}
