/** The recordings of this machine's sessions: what their files are called, which there are, and which have had their time. */
import { readdirSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { type SessionId, sessionId } from "../../contracts/ids.ts";
import type { Moment } from "../../contracts/moment.ts";

const ending = ".cast.zst";
const dayMs = 86_400_000;

export type RecordingFile = { sessionId: SessionId; path: string; bytes: number };

export function recordingFile(folder: string, id: SessionId): string {
  return join(folder, `${id}${ending}`);
}

/** The session's recording, if there is one. */
export function recordingOf(folder: string, id: SessionId): RecordingFile | null {
  const path = recordingFile(folder, id);
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true ? { sessionId: id, path, bytes: found.size } : null;
}

export type PruneOptions = {
  keepDays: number;
  now: Moment;
  /** Whose recording is still being written. */
  isOpen: (id: SessionId) => boolean;
};

/**
 * Removes recordings that nothing was added to for so many days. Returns those that it removed; one that
 * cannot be removed stays for the next time.
 */
export function pruneRecordings(
  folder: string,
  { keepDays, now, isOpen }: PruneOptions,
): RecordingFile[] {
  const before = now - keepDays * dayMs;
  return recordingIds(folder).flatMap((id) => {
    // An id tells when its session began: most files need not be looked at.
    if (beganAt(id) >= before || isOpen(id)) return [];
    const path = recordingFile(folder, id);
    try {
      const { size, mtimeMs } = statSync(path);
      if (mtimeMs >= before) return [];
      unlinkSync(path);
      return [{ sessionId: id, path, bytes: size }];
    } catch {
      return [];
    }
  });
}

function recordingIds(folder: string): SessionId[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    if (!name.endsWith(ending)) return [];
    const id = sessionId.safeParse(name.slice(0, -ending.length));
    return id.success ? [id.data] : [];
  });
}

/** RFC 9562 §5.7: the first 48 bits of a UUIDv7 are milliseconds UTC. */
function beganAt(id: SessionId): Moment {
  return Number.parseInt(id.replace("-", "").slice(0, 12), 16);
}
