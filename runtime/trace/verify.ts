/** Checks a whole trace and says precisely what is wrong and from which entry on. */
import { canonicalJson } from "../../contracts/canonical.ts";
import { type ChainHead, contentHash, emptyHead } from "../../contracts/chain.ts";
import { type Entry, entry } from "../../contracts/trace.ts";
import type { TraceFault, TraceReport } from "../../contracts/views.ts";
import { sha256 } from "./sha256.ts";
import type { ClaimRow, EntryRow } from "./sqlite-rows.ts";
import type { TraceRows } from "./sqlite-reader.ts";
import { Story } from "./story.ts";

/** Faults kept in a report; the rest are only counted. One broken disk page can make thousands. */
export const faultsKeptMax = 20;
const progressRows = 8_192;

/** `onProgress` is told every few thousand entries how many were checked. Throws what reading throws. */
export function verifyTrace(
  trace: TraceRows,
  onProgress: (checked: number) => void = () => {},
): TraceReport {
  const faults = new Faults();
  const story = new Story();
  let head: ChainHead = emptyHead;
  let agentId: string | null = null;
  let erased = 0;
  let entries = 0;
  for (const row of trace.rows()) {
    agentId ??= row.agent_id;
    const data = parsed(row.data);
    const form = readForm(row, data);
    faults.add(chainFault(head, row, agentId) ?? form.fault);
    faults.add(contentFault(row));
    if (row.content_hash !== null && row.content === null) erased += 1;
    if (form.entry !== null) for (const fault of story.tell(form.entry)) faults.add(fault);
    // Goes on from what stands there: one changed entry is one fault, not one for each entry after it.
    head = { seq: row.seq, hash: row.hash };
    entries += 1;
    if (entries % progressRows === 0) onProgress(entries);
  }
  if (agentId !== trace.agentId) faults.add(otherAgent(trace.agentId, agentId));
  // Claims first, then the head: a session that writes meanwhile never looks like a fault.
  const claims = [...trace.claims()];
  const newest = trace.head().seq;
  for (const fault of story.finish(claims.filter(sane), { checked: head.seq, newest })) {
    faults.add(fault);
  }
  return report({ faults, entries, erased, agentId, head, story });
}

function sane(claim: ClaimRow): boolean {
  return Number.isSafeInteger(claim.seq);
}

class Faults {
  readonly kept: TraceFault[] = [];
  count = 0;
  /** The first entry that is not as it was written. */
  firstSeq: number | null = null;

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
  erased: number;
  agentId: string | null;
  head: ChainHead;
  story: Story;
};

function report({ faults, entries, erased, agentId, head, story }: Found): TraceReport {
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
    content_erased: erased,
    sound_to: faults.firstSeq === null ? head.seq : faults.firstSeq - 1,
    faults_count: faults.count,
    faults: faults.kept.toSorted((a, b) => a.seq - b.seq),
  };
}

function otherAgent(named: string, found: string | null): TraceFault {
  const message = `the database says it is of agent ${named}, its entries are of ${found ?? "none"}`;
  return { seq: 1, fault: "agent_mismatch", message };
}

/**
 * Recomputes the link from the stored text: the same bytes as RFC 8785 of the entry, as long as `data` is canonical,
 * which `readForm` checks. The names below stand in canonical order.
 */
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
  if (sha256(hashedText(row)) === row.hash) return null;
  const message = `entry ${seq} was changed after it was written: its hash does not match its fields`;
  return { seq, fault: "hash_mismatch", message };
}

function hashedText(row: EntryRow): string {
  const text = JSON.stringify;
  return `{"agent_id":${text(row.agent_id)},"at":${row.at},"content_hash":${text(row.content_hash)},"data":${row.data},"kind":${text(row.kind)},"prev":${text(row.prev)},"seq":${row.seq},"session_id":${text(row.session_id)},"v":${row.v}}`;
}

type Parsed = { json: true; value: unknown } | { json: false };

function parsed(text: string): Parsed {
  try {
    return { json: true, value: JSON.parse(text) };
  } catch {
    return { json: false };
  }
}

/** The entry, as far as the row has the form of one; and what is wrong with its form. */
type Form = { entry: Entry | null; fault: TraceFault | null };

function readForm(row: EntryRow, data: Parsed): Form {
  const { seq } = row;
  if (!data.json) {
    const message = `entry ${seq}: its data is not JSON`;
    return { entry: null, fault: { seq, fault: "unreadable", message } };
  }
  const result = entry.safeParse(withData(row, data.value));
  if (!result.success) {
    const issue = result.error.issues[0];
    const path = issue?.path.join(".") ?? "";
    const what = `${issue?.message ?? "unknown"}${path === "" ? "" : ` at ${path}`}`;
    const message = `entry ${seq} does not have the fields of a ${row.kind} entry: ${what}`;
    return { entry: null, fault: { seq, fault: "schema", message } };
  }
  if (isCanonical(data.value, row.data)) return { entry: result.data, fault: null };
  const message = `entry ${seq}: its data is not canonical JSON (RFC 8785)`;
  return { entry: result.data, fault: { seq, fault: "unreadable", message } };
}

function withData(row: EntryRow, data: unknown): Record<string, unknown> {
  const { content: _content, salt: _salt, ...hashed } = row;
  return { ...hashed, data };
}

/** Most data is flat and was written by us: comparing spellings is ten times cheaper than spelling it again. */
function isCanonical(value: unknown, text: string): boolean {
  if (JSON.stringify(value) === text && inOrder(value)) return true;
  try {
    return canonicalJson(value) === text;
  } catch {
    return false;
  }
}

function inOrder(value: unknown): boolean {
  if (value === null || typeof value !== "object") return true;
  if (Array.isArray(value)) return value.every(inOrder);
  let before = "";
  for (const [name, held] of Object.entries(value)) {
    if (name < before || !inOrder(held)) return false;
    before = name;
  }
  return true;
}

function contentFault(row: EntryRow): TraceFault | null {
  const { seq, content, salt } = row;
  if (content === null && salt === null) return null;
  const broken = (message: string): TraceFault => ({ seq, fault: "content_mismatch", message });
  if (row.content_hash === null)
    return broken(`entry ${seq} has content that it never committed to`);
  if (content === null || salt === null) {
    return broken(`entry ${seq}: of content and salt one was erased without the other`);
  }
  const value = parsed(content);
  if (!value.json) return broken(`entry ${seq}: its content is not JSON`);
  if (matches(value.value, salt, row.content_hash)) return null;
  return broken(`entry ${seq}: its content was changed after it was written`);
}

function matches(content: unknown, salt: string, expected: string): boolean {
  try {
    return contentHash(content, Uint8Array.fromHex(salt), sha256) === expected;
  } catch {
    // Not hexadecimal, or text that RFC 8785 cannot spell: neither was written by us.
    return false;
  }
}
