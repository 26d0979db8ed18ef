/** `--events`: each trace entry as one JSON line at the moment it is recorded, for tests and other programs. */
import { closeSync, fstatSync, openSync, writeSync } from "node:fs";
import { AtlasError } from "../../../contracts/errors.ts";
import type { StoredEntry } from "../../../contracts/trace.ts";

export type EventSink = {
  /** Writes the line before it returns. A failure is told once through `onTrouble` and ends the stream: the trace stands. */
  write(entry: StoredEntry): void;
  close(): void;
};

export const noEvents: EventSink = { write: () => undefined, close: () => undefined };

/** `target` is a file, appended to and made for its owner only, or `fd:N`, an open descriptor. */
export function openEvents(target: string, onTrouble: (line: string) => void): EventSink {
  const fd = openTarget(target);
  let open = true;
  return {
    write(entry) {
      if (!open) return;
      try {
        writeAll(fd, `${JSON.stringify(entry)}\n`);
      } catch (error) {
        open = false;
        onTrouble(`no more events to ${target}: ${reason(error)}; the trace itself goes on`);
      }
    },
    close() {
      if (!target.startsWith("fd:")) closeSync(fd);
      open = false;
    },
  };
}

function openTarget(target: string): number {
  const descriptor = /^fd:(\d+)$/.exec(target);
  try {
    if (descriptor?.[1] === undefined) return openSync(target, "a", 0o600);
    const fd = Number(descriptor[1]);
    fstatSync(fd);
    return fd;
  } catch (error) {
    throw new AtlasError(
      "events_unwritable",
      `cannot write events to ${target}: ${reason(error)}; give a writable file or an open fd:N`,
      { cause: error },
    );
  }
}

function writeAll(fd: number, text: string): void {
  const bytes = new TextEncoder().encode(text);
  let done = 0;
  while (done < bytes.length) done += writeSync(fd, bytes, done);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
