/** Keeps what a session's terminal shows in the state folder, as the settings and `--no-recording` will have it. */
import type { Config } from "../../../contracts/config.ts";
import type { SessionId } from "../../../contracts/ids.ts";
import { systemClock } from "../../../runtime/clock.ts";
import type { PtyCommand } from "../../../runtime/pty/pty.ts";
import { systemRandom } from "../../../runtime/random.ts";
import { Film } from "../../../runtime/recording/film.ts";
import { pruneRecordings, recordingFile } from "../../../runtime/recording/files.ts";
import type { SessionOptions, SessionParts } from "../../../runtime/session/parts.ts";
import { type Tapped, tapped } from "../../../runtime/session/tap.ts";
import type { TraceStore } from "../../../runtime/trace/store.ts";
import type { Cli } from "../cli.ts";
import type { Redactor } from "../../../runtime/trace/redact.ts";
import { visible } from "../visible.ts";

export type Filmed = Pick<Tapped, "parts" | "sight"> & {
  onEntry: SessionOptions["onEntry"];
  lastDrafts: NonNullable<SessionOptions["lastDrafts"]>;
  /** The session did not start. */
  discard(): void;
};

export type FilmedOptions = {
  cli: Cli;
  id: SessionId;
  command: PtyCommand;
  /** Null: nothing is kept. */
  settings: Config["recording"] | null;
  redactor: Redactor;
  /** Covered wherever they are shown. */
  secrets: readonly string[];
  warn: (line: string) => void;
};

/** The same parts, watched; what is recorded goes on as it did. */
export function filmed(parts: SessionParts, options: FilmedOptions): Filmed {
  const { cli, id, command, settings, redactor, secrets, warn } = options;
  if (settings === null) {
    const none = { onEntry: () => undefined, lastDrafts: () => [], discard: () => undefined };
    return { ...tapped(parts), ...none };
  }
  let watched: Tapped | null = null;
  const film = new Film({
    file: recordingFile(cli.paths.recordingsFolder, id),
    // As in the trace, what the command line holds of secrets is not kept.
    head: () => ({
      size: command.size,
      command: redactor.redact(command.argv.join(" ")),
      term: command.env["TERM"] ?? "",
    }),
    settings,
    secrets,
    clock: systemClock,
    random: systemRandom,
    termios: () => watched?.termios() ?? null,
    onTrouble: (line) => warn(visible(line)),
  });
  watched = tapped(parts, film);
  return {
    ...watched,
    onEntry: (entry) => film.entry(entry),
    lastDrafts: (exit) => {
      const data = film.close(exit);
      return data === null ? [] : [{ kind: "recording.closed", data }];
    },
    discard: () => film.discard(),
  };
}

/** Removes recordings that have had their time: at a session's end, when nothing waits for it. */
export function pruneOld(
  cli: Cli,
  { keep_days: keepDays }: Config["recording"],
  store: TraceStore,
) {
  let open: Set<SessionId> | null = null;
  pruneRecordings(cli.paths.recordingsFolder, {
    keepDays,
    now: systemClock.now(),
    isOpen: (id) => {
      open ??= new Set(store.openSessions().map(({ sessionId }) => sessionId));
      return open.has(id);
    },
  });
}
