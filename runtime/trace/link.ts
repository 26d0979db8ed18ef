/** Turns drafts into numbered, chained, committed entries: what both stores do between "read the head" and "insert". */
import { canonicalJson } from "../../contracts/canonical.ts";
import { type ChainHead, contentHash, entryHash } from "../../contracts/chain.ts";
import { AtlasError } from "../../contracts/errors.ts";
import { type AgentId, genesisHash, type PromptId, type SessionId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import type { Moment } from "../../contracts/moment.ts";
import {
  type Entry,
  type EntryDraft,
  type EntryKind,
  entry,
  entryContent,
  type StoredEntry,
} from "../../contracts/trace.ts";
import type { Random } from "../random.ts";
import { sha256 } from "./sha256.ts";

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
export function linkDrafts(drafts: readonly EntryDraft[], to: LinkTo): StoredEntry[] {
  const linked: StoredEntry[] = [];
  let head = to.head;
  for (const draft of drafts) {
    const next = linkOne(draft, head, to);
    linked.push(next);
    head = { seq: next.seq, hash: next.hash };
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

function linkOne(draft: EntryDraft, head: ChainHead, to: LinkTo): StoredEntry {
  const content = checkedContent(draft);
  const salt = content === null ? null : to.random.bytes(saltBytes);
  const unlinked = {
    v: 1,
    agent_id: to.agentId,
    seq: head.seq + 1,
    at: to.at,
    session_id: to.sessionId,
    kind: draft.kind,
    data: wellFormed(draft.data),
    content_hash: salt === null ? null : contentHash(content, salt, sha256),
    prev: head.hash,
    hash: genesisHash,
  };
  const parsed = entry.safeParse(unlinked);
  if (!parsed.success) throw notAllowed(draft.kind, parsed.error);
  const { hash: _placeholder, ...unhashed } = parsed.data;
  const linked: Entry = { ...unhashed, hash: entryHash(unhashed, sha256) };
  checkSize(linked, content);
  return { ...linked, content, salt: salt === null ? null : Buffer.from(salt).toString("hex") };
}

function checkedContent(draft: EntryDraft): unknown {
  if (draft.content === undefined) return null;
  const schema = Object.hasOwn(entryContent, draft.kind)
    ? entryContent[draft.kind as keyof typeof entryContent] // hasOwn has just shown that it is one of these keys
    : null;
  if (schema === null) {
    throw new AtlasError("internal", `a ${draft.kind} entry has no content, but some was given`);
  }
  const parsed = schema.safeParse(wellFormed(draft.content));
  if (!parsed.success) throw notAllowed(draft.kind, parsed.error);
  return parsed.data;
}

function checkSize(linked: Entry, content: unknown): void {
  const text = canonicalJson(linked) + (content === null ? "" : canonicalJson(content));
  const bytes = Buffer.byteLength(text);
  if (bytes <= limits.entryBytesMax) return;
  const message = `a ${linked.kind} entry of ${bytes} bytes is above the limit of ${limits.entryBytesMax}`;
  throw new AtlasError("internal", message);
}

function notAllowed(kind: EntryKind, cause: Error): AtlasError {
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
