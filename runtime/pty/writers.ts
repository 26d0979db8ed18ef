/** Tells who wrote last, of several threads or processes: one who reads and has written nothing has asked nothing. */
import { parseWritten } from "./kernel-text.ts";
import type { Proc } from "./proc-files.ts";

type Sight = {
  /** Bytes that each has ever written. */
  written: ReadonlyMap<string, number>;
  last: LastWriters;
};

/** `first`: as far back as they exist; later it is since they were seen before. */
export type LastWriters = { who: ReadonlySet<string>; first: boolean };

const rememberedMax = 64;

export class Writers {
  private readonly proc: Proc;
  private readonly seen = new Map<string, Sight>();

  constructor(proc: Proc) {
    this.proc = proc;
  }

  /**
   * Who of those in these folders of `/proc` (`PID` or `PID/task/TID`) wrote since any of them had written before.
   * `set`: a name for them all, the same each time. Null where the kernel does not tell.
   */
  lastOf(set: string, folders: readonly string[]): LastWriters | null {
    const before = this.seen.get(set);
    const written = new Map<string, number>();
    for (const folder of folders) {
      const bytes = this.writtenBy(folder);
      if (bytes === "gone") continue;
      if (bytes === null) return null;
      written.set(folder, bytes);
    }
    const who = new Set(
      [...written].flatMap(([folder, bytes]) =>
        bytes > (before?.written.get(folder) ?? 0) ? [folder] : [],
      ),
    );
    const isNew = before === undefined || who.size > 0;
    const last = isNew ? { who, first: before === undefined } : before.last;
    if (this.seen.size >= rememberedMax && before === undefined) this.seen.clear();
    this.seen.set(set, { written, last });
    return last;
  }

  private writtenBy(folder: string): number | "gone" | null {
    const read = this.proc.read(`${folder}/io`);
    if (read.outcome === "read") return parseWritten(read.text);
    // A thread may have ended just now; a kernel that was built without these figures has none of anybody.
    if (read.outcome === "gone" && this.proc.read(`${folder}/stat`).outcome === "gone")
      return "gone";
    return null;
  }
}
