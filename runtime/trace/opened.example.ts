/** Opens a trace with the real clock and randomness, for tests and benches; a test may put itself in between. */
import { systemClock } from "../clock.ts";
import { systemRandom } from "../random.ts";
import { openSqliteStore } from "./sqlite.ts";
import { type Connection, connect } from "./sqlite-connection.ts";
import type { SqliteOptions } from "./sqlite-open.ts";
import type { OwnTrace } from "./own-trace.ts";

type Between = (connection: Connection) => Connection;

export function openAt(
  file: string,
  changed: Partial<SqliteOptions> = {},
  between?: Between,
): OwnTrace {
  return openSqliteStore({
    file,
    clock: systemClock,
    random: systemRandom,
    runtimeVersion: "0.0.0",
    create: true,
    ...(between === undefined
      ? {}
      : { connect: (...args: Parameters<typeof connect>) => between(connect(...args)) }),
    ...changed,
  });
}
