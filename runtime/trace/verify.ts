/** Checks a whole trace and says precisely what is wrong and from which entry on. */
import { type ChainHead, emptyHead } from "../../contracts/chain.ts";
import { entryData } from "../../contracts/trace.ts";
import type { TraceFault, TraceReport } from "../../contracts/views.ts";
import { TraceBroken } from "./broken.ts";
import { contentFault, formFault, KnownIds, type Parsed, parseText, rowHash } from "./row-check.ts";
import { type AtAGlance, contentOf, type Glimpse, Quick } from "./quick.ts";
import type { ClaimRow, EntryRow } from "./sqlite-rows.ts";
import type { TraceRows } from "./sqlite-reader.ts";
import { explained } from "./sqlite-connection.ts";
import { Story } from "./story.ts";
import { Elsewhere } from "./verify-archives.ts";
import { ErasedContent } from "./verify-content.ts";
import { type Beside, nothingBeside, Signed } from "./verify-signed.ts";
import { Witnessed, type WitnessNotes } from "./verify-witnessed.ts";

/** Faults kept in a report; the rest are only counted. One broken disk page can make thousands. */
export const faultsKeptMax = 20;
const progressRows = 8_192;

export type VerifyOptions = {
  /** Told every few thousand entries how many were checked. */
  onProgress?: (checked: number) => void;
  beside?: Beside;
  witnessed?: WitnessNotes;
  /** Archives that are not there are no fault: what they hold is not asked about. */
  withoutArchives?: boolean;
};

const noWitness: WitnessNotes = { known: [], notes: [] };

/** Throws what reading throws, but for damage: of that it says from where on. */
export function verifyTrace(trace: TraceRows, options: VerifyOptions = {}): TraceReport {
  const { onProgress = () => undefined, beside = nothingBeside } = options;
  const { witnessed: notes = noWitness, withoutArchives = false } = options;
  const faults = new Faults();
  const { damage, ...told } = toldBy(trace, withoutArchives);
  const standing = readable(() => trace.tree(), null);
  const checkpoints = readable(() => trace.checkpoints(), []);
  const signed = new Signed(checkpoints, { agent: trace.agentId, beside, standing });
  const cosignatures = readable(() => trace.cosignatures(), []);
  const witnessed = new Witnessed(cosignatures, notes);
  const found = { faults, signed, story: new Story(), witnessed, ...told };
  const rows = new Rows(trace, found);
  try {
    if (damage !== null) throw damage;
    for (const page of trace.glimpses()) rows.checkAll(page, onProgress);
    checkAround(trace, { ...found, rows });
  } catch (error) {
    // A page is lost, or several: entries are read in runs of many, so one by one up to the first that is gone.
    readable(() => rows.checkEach(), undefined);
    faults.add(unreadable(rows.head.seq, error));
  }
  const previous = readable(() => previousOf(trace), null);
  return report({ ...found, rows }, previous);
}

type Told = Pick<Findings, "elsewhere" | "erasing">;

/** What the trace says of itself: where damage keeps that from being read, it has said nothing. */
function toldBy(trace: TraceRows, withoutArchives: boolean): Told & { damage: Error | null } {
  try {
    const elsewhere = new Elsewhere(trace, withoutArchives);
    return { elsewhere, erasing: new ErasedContent(trace), damage: null };
  } catch (error) {
    const damage = explained(error, "");
    if (!(damage instanceof TraceBroken)) throw error;
    const silent = { rows: () => [], rowAt: () => [], archives: () => [], missing: () => [] };
    return { elsewhere: new Elsewhere(silent, true), erasing: new ErasedContent(silent), damage };
  }
}

/** What lies around the entries. */
function checkAround(trace: TraceRows, found: Findings & { rows: Rows }): void {
  const { faults, story, signed, witnessed, erasing, elsewhere, rows } = found;
  const { head, agentId } = rows;
  if (agentId !== trace.agentId) faults.add(otherAgent(trace.agentId, agentId));
  for (const what of trace.schemaFaults()) faults.add(tamperedFile(what));
  // Claims first, then the head: a session that writes meanwhile never looks like a fault.
  const claims = [...trace.claims()];
  const newest = trace.head().seq;
  faults.addAll(story.finish(claims.filter(sane), { checked: head.seq, newest }));
  faults.addAll(abandoned(trace, story.open, head.seq));
  faults.addAll(signed.finish(head.seq, () => trace.checkpoints()));
  faults.addAll(witnessed.finish(head.seq));
  faults.addAll(erasing.finish());
  faults.addAll(elsewhere.finish());
  if (faults.count === 0) faults.addAll(signed.finishTree());
}

/** The same of damaged pages; what else reading throws is thrown. */
function readable<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (explained(error, "") instanceof TraceBroken) return otherwise;
    throw error;
  }
}

function unreadable(sound: number, error: unknown): TraceFault {
  const cause = explained(error, "");
  if (!(cause instanceof TraceBroken)) throw error;
  const message = `what comes after entry ${sound} cannot be read, or not all of it: ${cause.found}`;
  return { seq: sound + 1, fault: "unreadable", message };
}

type Findings = {
  faults: Faults;
  story: Story;
  signed: Signed;
  elsewhere: Elsewhere;
  erasing: ErasedContent;
  witnessed: Witnessed;
};

type Stood = Pick<EntryRow, "seq" | "session_id" | "hash">;

/** Checks rows one after the other: at a glance where that is enough, thoroughly where it is not. */
class Rows {
  head: ChainHead = emptyHead;
  entries = 0;
  agentId: string | null = null;
  readonly #trace: TraceRows;
  readonly #found: Findings;
  readonly #ids = new KnownIds();
  readonly #quick: Quick;

  constructor(trace: TraceRows, found: Findings) {
    this.#trace = trace;
    this.#found = found;
    this.#quick = new Quick(trace.agentId);
  }

  checkAll(page: readonly Glimpse[], onProgress: (checked: number) => void): void {
    for (const glimpse of page) {
      this.#check(glimpse);
      if (this.entries % progressRows === 0) onProgress(this.entries);
    }
  }

  #check(glimpse: Glimpse): void {
    const { story, signed, faults, elsewhere } = this.#found;
    for (const archive of elsewhere.before(glimpse.seq)) {
      this.head = { seq: archive.toSeq, hash: archive.hash };
      signed.skip(archive);
      story.skip();
    }
    const seen = this.#quick.look(glimpse, this.head);
    if (seen === null) {
      for (const row of this.#trace.rowAt(glimpse.seq)) this.#checkThoroughly(row);
    } else {
      const { seq, kind } = glimpse;
      faults.addAll(story.tell({ seq, kind, session_id: seen.session_id }, seen.prompt));
      faults.addAll(signed.grow(this.#quick.digest));
      this.agentId ??= this.#trace.agentId;
      const row = { seq, session_id: seen.session_id, hash: this.#quick.hash };
      this.#goOn(row, seen.content);
    }
  }

  /** From where it stands up to the first that is not there; throws at the first that cannot be read. */
  checkEach(): void {
    for (;;) {
      const [row] = this.#trace.rowAt(this.head.seq + 1);
      if (row === undefined) return;
      this.#checkThoroughly(row);
    }
  }

  #checkThoroughly(row: EntryRow): void {
    const { story, signed, faults } = this.#found;
    this.agentId ??= row.agent_id;
    const data = parseText(row.data);
    const form = formFault(row, data, this.#ids);
    faults.add(chainFault(this.head, row, this.agentId) ?? form);
    faults.add(contentFault(row));
    if (form === null) faults.addAll(story.tell(row, promptOf(data)));
    faults.addAll(signed.see(row, data.json ? data.value : null));
    const isGone = row.content === null && row.salt === null;
    this.#goOn(row, contentOf(row.content_hash, isGone));
  }

  /** Goes on from what stands there: one changed entry is one fault, not one for each entry after it. */
  #goOn(row: Stood, content: AtAGlance["content"]): void {
    const { signed, faults, elsewhere, erasing, witnessed } = this.#found;
    if (content !== "never had") erasing.see(row, content);
    faults.addAll(witnessed.see(signed, this.agentId ?? ""));
    faults.add(elsewhere.see(row, signed));
    this.head = { seq: row.seq, hash: row.hash };
    this.entries += 1;
  }
}

/** Of the first entry; that it is one is checked elsewhere. */
function previousOf(trace: TraceRows): TraceReport["previous"] {
  const [first] = trace.rows({ kinds: ["trace.opened"] });
  const data = first === undefined ? undefined : parseText(first.data);
  const opened = data?.json === true ? entryData["trace.opened"].safeParse(data.value) : undefined;
  return opened?.data?.previous ?? null;
}

function promptOf(data: Parsed): string | null {
  if (!data.json || data.value === null || typeof data.value !== "object") return null;
  const id = "prompt_id" in data.value ? data.value.prompt_id : null;
  return typeof id === "string" ? id : null;
}

function sane(claim: ClaimRow): boolean {
  return Number.isSafeInteger(claim.seq);
}

class Faults {
  readonly kept: TraceFault[] = [];
  count = 0;
  /** The first entry that is not as it was written. */
  firstSeq: number | null = null;

  addAll(faults: Iterable<TraceFault>): void {
    for (const fault of faults) this.add(fault);
  }

  add(fault: TraceFault | null): void {
    if (fault === null) return;
    this.count += 1;
    if (this.firstSeq === null || fault.seq < this.firstSeq) this.firstSeq = fault.seq;
    if (this.kept.length < faultsKeptMax) this.kept.push(fault);
  }
}

function report(found: Findings & { rows: Rows }, previous: TraceReport["previous"]): TraceReport {
  const { faults, story, signed, rows } = found;
  const { agentId, entries, head } = rows;
  if (entries === 0) {
    faults.add({ seq: 1, fault: "empty", message: "the trace holds no entries" });
  }
  return {
    ok: faults.count === 0,
    agent_id: agentId,
    entries,
    head,
    sessions: story.sessions,
    prompts: story.prompts,
    replies: story.replies,
    content_erased: found.erasing.erased,
    checkpoints: signed.checkpoints,
    signed_to: signed.signedTo,
    key: signed.key,
    keys: signed.keys,
    witnesses: found.witnessed.to,
    archives: found.elsewhere.archives,
    sound_to: faults.firstSeq === null ? head.seq : faults.firstSeq - 1,
    previous,
    faults_count: faults.count,
    faults: faults.kept.toSorted((a, b) => a.seq - b.seq),
  };
}

function otherAgent(named: string, found: string | null): TraceFault {
  const message = `the database says it is of agent ${named}, its entries are of ${found ?? "none"}`;
  return { seq: 1, fault: "agent_mismatch", message };
}

function tamperedFile(what: string): TraceFault {
  return { seq: 1, fault: "schema", message: `the database was tampered with: ${what}` };
}

/**
 * A session that has no end is held by its process: without a holder too, its end was cut off, or nobody will ever
 * write one. `open` are those without an end up to entry `checked`.
 */
function* abandoned(
  trace: TraceRows,
  open: ReadonlyMap<string, number>,
  checked: number,
): Generator<TraceFault> {
  const held = new Set(trace.heldIds());
  const gone = new Map([...open].filter(([id]) => !held.has(id)));
  if (gone.size === 0) return;
  // Asked after the holders: who let go of his session while we were reading has written its end by now.
  for (const row of trace.rows({ afterSeq: checked, kinds: ["session.ended"] })) {
    gone.delete(row.session_id ?? "");
  }
  for (const [id, seq] of gone) {
    const message = `session ${id}, which started in entry ${seq}, has neither an end nor a process that holds it: one of them was removed`;
    yield { seq: checked + 1, fault: "session", message };
  }
}

/** Whether the row follows the one before it. */
function chainFault(head: ChainHead, row: EntryRow, agentId: string): TraceFault | null {
  const { seq } = row;
  if (seq !== head.seq + 1) {
    const missing =
      head.seq + 1 === seq - 1
        ? `entry ${seq - 1} is`
        : `entries ${head.seq + 1} to ${seq - 1} are`;
    const message = seq > head.seq ? `${missing} missing` : `entry ${seq} stands after ${head.seq}`;
    return { seq: Math.min(seq, head.seq + 1), fault: seq > head.seq ? "gap" : "order", message };
  }
  if (row.agent_id !== agentId) {
    return { seq, fault: "agent_mismatch", message: `entry ${seq} belongs to another agent` };
  }
  if (row.prev !== head.hash) {
    const message = `entry ${seq} does not follow entry ${head.seq}: its prev is not that entry's hash`;
    return { seq, fault: "prev_mismatch", message };
  }
  if (rowHash(row) === row.hash) return null;
  const message = `entry ${seq} was changed after it was written: its hash does not match its fields`;
  return { seq, fault: "hash_mismatch", message };
}
