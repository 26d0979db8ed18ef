/** Turns drafts into numbered, chained, committed entries: what both stores do between "read the head" and "insert". */
import { canonicalJson } from "../../contracts/canonical.ts";
import type { ChainHead } from "../../contracts/chain.ts";
import { AtlasError } from "../../contracts/errors.ts";
import { type AgentId, genesisHash, type PromptId, type SessionId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import type { Moment } from "../../contracts/moment.ts";
import {
  type EntryDraft,
  type EntryKind,
  entry,
  entryContent,
  type StoredEntry,
} from "../../contracts/trace.ts";
import type { Random } from "../random.ts";
import { isUsualContent, isUsualData } from "./quick.ts";
import { rowText } from "./row-check.ts";
import { sha256 } from "./sha256.ts";
import type { Linked } from "./sqlite-rows.ts";

/** SHA-256's input is salted with this much, so that a short reply cannot be guessed from its hash. */
const saltBytes = 16;

export type LinkTo = {
  agentId: AgentId;
  sessionId: SessionId | null;
  at: Moment;
  head: ChainHead;
  random: Random;
};

/** Pure but for the salt. Throws `internal` when a draft is not what its kind allows or is too large. */
export function linkDrafts(drafts: readonly EntryDraft[], to: LinkTo): Linked[] {
  const linked: Linked[] = [];
  let head = to.head;
  for (const draft of drafts) {
    const next = linkOne(draft, head, to);
    linked.push(next);
    head = { seq: next.stored.seq, hash: next.stored.hash };
  }
  return linked;
}

/**
 * A claim and the injection that it is for are written together or not at all, so neither can be forgotten.
 * Throws `internal` when they do not belong together.
 */
export function checkClaim(drafts: readonly EntryDraft[], claim: PromptId | undefined): void {
  if (drafts.length === 0) throw new AtlasError("internal", "nothing to record: no drafts");
  const injected = drafts.flatMap((draft) =>
    draft.kind === "reply.injected" ? [draft.data.prompt_id] : [],
  );
  const expected = claim === undefined ? [] : [claim];
  if (injected.length !== expected.length || injected[0] !== expected[0]) {
    const message = `reply.injected needs a claim of its own prompt, and a claim needs it (claim ${claim ?? "none"}, injected ${injected.join(", ") || "none"})`;
    throw new AtlasError("internal", message);
  }
}

function linkOne(draft: EntryDraft, head: ChainHead, to: LinkTo): Linked {
  const content = draft.content === undefined ? none : committed(draft, to.random);
  const given = wellFormed(draft.data);
  const unhashed = {
    v: 1,
    agent_id: to.agentId,
    seq: head.seq + 1,
    at: to.at,
    session_id: to.sessionId,
    kind: draft.kind,
    content_hash: content.hash,
    prev: head.hash,
  };
  const data = spelled(given, draft.kind);
  const text = rowText({ ...unhashed, data });
  if (!isUsual(unhashed) || !isUsualData(text, text.indexOf(data), draft.kind)) {
    const parsed = entry.safeParse({ ...unhashed, data: given, hash: genesisHash });
    if (!parsed.success) throw notAllowed(draft.kind, parsed.error);
  }
  checkSize(draft.kind, Buffer.byteLength(text) + hashFieldBytes + content.bytes);
  const beside = { content: content.value, salt: content.salt };
  // What the schema, or the pattern that is made of it, has just found to be one.
  const stored = { ...unhashed, data: given, hash: sha256(text), ...beside } as StoredEntry;
  return { stored, data, content: content.text };
}

/** `,"hash":"…"` is of the entry, and the only part of it that is not hashed. */
const hashFieldBytes = 10 + genesisHash.length;

/** An envelope in order, as all are: the schema need not be asked. */
function isUsual({ seq, at, prev }: { seq: number; at: number; prev: string }): boolean {
  return seq >= 1 && Number.isSafeInteger(seq) && isMoment(at) && isHash.test(prev);
}

const isHash = /^[0-9a-f]{64}$/;
const isMoment = (at: number): boolean => Number.isSafeInteger(at) && at >= 0 && at <= 8.64e15;

type Content = {
  value: unknown;
  text: string | null;
  bytes: number;
  salt: string | null;
  hash: string | null;
};

const none: Content = { value: null, text: null, bytes: 0, salt: null, hash: null };

function committed({ kind, content }: EntryDraft, random: Random): Content {
  const value = wellFormed(content);
  const text = spelled(value, kind);
  if (!isUsualContent(text, kind)) checkContent(kind, value);
  const salt = random.bytes(saltBytes);
  const hash = new Bun.CryptoHasher("sha256").update(salt).update(text).digest("hex");
  return { value, text, bytes: Buffer.byteLength(text), salt: salt.toHex(), hash };
}

function spelled(value: unknown, kind: EntryKind): string {
  try {
    return canonicalJson(value);
  } catch (error) {
    throw notAllowed(kind, error);
  }
}

function checkContent(kind: EntryKind, value: unknown): void {
  const schema = Object.hasOwn(entryContent, kind)
    ? entryContent[kind as keyof typeof entryContent] // hasOwn has just shown that it is one of these keys
    : null;
  if (schema === null) {
    throw new AtlasError("internal", `a ${kind} entry has no content, but some was given`);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw notAllowed(kind, parsed.error);
}

/** Of an entry and its content. */
function checkSize(kind: EntryKind, bytes: number): void {
  if (bytes <= limits.entryBytesMax) return;
  const message = `a ${kind} entry of ${bytes} bytes is above the limit of ${limits.entryBytesMax}`;
  throw new AtlasError("internal", message);
}

function notAllowed(kind: EntryKind, cause: unknown): AtlasError {
  return new AtlasError("internal", `a ${kind} entry does not have the fields of its kind`, {
    cause,
  });
}

/**
 * Text cut in the middle of a surrogate pair is not text that RFC 8785 can hash, and refusing to record it would
 * cost a reply; the broken half becomes U+FFFD.
 */
function wellFormed(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, wellFormed(held)]));
}
