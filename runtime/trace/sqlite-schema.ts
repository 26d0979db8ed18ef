/** Which database this is and which form it has: recognising ours, refusing others', bringing old ones up to date. */
import { constants } from "bun:sqlite";
import { AtlasError } from "../../contracts/errors.ts";
import { TraceBroken } from "./broken.ts";
import { keepCopy } from "./copy.ts";
import { entriesMigration } from "./migrations/001-entries.ts";
import { activityMigration } from "./migrations/002-activity.ts";
import { treeMigration } from "./migrations/003-tree.ts";
import { archivesMigration } from "./migrations/004-archives.ts";
import { cosignaturesMigration } from "./migrations/005-cosignatures.ts";
import { uploadMigration } from "./migrations/007-upload.ts";
import { type Connection, connect, inOneTransaction, type SqlRow } from "./sqlite-connection.ts";
import { plantTree } from "./tree.ts";

/** "AtBr" in ASCII: SQLite's own field for telling one application's files from another's. */
export const applicationId = 0x41744272;

/** Applied in order; the database's `user_version` counts how many it has. Never edit one that was released. */
export const migrations = [
  entriesMigration,
  activityMigration,
  treeMigration,
  archivesMigration,
  cosignaturesMigration,
  uploadMigration,
] as const;

/** From this form on a trace has its tree. */
const treeForm = 3;
/** Since this form nothing is left of what is deleted (`secure_delete`). */
const overwritingForm = 4;

export type Form = "empty" | "ours";

/** Reads only. Throws `trace_corrupt` for another program's database, `trace_newer` for a later version of ours. */
export function recognise(connection: Connection, file: string): Form {
  // In this order: another process may make it a trace between any two of them, and it makes all three at once.
  const isEmpty = !hasTables(connection);
  const version = pragma(connection, "user_version");
  const application = pragma(connection, "application_id");
  if (application === 0 && version === 0 && isEmpty) return "empty";
  if (application !== applicationId) {
    const message = `${file} is another program's database, not a trace; move it away or choose another folder with --home`;
    throw new AtlasError("trace_corrupt", message);
  }
  if (version > migrations.length) {
    const message = `the trace ${file} was written by a newer atlasbridge (form ${version}, this one knows ${migrations.length}); install that version or a later one`;
    throw new AtlasError("trace_newer", message);
  }
  return "ours";
}

/**
 * Brings the database to the latest form in one transaction, after a copy of an older one, then lets `fill` add what a new one must hold.
 * Safe when several processes do it at once: the first one does, the others find it done.
 */
export function migrate(connection: Connection, file: string, fill: () => void): void {
  const known = pragma(connection, "user_version");
  if (known === migrations.length) return;
  if (known > 0 && known < migrations.length) keepCopy(connection, file, known);
  // What the pages of an older one keep of what they held before would outlive its erasing.
  if (known > 0 && known < overwritingForm) vacuum(connection);
  const work = (): void => {
    const form = recognise(connection, file);
    const from = pragma(connection, "user_version");
    for (const migration of migrations.slice(from)) connection.script(migration);
    connection.script(`PRAGMA application_id = ${applicationId}`);
    connection.script(`PRAGMA user_version = ${migrations.length}`);
    if (form === "empty") fill();
    else if (from < treeForm) plantTree(connection);
  };
  inOneTransaction(connection, file, { work });
}

function vacuum(connection: Connection): void {
  try {
    connection.script("VACUUM");
  } catch {
    // Somebody else has it open; erasing by hand does it again.
  }
}

function pragma(connection: Connection, name: "application_id" | "user_version"): number {
  const value = connection.rows(`PRAGMA ${name}`)[0]?.[name];
  return typeof value === "number" ? value : 0;
}

function hasTables(connection: Connection): boolean {
  return connection.rows("SELECT 1 AS one FROM sqlite_schema LIMIT 1").length > 0;
}

/** Part of a sentence about the trace for each table, index, trigger or view that is not as its migrations made it. */
export function schemaFaults(connection: Connection): string[] {
  const made = new Map(
    objectsMade(pragma(connection, "user_version")).map((one) => [one.name, one]),
  );
  const faults: string[] = [];
  for (const { type, name, tbl_name: table, sql } of objectsOf(connection)) {
    const own = made.get(name);
    made.delete(name);
    if (own === undefined) {
      faults.push(`it holds the ${type} "${name}" on "${table}", which atlasbridge did not make`);
    } else if (own.type !== type || own.sql !== sql) {
      faults.push(`its ${own.type} "${name}" was altered`);
    }
  }
  for (const { type, name } of made.values()) faults.push(`its ${type} "${name}" was removed`);
  return faults;
}

type SchemaObject = SqlRow & { type: string; name: string; tbl_name: string; sql: string | null };

function objectsOf(connection: Connection): SchemaObject[] {
  // SQLite's own tables and indexes bear this prefix; a trigger or view of such a name is somebody's trick.
  const own = "type IN ('table', 'index') AND name LIKE 'sqlite\\_%' ESCAPE '\\'";
  const sql = `SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE NOT (${own}) ORDER BY name`;
  return connection.rows<SchemaObject>(sql);
}

/** What the first `version` migrations make, asked of SQLite itself since it decides how that is written down. */
function objectsMade(version: number): SchemaObject[] {
  const flags = constants.SQLITE_OPEN_READWRITE | constants.SQLITE_OPEN_CREATE;
  const scratch = connect(":memory:", flags, 0);
  try {
    for (const migration of migrations.slice(0, version)) scratch.script(migration);
    return objectsOf(scratch);
  } finally {
    scratch.close();
  }
}

/** A trigger could erase or forge what is written next: nothing is written beside one. Throws `trace_corrupt`. */
export function refuseForeign(connection: Connection, file: string): void {
  const [first] = schemaFaults(connection);
  if (first === undefined) return;
  throw new TraceBroken(file, { why: "tampered", found: first });
}
