/** Writes what is left of a trace anew, so that the disk has the space back and no page holds what was there before. */
import { AtlasError } from "../../contracts/errors.ts";
import { limits } from "../../contracts/limits.ts";
import type { OwnTrace } from "./own-trace.ts";
import type { Connection } from "./sqlite-connection.ts";

/**
 * False where it was not done, or not to the end: others were at it, or would have been kept waiting for long. Nothing
 * is lost by that, and it may repeat.
 */
export function packTrace(trace: OwnTrace, when: "anyway" | "where there is space"): boolean {
  const { pages, free, size, isInUse } = trace.upkeep(({ connection }) => ({
    pages: pragma(connection, "page_count"),
    free: pragma(connection, "freelist_count"),
    size: pragma(connection, "page_size"),
    isInUse: connection.rows("SELECT 1 AS one FROM holders LIMIT 1").length > 0,
  }));
  if (free === 0 && when !== "anyway") return trace.emptyLog();
  if (isInUse && (pages - free) * size > limits.packWhileUsedBytes) {
    trace.emptyLog();
    return false;
  }
  try {
    trace.outside("VACUUM");
  } catch (error) {
    // Somebody else writes just now.
    if (error instanceof AtlasError && error.code === "trace_locked") return false;
    throw error;
  }
  return trace.emptyLog();
}

function pragma(
  connection: Connection,
  name: "page_count" | "freelist_count" | "page_size",
): number {
  const value = connection.rows(`PRAGMA ${name}`)[0]?.[name];
  return typeof value === "number" ? value : 0;
}
