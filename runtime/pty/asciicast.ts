/** Reads terminal recordings in asciicast v2 (https://docs.asciinema.org/manual/asciicast/v2/). Pure. */
import { z } from "zod";
import { AtlasError } from "../../contracts/errors.ts";
import type { PtyExit, PtySize, Termios } from "./pty.ts";

export type CastEvent = { atMs: number } & (
  | { kind: "output"; text: string }
  | { kind: "resized"; size: PtySize }
  | { kind: "termios"; termios: Termios }
  | { kind: "exit"; exit: PtyExit }
);

export type Recording = { size: PtySize; events: readonly CastEvent[] };

const headerSchema = z.object({
  version: z.literal(2),
  width: z.int().positive(),
  height: z.int().positive(),
});
const lineSchema = z.tuple([z.number().nonnegative(), z.string(), z.string()]);

/** Our own markers: what the tool's terminal was set to, and how the tool ended. Other markers are a person's. */
const markerSchema = z.union([
  z.object({
    termios: z.object({ icanon: z.boolean(), echo: z.boolean(), isig: z.boolean() }),
  }),
  z.object({ exit: z.int().min(0).max(255) }),
  z.object({ signal: z.string() }),
]);

/** `name` is what an error calls the recording, such as its file. Throws `usage` naming the wrong line. */
export function parseRecording(text: string, name: string): Recording {
  const [first = "", ...rest] = text.split("\n");
  const header = headerSchema.safeParse(jsonOf(first));
  if (!header.success) throw wrongLine(name, 1, "its header is not that of asciicast v2");
  const events: CastEvent[] = [];
  for (const [index, line] of rest.entries()) {
    if (line.trim() === "") continue;
    const parsed = lineSchema.safeParse(jsonOf(line));
    if (!parsed.success) throw wrongLine(name, index + 2, "it is not [seconds, code, data]");
    const [seconds, code, data] = parsed.data;
    const event = eventOf(code, data);
    if (event === "wrong") throw wrongLine(name, index + 2, `its ${code} event has wrong data`);
    if (event !== null) events.push({ atMs: seconds * 1000, ...event });
  }
  return { size: { cols: header.data.width, rows: header.data.height }, events };
}

type Untimed = CastEvent extends infer E ? (E extends CastEvent ? Omit<E, "atMs"> : never) : never;

function eventOf(code: string, data: string): Untimed | "wrong" | null {
  if (code === "o") return { kind: "output", text: data };
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
  // The specification: unknown codes are to be ignored; input is what someone else typed then.
  return null;
}

function markerOf(data: string): Untimed | null {
  const marker = markerSchema.safeParse(jsonOf(data));
  if (!marker.success) return null;
  if ("exit" in marker.data)
    return { kind: "exit", exit: { code: marker.data.exit, signal: null } };
  if ("signal" in marker.data) {
    return { kind: "exit", exit: { code: null, signal: marker.data.signal } };
  }
  const { icanon, echo, isig } = marker.data.termios;
  return { kind: "termios", termios: { canonical: icanon, echo, signals: isig } };
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
