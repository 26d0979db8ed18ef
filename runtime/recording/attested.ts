/** Compares a session's recording with what the trace says of it. */
import type { SessionId } from "../../contracts/ids.ts";
import type { RecordingView } from "../../contracts/recording.ts";
import type { EntryData } from "../../contracts/trace.ts";
import type { TraceStore } from "../trace/store.ts";
import { recordingOf } from "./files.ts";
import { sumOf } from "./read.ts";

type Reading = Pick<TraceStore, "entries" | "openSessions">;

/** Reads the whole file. Throws `usage` when it cannot be read. */
export function attested(trace: Reading, id: SessionId, folder: string): RecordingView {
  const file = recordingOf(folder, id);
  const named = namedIn(trace, id);
  const { bytes = 0 } = file ?? {};
  const cut = named?.cut ?? null;
  if (file === null) return { state: named === null ? "none" : "removed", bytes, cut };
  if (named === null) {
    const isOpen = trace.openSessions().some(({ sessionId }) => sessionId === id);
    return { state: isOpen ? "open" : "unattested", bytes, cut };
  }
  const sum = sumOf(file.path, `the recording of session ${id}`);
  const isSame = sum.sha256 === named.sha256 && sum.bytes === named.bytes;
  return { state: isSame ? "as_recorded" : "changed", bytes, cut };
}

function namedIn(trace: Reading, id: SessionId): EntryData["recording.closed"] | null {
  for (const entry of trace.entries({ sessionId: id, kinds: ["recording.closed"] })) {
    if (entry.kind === "recording.closed") return entry.data;
  }
  return null;
}
