/** What a prompt asked, read again from its session's recording where the trace's content was erased. */
import { type EntryContent, type StoredEntry } from "../../contracts/trace.ts";
import type { SessionId } from "../../contracts/ids.ts";
import { detect } from "../prompt/detect.ts";
import { detectedContent } from "../session/drafts.ts";
import type { TraceStore } from "../trace/store.ts";
import { attested } from "./attested.ts";
import { recordingFile } from "./files.ts";
import { withCast } from "./read.ts";
import { stillsOf } from "./stills.ts";

type Content = EntryContent["prompt.detected"];

/** Sessions run beside each other: so many are remembered at a time. */
const sessionsMax = 16;

export class Recalled {
  readonly #trace: Pick<TraceStore, "entries" | "openSessions">;
  readonly #folder: string;
  readonly #sessions = new Map<SessionId, Map<string, Content>>();
  /** Prompts that were recalled. */
  count = 0;

  constructor(trace: Pick<TraceStore, "entries" | "openSessions">, folder: string) {
    this.#trace = trace;
    this.#folder = folder;
  }

  /** The same entries, with content where it was erased and the recording still shows it. */
  *in(entries: Iterable<StoredEntry>): Generator<StoredEntry> {
    for (const entry of entries) yield this.#recall(entry);
  }

  #recall(entry: StoredEntry): StoredEntry {
    const { session_id: id, content, content_hash: hash } = entry;
    if (entry.kind !== "prompt.detected" || content !== null || hash === null || id === null) {
      return entry;
    }
    const found = this.#of(id).get(entry.data.prompt_id);
    if (found === undefined) return entry;
    this.count += 1;
    return { ...entry, content: found };
  }

  #of(id: SessionId): Map<string, Content> {
    const known = this.#sessions.get(id);
    if (known !== undefined) return known;
    const read = readPrompts(this.#trace, id, this.#folder);
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size >= sessionsMax && oldest !== undefined) this.#sessions.delete(oldest);
    this.#sessions.set(id, read);
    return read;
  }
}

/** Only what the trace vouches for: a file that was changed says nothing. */
function readPrompts(
  trace: Pick<TraceStore, "entries" | "openSessions">,
  id: SessionId,
  folder: string,
): Map<string, Content> {
  const prompts = new Map<string, Content>();
  if (attested(trace, id, folder).state !== "as_recorded") return prompts;
  const name = `the recording of session ${id}`;
  return withCast(recordingFile(folder, id), name, (cast) => {
    for (const { prompt, snapshot, evidence } of stillsOf(cast)) {
      if (prompt === null) continue;
      const detection = detect(snapshot, evidence);
      if (detection.state === "waiting") prompts.set(prompt.id, detectedContent(detection.prompt));
    }
    return prompts;
  });
}
