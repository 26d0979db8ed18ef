/** Small screens for tests: text with a cursor, as a program that wrote it would leave them. */
import type { KernelWait } from "../pty/kernel-wait.ts";
import type { ScreenLine, ScreenRow, ScreenRun, Snapshot } from "../screen/snapshot.ts";
import type { WaitEvidence } from "./evidence.ts";
import { columnOf } from "./region.ts";

export type ScreenParts = Partial<Omit<Snapshot, "screen" | "lines">>;

function runOf(text: string): ScreenRun {
  const plain = { inverse: false, bold: false, dim: false, underline: false, fg: -1, bg: -1 };
  return { start: 0, end: text.length, text, ...plain };
}

/** The screen after `text` was written: `█` marks the cursor; without it the cursor stands behind the text. */
export function screenOf(text: string, parts: ScreenParts = {}): Snapshot {
  const cols = parts.cols ?? 120;
  const rows = parts.rows ?? 40;
  const written = text.split("\n");
  const marked = written.findIndex((row) => row.includes("█"));
  const y = marked < 0 ? written.length - 1 : marked;
  const before = written[y]?.split("█")[0] ?? "";
  const texts = written.map((row) => row.replace("█", "").trimEnd());
  while (texts.length < rows) texts.push("");
  const screen: ScreenRow[] = texts.map((row) => ({
    text: row,
    wrapped: false,
    runs: row === "" ? [] : [runOf(row)],
  }));
  const lines: ScreenLine[] = texts.map((row, at) => ({ text: row, top: at, bottom: at }));
  return {
    cols,
    rows,
    screen,
    lines,
    cursor: { x: columnOf(before, before.length), y, visible: true },
    alternate: false,
    title: "",
    bracketedPaste: false,
    applicationCursorKeys: false,
    synchronizing: false,
    generation: 1,
    ...parts,
  };
}

function waitOf(parts: Partial<KernelWait>): KernelWait {
  const base = { pid: 2, tid: 2, comm: "tool", timed: false, foreground: true, sleeps: 1 };
  return { ...base, via: "read", ...parts };
}

const line = { canonical: true, echo: true, signals: true };
const raw = { canonical: false, echo: false, signals: true };
const reads = { waits: [waitOf({})], blind: false };
const timedPoll = { waits: [waitOf({ via: "poll", timed: true })], blind: false };

/** Evidence by name, as the commonest programs give it. */
export const evidences = {
  lineRead: { kernel: reads, termios: line, quietMs: 5 },
  rawRead: { kernel: reads, termios: raw, quietMs: 5 },
  hiddenRead: { kernel: reads, termios: { ...line, echo: false }, quietMs: 5 },
  rawPoll: {
    kernel: { waits: [waitOf({ via: "poll" })], blind: false },
    termios: raw,
    quietMs: 50,
  },
  rawTimedPoll: { kernel: timedPoll, termios: raw, quietMs: 200 },
  lineTimedPoll: { kernel: timedPoll, termios: line, quietMs: 200 },
  nobody: { kernel: { waits: [], blind: false }, termios: line, quietMs: 60_000 },
  unseenLine: { kernel: null, termios: line, quietMs: 1000 },
  unseenRaw: { kernel: null, termios: raw, quietMs: 1000 },
  unseenHidden: { kernel: null, termios: { ...line, echo: false }, quietMs: 1000 },
  blind: { kernel: { waits: [], blind: true }, termios: line, quietMs: 1000 },
} satisfies Record<string, WaitEvidence>;
