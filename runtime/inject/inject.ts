/** The one pen: the only place in the program that writes to a tool's input, on anyone's behalf. */
import type { Actor } from "../../contracts/trace.ts";
import type { Pty } from "../pty/pty.ts";

/** Who moves the pen: an actor whose reply was recorded first, or the terminal answering the tool's own query. */
export type Writer = Actor | "terminal_reply" | "end_of_input";

/** Called after each stroke, with what was written by whom; for tests and for following the echo. */
export type OnStroke = (writer: Writer, bytes: Uint8Array) => void;

export type Pen = {
  write(writer: Writer, bytes: Uint8Array): void;
};

/**
 * Takes the pen of a terminal. Whoever holds it must have recorded the reply before (`session/` does);
 * keys of the person at the terminal pass through unrecorded, as they would without us.
 */
export function takePen(pty: Pick<Pty, "write">, onStroke: OnStroke): Pen {
  return {
    write(writer, bytes) {
      pty.write(bytes);
      onStroke(writer, bytes);
    },
  };
}
