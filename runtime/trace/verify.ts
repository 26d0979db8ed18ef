/** Checks a whole trace and says precisely what is wrong and from which entry on. */
import { type ChainHead, emptyHead } from "../../contracts/chain.ts";
import type { TraceFault, TraceReport } from "../../contracts/views.ts";
import { contentFault, formFault, KnownIds, type Parsed, parseText, rowHash } from "./row-check.ts";
import type { ClaimRow, EntryRow } from "./sqlite-rows.ts";
import type { TraceRows } from "./sqlite-reader.ts";
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

/** Throws what reading throws. */
export function verifyTrace(
  trace: TraceRows,
  {
    onProgress = () => undefined,
    beside = nothingBeside,
    witnessed: notes = noWitness,
    withoutArchives = false,
  }: VerifyOptions = {},
): TraceReport {
  const faults = new Faults();
  const elsewhere = new Elsewhere(trace, withoutArchives);
  const erasing = new ErasedContent(trace);
  const witnessed = new Witnessed(trace.cosignatures(), notes);
  const signed = new Signed(trace.checkpoints(), beside);
  const story = new Story();
  const ids = new KnownIds();
  let head: ChainHead = emptyHead;
  let agentId: string | null = null;
  let entries = 0;
  const check = (row: EntryRow, agent: string): void => {
    const data = parseText(row.data);
    const form = formFault(row, data, ids);
    faults.add(chainFault(head, row, agent) ?? form);
    faults.add(contentFault(row));
    if (form === null) faults.addAll(story.tell(row, promptOf(data)));
    faults.addAll(signed.see(row, data.json ? data.value : null));
    faults.addAll(witnessed.see(signed.tree, { isBroken: signed.isBroken, agent }));
    erasing.see(row);
  };
  for (const row of trace.rows()) {
    agentId ??= row.agent_id;
    for (const archive of elsewhere.before(row.seq)) {
      head = { seq: archive.toSeq, hash: archive.hash };
      signed.skip(archive, agentId);
      story.skip();
    }
    check(row, agentId);
    faults.add(elsewhere.see(row, signed.tree));
    // Goes on from what stands there: one changed entry is one fault, not one for each entry after it.
    head = { seq: row.seq, hash: row.hash };
    entries += 1;
    if (entries % progressRows === 0) onProgress(entries);
  }
  if (agentId !== trace.agentId) faults.add(otherAgent(trace.agentId, agentId));
  for (const what of trace.schemaFaults()) faults.add(tamperedFile(what));
  // Claims first, then the head: a session that writes meanwhile never looks like a fault.
  const claims = [...trace.claims()];
  const newest = trace.head().seq;
  faults.addAll(story.finish(claims.filter(sane), { checked: head.seq, newest }));
  faults.addAll(abandoned(trace, story.open, head.seq));
  faults.addAll(signed.finish(head.seq));
  faults.addAll(witnessed.finish(head.seq));
  faults.addAll(erasing.finish());
  faults.addAll(elsewhere.finish());
  const found = { faults, entries, agentId, head, story, signed };
  return report({ ...found, witnessed, erasing, archives: elsewhere.archives });
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

type Found = {
  faults: Faults;
  entries: number;
  agentId: string | null;
  head: ChainHead;
  story: Story;
  signed: Signed;
  witnessed: Witnessed;
  erasing: ErasedContent;
  archives: TraceReport["archives"];
};

function report(found: Found): TraceReport {
  const { faults, entries, agentId, head, story, signed, witnessed, erasing, archives } = found;
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
    content_erased: erasing.erased,
    checkpoints: signed.checkpoints,
    signed_to: signed.signedTo,
    key: signed.key,
    keys: signed.keys,
    witnesses: witnessed.to,
    archives,
    sound_to: faults.firstSeq === null ? head.seq : faults.firstSeq - 1,
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
