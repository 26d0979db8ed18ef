/** The person's side of a session that runs in the background: whatever terminal is attached to it, or none. */
import type { PtySize } from "../pty/pty.ts";
import type { PersonTerminal, PersonTerminalListener } from "../session/person-terminal.ts";
import type { Seats } from "./seats.ts";

export type HostedTerminalOptions = {
  size: PtySize;
  /** A line for who looks later: nobody may be there now. */
  log: (line: string) => void;
};

type Attached = Pick<Seats, "notice" | "ring">;

export class HostedTerminal implements PersonTerminal {
  readonly interactive = false;
  readonly hasTitle = true;
  readonly inputHasEnded = false;
  readonly #log: (line: string) => void;
  #size: PtySize;
  #listener: PersonTerminalListener | null = null;
  #seats: Attached | null = null;

  constructor({ size, log }: HostedTerminalOptions) {
    this.#size = size;
    this.#log = log;
  }

  /** Those who are attached, from here on. */
  join(seats: Attached): void {
    this.#seats = seats;
  }

  size(): PtySize {
    return this.#size;
  }

  open(listener: PersonTerminalListener): void {
    this.#listener = listener;
    for (const name of forwarded) process.on(name, this.#onSignal);
    // The terminal that it was started in may go.
    process.on("SIGHUP", ignore);
  }

  /** Keys of whoever writes. */
  keys(bytes: Uint8Array): void {
    this.#listener?.input(bytes);
  }

  resize(size: PtySize): void {
    this.#size = size;
    this.#listener?.resized(size);
  }

  /** Attached terminals get what the session's screen takes. */
  show(): void {}

  notice(line: string | null): void {
    this.#seats?.notice({ line });
  }

  ring(): void {
    this.#seats?.ring();
  }

  drained(): Promise<void> {
    return Promise.resolve();
  }

  warn(line: string): void {
    this.#log(line);
  }

  warnNow(line: string): void {
    this.#log(line);
    this.#seats?.notice({ mention: `AtlasBridge: ${line}` });
  }

  /** There is no shell that would bring it back. */
  suspend(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    for (const name of forwarded) process.off(name, this.#onSignal);
    this.#listener = null;
  }

  readonly #onSignal = (name: NodeJS.Signals): void => this.#listener?.signal(name);
}

const forwarded = ["SIGINT", "SIGTERM", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;
const ignore = (): void => undefined;
