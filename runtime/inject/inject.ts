/** The one pen: the only place in the program that writes to a tool's input, on anyone's behalf. */
import type { Actor } from "../../contracts/trace.ts";
import { limits } from "../../contracts/limits.ts";
import type { Clock } from "../clock.ts";
import type { Pty } from "../pty/pty.ts";

/**
 * Who moves the pen: an actor whose reply was recorded first (`confirmed`: policy's words, by a person's key), the keychain likewise, or the terminal answering the
 * tool's own query. What the keychain writes is overwritten once it is written.
 */
export type Writer = Actor | "confirmed" | "keychain" | "terminal_reply" | "end_of_input";

/** Called after each stroke, with what was written by whom; for tests and for following the echo. Keep no bytes. */
export type OnStroke = (writer: Writer, bytes: Uint8Array) => void;

export type Pen = {
  /** In order. What follows a reply that is a lone ESC, by whomever, waits until that cannot be read as one key with it. */
  write(writer: Writer, bytes: Uint8Array): void;
};

const escape = 0x1b;

/** Whose strokes are replies of ours; what a person types at the terminal passes through as it comes. */
const repliers: readonly Writer[] = ["policy", "confirmed", "cli", "console", "dashboard"];

/**
 * Takes the pen of a terminal. Whoever holds it must have recorded the reply before (`session/` does);
 * keys of the person at the terminal pass through unrecorded, as they would without us.
 */
export function takePen(pty: Pick<Pty, "write">, clock: Clock, onStroke: OnStroke): Pen {
  let held: { writer: Writer; bytes: Uint8Array }[] | null = null;
  const stroke = (writer: Writer, bytes: Uint8Array): void => {
    pty.write(bytes);
    onStroke(writer, bytes);
    if (writer === "keychain") bytes.fill(0);
    if (!repliers.includes(writer) || bytes.length !== 1 || bytes[0] !== escape) return;
    held = [];
    clock.after(limits.escapeGapMs, release);
  };
  const release = (): void => {
    const waiting = held ?? [];
    held = null;
    for (const { writer, bytes } of waiting) {
      if (held === null) stroke(writer, bytes);
      else hold(writer, bytes);
    }
  };
  const hold = (writer: Writer, bytes: Uint8Array): void => {
    held?.push({ writer, bytes });
  };
  return {
    write(writer, bytes) {
      if (held === null) stroke(writer, bytes);
      else hold(writer, bytes);
    },
  };
}
