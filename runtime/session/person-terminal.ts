/** What a session wants of the person's side, be it the terminal it was started in or those that are attached to it. */
import type { PtySize } from "../pty/pty.ts";

/** What can come from the person's side. */
export type PersonTerminalListener = {
  input(bytes: Uint8Array): void;
  /** Standard input has ended: a pipe ran dry, or there never was one. */
  inputEnded(): void;
  resized(size: PtySize): void;
  /** The reader of our output cannot keep up, or can again. */
  outputFull(): void;
  outputRoom(): void;
  /** Nobody reads our output any more, or the terminal was closed. */
  gone(why: string): void;
  signal(name: NodeJS.Signals): void;
};

export interface PersonTerminal {
  /** A person's own terminal is at both ends: it answers the tool's queries, and its screen belongs to the tool. */
  readonly interactive: boolean;
  /** A line can be shown beside the tool's screen. */
  readonly hasTitle: boolean;
  readonly inputHasEnded: boolean;
  size(): PtySize;
  /** From here on keys and signals go to the listener. */
  open(listener: PersonTerminalListener): void;
  show(bytes: Uint8Array): void;
  /** Shows a line beside the tool's screen; null takes it away. */
  notice(line: string | null): void;
  ring(): void;
  drained(): Promise<void>;
  /** A line for the person: now where that harms nothing, else later. */
  warn(line: string): void;
  /** A line that cannot wait for the session's end. */
  warnNow(line: string): void;
  /** Stops with the tool; resolves when the person has brought it back. */
  suspend(): Promise<void>;
  /** Safe to call twice. */
  close(): void;
}
