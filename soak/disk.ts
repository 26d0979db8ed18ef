/** What lies between the trace and its file in a simulated world: a disk that is full or busy, and writes amid which one dies. */
import { type Connection, connect } from "../runtime/trace/sqlite-connection.ts";

/** Thrown on the stack of a process that has just been killed: nothing of it is to go on. */
export class Killed extends Error {
  constructor() {
    super("the process was killed");
    this.name = "Killed";
  }
}

/** As SQLite throws it. */
class SqliteFault extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export class Disk {
  isFull = false;
  isBusy = false;
  /** What becomes of the next write of a session: it is lost with its process, or kept although nobody hears of it. */
  fatal: "lost" | "kept" | null = null;
}

export type Writer = {
  disk: Disk;
  isAlive: () => boolean;
  /** The process is no more, from this moment on. */
  die: () => void;
  /** Whether a fatal write may strike it. */
  isSession: boolean;
  opened: (connection: Connection) => void;
  /** Something is durable that was not. */
  committed: () => void;
};

/** Opens files as the runtime does, for one process. */
export function connectFor(writer: Writer): typeof connect {
  return (file, flags, busyMs) => {
    if (!writer.isAlive()) throw new Killed();
    const connection = connect(file, flags, busyMs);
    writer.opened(connection);
    return through(connection, writer);
  };
}

function through(inner: Connection, writer: Writer): Connection {
  const { disk } = writer;
  const living = <T>(act: () => T): T => {
    if (!writer.isAlive()) throw new Killed();
    return act();
  };
  return {
    begin: () =>
      living(() => {
        if (disk.isBusy) throw new SqliteFault("SQLITE_BUSY", "database is locked");
        inner.begin();
      }),
    commit: () =>
      living(() => {
        if (disk.isFull) throw new SqliteFault("SQLITE_FULL", "database or disk is full");
        const { fatal } = disk;
        if (fatal === null || !writer.isSession) {
          inner.commit();
          writer.committed();
          return;
        }
        disk.fatal = null;
        if (fatal === "kept") {
          inner.commit();
          writer.committed();
        }
        writer.die();
        throw new Killed();
      }),
    rollback: () => living(() => inner.rollback()),
    get inTransaction() {
      return writer.isAlive() && inner.inTransaction;
    },
    get moved() {
      return inner.moved;
    },
    run: (sql, ...values) => living(() => inner.run(sql, ...values)),
    rows: (sql, ...values) => living(() => inner.rows(sql, ...values)),
    script: (sql) => living(() => inner.script(sql)),
    waitAtMost: (ms) => inner.waitAtMost(ms),
    close: () => inner.close(),
  };
}
