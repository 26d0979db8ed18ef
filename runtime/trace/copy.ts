/** The copy of a trace in its older form that is kept beside it while it is brought to the newest. */
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { AtlasError } from "../../contracts/errors.ts";
import type { Connection } from "./sqlite-connection.ts";

/** Durable on return, the owner's alone. Throws `trace_unwritable`: without a copy nothing is altered. */
export function keepCopy(connection: Connection, file: string, form: number): void {
  const copy = `${file}.form-${form}`;
  // Made by another process a moment ago, or before one that was cut off.
  if (existsSync(copy)) return;
  const fresh = `${copy}.${process.pid}.new`;
  try {
    rmSync(fresh, { force: true });
    // Private from its first byte: SQLite takes an empty file as it is.
    closeSync(openSync(fresh, "wx", 0o600));
    connection.run("VACUUM INTO ?", fresh);
    chmodSync(fresh, 0o600);
    const descriptor = openSync(fresh, "r+");
    fsyncSync(descriptor);
    closeSync(descriptor);
    renameSync(fresh, copy);
  } catch (cause) {
    rmSync(fresh, { force: true });
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `the trace ${file} is of an older version and was left as it is: no copy of it could be made (${reason}); make room in its folder, then try again`;
    throw new AtlasError("trace_unwritable", message, { cause });
  }
}

/** What is erased from the trace must not live on in a copy of it. */
export function dropCopies(connection: Connection): void {
  const file = connection.rows<{ file: string }>("PRAGMA database_list")[0]?.file ?? "";
  if (file === "") return;
  const start = `${basename(file)}.form-`;
  for (const name of readdirSync(dirname(file))) {
    if (name.startsWith(start)) rmSync(join(dirname(file), name), { force: true });
  }
}
