/** Opens a trace with the real clock and randomness, for tests and benches; a test may put itself in between. */
import { constants } from "bun:sqlite";
import { systemClock } from "../clock.ts";
import { systemRandom } from "../random.ts";
import { openSqliteStore, type SqliteOptions, storeOn } from "./sqlite.ts";
import { type Connection, connect } from "./sqlite-connection.ts";
import type { OwnTrace } from "./own-trace.ts";

type Between = (connection: Connection) => Connection;

export function openAt(
  file: string,
  changed: Partial<SqliteOptions> = {},
  between?: Between,
): OwnTrace {
  const options: SqliteOptions = {
    file,
    clock: systemClock,
    random: systemRandom,
    runtimeVersion: "0.0.0",
    create: true,
    ...changed,
  };
  if (between === undefined) return openSqliteStore(options);
  const flags = constants.SQLITE_OPEN_READWRITE | constants.SQLITE_OPEN_CREATE;
  return storeOn(between(connect(file, flags, options.busyMs ?? 1_000)), options);
}
