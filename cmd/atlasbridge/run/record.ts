/** `--record`: makes a case for the lab from a live session, and writes it when the session has ended. */
import { closeSync, existsSync, mkdirSync, openSync, unlinkSync } from "node:fs";
import { basename, dirname } from "node:path";
import { AtlasError } from "../../../contracts/errors.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { systemRandom } from "../../../runtime/random.ts";
import { writeCase } from "../../../runtime/lab/case-files.ts";
import { proposeCase } from "../../../runtime/lab/proposal.ts";
import { redactedWords } from "../../../runtime/lab/secret-text.ts";
import { Tape } from "../../../runtime/lab/tape.ts";
import type { PtyCommand } from "../../../runtime/pty/pty.ts";
import type { Redactor } from "../../../runtime/trace/redact.ts";
import { visible } from "../visible.ts";

export type Recording = {
  tape: Tape;
  /** Writes the case. Returns what to tell the person. */
  finish(command: PtyCommand): string;
};

/** For others to read: without secrets and without the home folder's name. */
type Published = { redactor: Redactor; home: string };

/** `path` is without extension. Throws `usage` when there is something there already, or nothing can be written. */
export function openRecording(path: string, published: Published | null): Recording {
  const name = path.replace(/\.cast$/, "");
  reserve(name);
  const tape = new Tape(systemClock, systemRandom);
  return {
    tape,
    finish(command) {
      const { argv, env, size } = command;
      const tool = basename(argv[0]);
      const publishing = published === null ? null : { ...published, columns: size.cols };
      const proposed = proposeCase(tape, { tool, command: argv, publishing });
      const words = publishing === null ? argv : redactedWords(argv, publishing);
      const shown = words.join(" ");
      const head = { size, command: shown, term: env["TERM"] ?? "" };
      try {
        writeCase(name, { head, events: proposed.events }, proposed.expected);
      } catch (error) {
        return `the recording could not be written to ${visible(name)}.cast: ${String(error)}`;
      }
      const cut = tape.full ? "; it was cut off: there was too much output" : "";
      const { prompts } = proposed.expected;
      return `recorded ${visible(name)}.cast, with ${prompts.length} prompts proposed in ${visible(name)}.json: check them${cut}`;
    },
  };
}

/** Before the tool is started, so that nothing has to be said about it afterwards. */
function reserve(name: string): void {
  const shown = visible(name);
  if (existsSync(`${name}.json`)) {
    throw new AtlasError("usage", `${shown}.json is there already; record under another name`);
  }
  try {
    mkdirSync(dirname(name), { recursive: true });
    closeSync(openSync(`${name}.cast`, "wx", 0o600));
    // A command that cannot be started leaves nothing behind.
    unlinkSync(`${name}.cast`);
  } catch (error) {
    const isTaken = error instanceof Error && "code" in error && error.code === "EEXIST";
    const message = isTaken
      ? `${shown}.cast is there already; record under another name`
      : `${shown}.cast cannot be written: ${visible(String(error))}; name a path that can`;
    throw new AtlasError("usage", message);
  }
}
