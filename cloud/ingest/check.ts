/** What a batch must be on its own, whatever is known of its agent: whole, consecutive, and each entry what its MAC says. */
import { canonicalJson } from "../../contracts/canonical.ts";
import { contentHash } from "../../contracts/chain.ts";
import { fromBase64 } from "../../contracts/note.ts";
import { entryMacText, isSameSecret } from "../../contracts/signature.ts";
import type { UploadBatch, UploadEntry } from "../../contracts/upload.ts";
import { hmacOfText, sha256Hex } from "../crypto.ts";
import { type Refusal, refuse } from "./refusal.ts";

/** An entry that holds, with its data and content in the one spelling that is stored. */
export type CheckedEntry = UploadEntry & Texts;

type Texts = {
  dataText: string;
  contentText: string | null;
  shownText: string | null;
  /** 64 hex digits. */
  macHex: string;
};

export type Checked = { ok: true; entries: CheckedEntry[] } | Refusal;

const encoder = new TextEncoder();

/** `secret` as it is written: its characters are the key. */
export function checkEntries({ agent, entries }: UploadBatch, secret: string): Checked {
  const key = encoder.encode(secret);
  const checked: CheckedEntry[] = [];
  let before: UploadEntry | undefined;
  for (const entry of entries) {
    const misplaced = placeFault(entry, before, agent.id);
    if (misplaced !== null) return misplaced;
    const macHex = macOf(entry, key);
    if (macHex === null) {
      return refuse("invalid-signature", `the MAC of entry ${entry.seq} is not of this key`);
    }
    const fault = contentFault(entry);
    if (fault !== null) return fault;
    const texts = textsOf(entry, macHex);
    if (texts === null) return malformed(entry, "was changed after it was written");
    before = entry;
    // The batch is ours: nothing else looks at it.
    checked.push(Object.assign(entry, texts));
  }
  return { ok: true, entries: checked };
}

function malformed({ seq }: UploadEntry, what: string): Refusal {
  return refuse("malformed-payload", `entry ${seq} ${what}`);
}

function placeFault(
  entry: UploadEntry,
  before: UploadEntry | undefined,
  agent: string,
): Refusal | null {
  if (entry.agent_id !== agent) return malformed(entry, "is another agent's");
  if (before === undefined) return null;
  if (entry.seq !== before.seq + 1) return malformed(entry, `does not come after ${before.seq}`);
  return entry.prev === before.hash ? null : malformed(entry, "does not follow the one before it");
}

/** In hex; null when it is not of this key. */
function macOf(entry: UploadEntry, key: Uint8Array): string | null {
  const mac = fromBase64(entry.mac);
  const own = hmacOfText(key, entryMacText(entry.agent_id, entry));
  return mac !== null && isSameSecret(mac, own) ? own.toHex() : null;
}

function contentFault(entry: UploadEntry): Refusal | null {
  const { content, salt, content_hash, shown } = entry;
  if (shown !== undefined && (content !== undefined || content_hash === null)) {
    return malformed(entry, "shows something in place of content that is there, or never was");
  }
  if (content === undefined && salt === undefined) return null;
  if (content === undefined || salt === undefined || content_hash === null) {
    return malformed(entry, "has content, salt and content_hash only in part");
  }
  try {
    const own = contentHash(content, Uint8Array.fromHex(salt), sha256Hex);
    return own === content_hash ? null : malformed(entry, "has other content than it commits to");
  } catch {
    return malformed(entry, "has content that is not JSON");
  }
}

/** Null when the hash is not that of the fields. */
function textsOf(entry: UploadEntry, macHex: string): Texts | null {
  try {
    const dataText = canonicalJson(entry.data);
    if (sha256Hex(canonicalEntry(entry, dataText)) !== entry.hash) return null;
    const [contentText, shownText] = [textOf(entry.content), textOf(entry.shown)];
    return { dataText, contentText, shownText, macHex };
  } catch {
    // Text that is not well-formed Unicode has no canonical form.
    return null;
  }
}

const textOf = (value: unknown): string | null =>
  value === undefined ? null : canonicalJson(value);

/** Of an entry, all that is hashed but its data. */
export type Hashed = {
  v: 1;
  agent_id: string;
  seq: number;
  at: number;
  session_id: string | null;
  kind: string;
  content_hash: string | null;
  prev: string;
};

/**
 * What an entry's hash is over (RFC 8785): its fields in the order of their names. Put together here since its data
 * is needed alone as well, and nothing else of it has two spellings: names, ids and hashes hold no character that JSON
 * escapes, and its numbers are integers.
 */
export function canonicalEntry(entry: Hashed, dataText: string): string {
  const { agent_id, at, content_hash, kind, prev, seq, session_id, v } = entry;
  const text = (value: string | null): string => (value === null ? "null" : `"${value}"`);
  const head = `{"agent_id":"${agent_id}","at":${at},"content_hash":${text(content_hash)}`;
  const tail = `"kind":"${kind}","prev":"${prev}","seq":${seq},"session_id":${text(session_id)},"v":${v}}`;
  return `${head},"data":${dataText},${tail}`;
}
