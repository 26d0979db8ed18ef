/** Lets terminals attach to a running session: to see it, and where it has no terminal of its own, to write. */
import type { SessionId } from "../../../contracts/ids.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { HostedTerminal } from "../../../runtime/operator/hosted-terminal.ts";
import { Seats } from "../../../runtime/operator/seats.ts";
import { socketPath } from "../../../runtime/operator/socket-file.ts";
import type { PtyListener, PtySize } from "../../../runtime/pty/pty.ts";
import type { Screen } from "../../../runtime/screen/screen.ts";
import type { SessionParts } from "../../../runtime/session/parts.ts";
import type { PersonTerminal } from "../../../runtime/session/person-terminal.ts";

export type Seated = {
  parts: SessionParts;
  seats: Seats;
  /** Of the session's terminal, now. */
  size: () => PtySize;
  /** Of the tool, while it runs. */
  toolPid: () => number | null;
  /** From when the tool runs. */
  listen: (folder: string) => void;
};

type Options = {
  id: SessionId;
  tool: string;
  label: string | null;
  size: PtySize;
  terminal: PersonTerminal;
};

/** The same parts, whose screen tells the attached terminals what it takes: what they get fits what they were shown. */
export function seated(parts: SessionParts, { id, tool, label, size, terminal }: Options): Seated {
  let screen: Screen | null = null;
  let now = size;
  let pid: number | null = null;
  const hosted = terminal instanceof HostedTerminal ? terminal : null;
  const seats = new Seats({
    clock: systemClock,
    welcome: { version: 1, session_id: id, tool, label },
    size: () => now,
    owner: hosted === null ? "its own terminal" : null,
    restore: (scrollback) => screen?.restore(scrollback) ?? null,
    keys: (bytes) => hosted?.keys(bytes),
    resized: (to) => hosted?.resize(to),
  });
  hosted?.join(seats);
  const told = (to: Screen): Screen => ({
    ...to,
    feed(bytes) {
      to.feed(bytes);
      if (seats.count > 0) seats.output(bytes);
    },
    skip(bytes) {
      const skipped = to.skip(bytes);
      if (skipped > 0 && seats.count > 0) seats.output(bytes.subarray(0, skipped));
      return skipped;
    },
    resize(next) {
      to.resize(next);
      now = next;
      seats.sized();
    },
  });
  return {
    parts: {
      ...parts,
      openScreen: (options) => {
        screen = told(parts.openScreen(options));
        return screen;
      },
      startPty: async (command, listener) => {
        const exit: PtyListener["exit"] = (how) => {
          pid = null;
          listener.exit(how);
        };
        const pty = await parts.startPty(command, { ...listener, exit });
        pid = pty.pid;
        return pty;
      },
    },
    seats,
    size: () => now,
    toolPid: () => pid,
    listen(folder) {
      const path = socketPath(folder, id, "tty");
      if (path !== null) seats.listen(path, folder);
    },
  };
}
