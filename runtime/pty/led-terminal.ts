/** A pseudo-terminal of Bun's own with a leader in it, before any tool runs there. */
import { AtlasError } from "../../contracts/errors.ts";
import type { LeaderReport } from "./leader.ts";
import { type LeaderChannel, openLeaderChannel } from "./leader-channel.ts";
import type { PtySize } from "./pty.ts";

export type LedTerminalListener = {
  data(bytes: Uint8Array): void;
  /** Nothing more can come: every holder of the terminal has closed it. On some systems never called. */
  outputEnded(): void;
  report(report: LeaderReport): void;
  lost(): void;
};

export type LedTerminal = {
  readonly terminal: Bun.Terminal;
  readonly channel: LeaderChannel;
  /** Whether the tool was executed; null when the leader died before it could say. */
  readonly firstReport: Promise<LeaderReport | null>;
  /** Calls the listener from now on; what came before is given to it first. */
  attach(listener: LedTerminalListener): void;
};

export type LeaderStart = {
  argv: readonly [string, ...string[]];
  /** `PATH` by which the leader looks up the tool; the tool's environment is sent to it later. */
  path: string | undefined;
  size: PtySize;
};

/** Throws `pty_unavailable` when the system has no terminal or process left. */
export async function openLedTerminal(start: LeaderStart): Promise<LedTerminal> {
  const mailbox = new Mailbox();
  const child = spawnLeader(start, mailbox);
  const { terminal } = child;
  const fd = child.stdio[3];
  if (!terminal || typeof fd !== "number") {
    throw new AtlasError("internal", "the leader of a terminal was started without its channel");
  }
  const first = Promise.withResolvers<LeaderReport | null>();
  let answered = false;
  const channel = await openLeaderChannel(fd, {
    report(report) {
      if (answered) mailbox.put((listener) => listener.report(report));
      answered = true;
      first.resolve(report);
    },
    lost() {
      first.resolve(null);
      mailbox.put((listener) => listener.lost());
    },
  });
  return {
    terminal,
    channel,
    firstReport: first.promise,
    attach: (listener) => mailbox.open(listener),
  };
}

function spawnLeader({ argv, path, size }: LeaderStart, mailbox: Mailbox) {
  try {
    return Bun.spawn([...argv], {
      // Neither settings lying in the tool's folder nor its variables are meant for the leader.
      cwd: "/",
      env: path === undefined ? {} : { PATH: path },
      stdio: ["inherit", "inherit", "inherit", "socket-fd"],
      // Made here and not handed over ready-made: only so it becomes the child's controlling terminal.
      terminal: {
        ...size,
        data: (_terminal, bytes) => mailbox.put((listener) => listener.data(bytes)),
        exit: () => mailbox.put((listener) => listener.outputEnded()),
      },
    });
  } catch (cause) {
    throw new AtlasError(
      "pty_unavailable",
      "no pseudo-terminal could be opened; close some terminals or raise the limit of processes",
      { cause },
    );
  }
}

/** Keeps what happens, in order, while nobody listens. */
class Mailbox {
  private readonly kept: ((listener: LedTerminalListener) => void)[] = [];
  private listener: LedTerminalListener | null = null;

  put(event: (listener: LedTerminalListener) => void): void {
    if (this.listener) event(this.listener);
    else this.kept.push(event);
  }

  open(listener: LedTerminalListener): void {
    for (let event = this.kept.shift(); event; event = this.kept.shift()) event(listener);
    this.listener = listener;
  }
}
