/** Tells content that was erased, as the trace itself says, from content that is gone without a word. */
import { sessionId } from "../../contracts/ids.ts";
import type { TraceFault } from "../../contracts/views.ts";
import { parseText } from "./row-check.ts";
import type { EntryRow } from "./sqlite-rows.ts";
import type { TraceRows } from "./sqlite-reader.ts";

type Placed = Pick<EntryRow, "seq" | "session_id">;
type Range = { from: number; to: number };

/** What `content.erased` entries say: of all sessions, or of one. */
class Announced {
  readonly #all: Range[] = [];
  readonly #ofSession = new Map<string, Range[]>();

  constructor(trace: Pick<TraceRows, "rows">) {
    for (const row of trace.rows({ kinds: ["content.erased"] })) this.#learn(row);
    for (const ranges of [this.#all, ...this.#ofSession.values()]) {
      ranges.sort((a, b) => a.from - b.from);
      // So that the range which begins last before an entry is the one that reaches furthest.
      for (const [at, range] of ranges.entries()) {
        const before = ranges[at - 1];
        if (before !== undefined) range.to = Math.max(range.to, before.to);
      }
    }
  }

  has({ seq, session_id: session }: Placed): boolean {
    const own = session === null ? undefined : this.#ofSession.get(session);
    return covers(this.#all, seq) || (own !== undefined && covers(own, seq));
  }

  #learn(row: EntryRow): void {
    const data = parseText(row.data);
    if (!data.json || typeof data.value !== "object" || data.value === null) return;
    const { from_seq, to_seq, of_session } = {
      from_seq: 0,
      to_seq: 0,
      of_session: null,
      ...data.value,
    };
    // Nothing can be erased before it is written.
    const range = { from: Number(from_seq), to: Math.min(Number(to_seq), row.seq - 1) };
    if (!Number.isSafeInteger(range.from) || !Number.isSafeInteger(range.to)) return;
    if (of_session === null) this.#all.push(range);
    else {
      const id = sessionId.safeParse(of_session).data;
      if (id !== undefined) this.#ofSession.set(id, [...(this.#ofSession.get(id) ?? []), range]);
    }
  }
}

/** Of sorted ranges. */
function covers(ranges: readonly Range[], seq: number): boolean {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((ranges[middle]?.from ?? seq) <= seq) low = middle + 1;
    else high = middle;
  }
  const range = ranges[low - 1];
  return range !== undefined && range.to >= seq;
}

export class ErasedContent {
  readonly #trace: Pick<TraceRows, "rows" | "rowAt">;
  readonly #announced: Announced;
  /** Without content, and nothing said of it so far. */
  readonly #missing: Placed[] = [];
  /** With content that was to be erased. */
  readonly #left: number[] = [];
  #erased = 0;

  constructor(trace: Pick<TraceRows, "rows" | "rowAt">) {
    this.#trace = trace;
    this.#announced = new Announced(trace);
  }

  /** Entries whose content was erased, as another entry says. */
  get erased(): number {
    return this.#erased;
  }

  /** Of an entry that has committed to content. */
  see(row: Placed, content: "there" | "gone"): void {
    const isAnnounced = this.#announced.has(row);
    const isGone = content === "gone";
    if (isGone && isAnnounced) this.#erased += 1;
    else if (isGone) this.#missing.push({ seq: row.seq, session_id: row.session_id });
    else if (isAnnounced) this.#left.push(row.seq);
  }

  /** After the last entry: what was erased while we were reading is not held against the trace. */
  *finish(): Generator<TraceFault> {
    const announced = this.#missing.length === 0 ? this.#announced : new Announced(this.#trace);
    for (const row of this.#missing) {
      if (announced.has(row)) this.#erased += 1;
      else yield missing(row.seq);
    }
    for (const seq of this.#left) {
      const [now] = this.#trace.rowAt(seq);
      if (now !== undefined && now.content !== null) yield left(seq);
      else this.#erased += 1;
    }
  }
}

function missing(seq: number): TraceFault {
  const message = `entry ${seq}: its content is missing, and no entry says that it was erased`;
  return { seq, fault: "content_missing", message };
}

function left(seq: number): TraceFault {
  const message = `entry ${seq}: its content is here, and another entry says that it was erased; erase it again: atlasbridge trace erase --seq ${seq}`;
  return { seq, fault: "content_left", message };
}
