/** Opens the file of an archive, and tells of what is wrong with it as the archive's: the trace itself goes on. */
import { TraceBroken } from "./broken.ts";
import { type Connection, explained } from "./sqlite-connection.ts";
import { recognise } from "./sqlite-schema.ts";

/** What `open` opens, if it is one of ours. Throws `trace_corrupt` for what is damaged or empty. */
export function openArchive<O extends { close(): void }>(
  file: string,
  open: () => O,
  connectionOf: (opened: O) => Connection,
): O {
  let opened: O | null = null;
  try {
    opened = open();
    if (recognise(connectionOf(opened), file) === "ours") return opened;
    throw new TraceBroken(file, { why: "damaged", found: "it is empty" });
  } catch (error) {
    opened?.close();
    throw ofArchive(error, file);
  }
}

/** What reading an archive threw, as an error that a person can act on. */
export function ofArchive(error: unknown, file: string): Error {
  const cause = explained(error, file);
  if (!(cause instanceof TraceBroken)) return cause;
  const { why, found } = cause;
  return new TraceBroken(file, { why, found, in: "archive" }, { cause });
}
