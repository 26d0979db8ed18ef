/** Checks of one stored row by itself: the form of its entry, its one spelling, and its content's commitment. */
import { canonicalJson } from "../../contracts/canonical.ts";
import { sha256Hex } from "../../contracts/ids.ts";
import { moment } from "../../contracts/moment.ts";
import { type EntryKind, entry, entryData } from "../../contracts/trace.ts";
import type { TraceFault } from "../../contracts/views.ts";
import { sha256 } from "./sha256.ts";
import type { EntryRow } from "./sqlite-rows.ts";

export type Parsed = { json: true; value: unknown } | { json: false };

export function parseText(text: string): Parsed {
  try {
    return { json: true, value: JSON.parse(text) };
  } catch {
    return { json: false };
  }
}

type HashedColumn =
  | ("v" | "agent_id" | "seq" | "at" | "session_id")
  | ("kind" | "data" | "content_hash" | "prev");

/** The hash of the row as it lies there. */
export function rowHash(row: EntryRow): string {
  return sha256(rowText(row));
}

/**
 * What is hashed of a row: RFC 8785 of its entry, as long as `data` is canonical, which `formFault` checks. The names
 * stand in canonical order.
 */
export function rowText(row: Pick<EntryRow, HashedColumn>): string {
  const text = JSON.stringify;
  return `{"agent_id":${text(row.agent_id)},"at":${row.at},"content_hash":${text(row.content_hash)},"data":${row.data},"kind":${text(row.kind)},"prev":${text(row.prev)},"seq":${row.seq},"session_id":${text(row.session_id)},"v":${row.v}}`;
}

/** What is wrong with the fields of the row, or with how they are spelled. */
export function formFault(row: EntryRow, data: Parsed, ids: KnownIds): TraceFault | null {
  const { seq } = row;
  if (!data.json)
    return { seq, fault: "unreadable", message: `entry ${seq}: its data is not JSON` };
  if (!ids.hasForm(row, data.value)) {
    const message = `entry ${seq} does not have the fields of a ${row.kind} entry: ${misfit(row, data.value)}`;
    return { seq, fault: "schema", message };
  }
  if (isCanonical(data.value, row.data)) return null;
  const message = `entry ${seq}: its data is not canonical JSON (RFC 8785)`;
  return { seq, fault: "unreadable", message };
}

/** The whole schema's word on the row; null when it has none against it. */
function misfit(row: EntryRow, data: unknown): string | null {
  const { content: _content, salt: _salt, ...hashed } = row;
  const result = entry.safeParse({ ...hashed, data });
  if (result.success) return null;
  const issue = result.error.issues[0];
  const path = issue?.path.join(".") ?? "";
  return `${issue?.message ?? "unknown"}${path === "" ? "" : ` at ${path}`}`;
}

/**
 * Applies the entry's schema, with the ids that come in every row looked up instead of matched again: with the
 * schema alone a million entries take four times as long.
 */
export class KnownIds {
  readonly #agents = new Set<string>();
  #session: string | null = null;

  hasForm(row: EntryRow, data: unknown): boolean {
    const familiar =
      this.#agents.has(row.agent_id) &&
      (row.session_id === null || row.session_id === this.#session);
    if (!familiar) {
      if (misfit(row, data) !== null) return false;
      this.#agents.add(row.agent_id);
      this.#session = row.session_id ?? this.#session;
      return true;
    }
    return hasEnvelope(row) && isKind(row.kind) && entryData[row.kind].safeParse(data).success;
  }
}

function isKind(kind: string): kind is EntryKind {
  return Object.hasOwn(entryData, kind);
}

function hasEnvelope(row: EntryRow): boolean {
  const { v, seq, at, prev, hash, content_hash } = row;
  const numbers = v === 1 && seq >= 1 && Number.isSafeInteger(seq) && moment.safeParse(at).success;
  return numbers && isHash(prev) && isHash(hash) && (content_hash === null || isHash(content_hash));
}

function isHash(text: string): boolean {
  return sha256Hex.safeParse(text).success;
}

/** Our own data is spelled canonically: comparing spellings is cheaper than spelling it again. */
function isCanonical(value: unknown, text: string): boolean {
  if (JSON.stringify(value) === text && inOrder(value)) return true;
  try {
    return canonicalJson(value) === text;
  } catch {
    return false;
  }
}

/** Half a character has a spelling in JSON and none in RFC 8785. */
function inOrder(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (value === null || typeof value !== "object") return true;
  if (Array.isArray(value)) return value.every(inOrder);
  let before = "";
  for (const name of Object.keys(value)) {
    if (name < before || !name.isWellFormed()) return false;
    before = name;
  }
  return Object.values(value).every(inOrder);
}

/** content_hash = SHA-256(salt || JCS(content)), or both content and salt erased. */
export function contentFault(row: EntryRow): TraceFault | null {
  const { seq, content, salt, content_hash } = row;
  if (content === null && salt === null) return null;
  const broken = (message: string): TraceFault => ({ seq, fault: "content_mismatch", message });
  if (content_hash === null) return broken(`entry ${seq} has content that it never committed to`);
  if (content === null || salt === null) {
    return broken(`entry ${seq}: of content and salt one was erased without the other`);
  }
  const value = parseText(content);
  if (!value.json) return broken(`entry ${seq}: its content is not JSON`);
  if (commitment(content, salt) === content_hash && isCanonical(value.value, content)) return null;
  return broken(`entry ${seq}: its content was changed after it was written`);
}

const saltForm = /^[0-9a-f]{32}$/;

function commitment(content: string, salt: string): string | null {
  if (!saltForm.test(salt)) return null;
  const hasher = new Bun.CryptoHasher("sha256");
  return hasher.update(Buffer.from(salt, "hex")).update(content).digest("hex");
}
