/** Writes recordings as asciicast v2 with our markers; pure. `asciicast.ts` reads them. */
import type { CastEvent } from "./asciicast.ts";
import type { PtySize } from "./pty.ts";

export type CastHead = {
  size: PtySize;
  /** The command as a person would type it. */
  command: string;
  /** The tool's `TERM`. */
  term: string;
  /** When it began, in seconds UTC. */
  timestamp?: number;
  title?: string;
};

/** The header, with its line feed. */
export function castHead({ size, command, term, ...more }: CastHead): string {
  const { cols: width, rows: height } = size;
  return `${JSON.stringify({ version: 2, width, height, ...more, command, env: { TERM: term } })}\n`;
}

/** One event, with its line feed. Times are kept to a microsecond: who waits is often known just before a key. */
export function castLine(event: CastEvent): string {
  const [code, data] = codeAndData(event);
  return `${JSON.stringify([castSeconds(event.atMs), code, data])}\n`;
}

export function castSeconds(ms: number): number {
  return Math.round(ms * 1_000) / 1_000_000;
}

export function castText(head: CastHead, events: readonly CastEvent[]): string {
  return castHead(head) + events.map(castLine).join("");
}

function codeAndData(event: CastEvent): [string, string] {
  switch (event.kind) {
    case "output":
      return ["o", event.text];
    case "input":
      return ["i", event.text];
    case "resized":
      return ["r", `${event.size.cols}x${event.size.rows}`];
    case "termios": {
      const { canonical: icanon, echo, signals: isig } = event.termios;
      return marker({ type: "termios", icanon, echo, isig });
    }
    case "kernel": {
      const { waits, blind } = event.kernel;
      const kept = waits.map(({ via, timed, foreground, comm, beside }) => ({
        via,
        timed,
        foreground,
        comm,
        beside,
      }));
      return marker({ type: "kernel", waits: kept, blind });
    }
    case "prompt":
      return marker({ type: "prompt", id: event.id, seq: event.seq });
    case "closed":
      return marker({ type: "closed", id: event.id, seq: event.seq });
    case "cut":
      return marker({ type: "cut", why: event.why });
    case "exit":
      return marker({ type: "exit", ...event.exit });
  }
}

function marker(value: unknown): [string, string] {
  return ["m", JSON.stringify(value)];
}
