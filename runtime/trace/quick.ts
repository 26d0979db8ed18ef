/** The check of one row at a glance: says yes only where the thorough one (`row-check.ts`) would find nothing. */
import type { ChainHead } from "../../contracts/chain.ts";
import { agentId, sessionId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import { type EntryKind, entryContent, entryData } from "../../contracts/trace.ts";
import { contentColumns } from "./erased.ts";
import { patternOf } from "./pattern.ts";
import { sha256Into } from "./sha256.ts";
import type { SqlRow } from "./sqlite-connection.ts";

/** A row, with the text whose hash its entry bears: null where the row's own fields are not in order. */
export type Glimpse = SqlRow & {
  seq: number;
  kind: string;
  session_id: string | null;
  hash: string;
  content: string | null;
  salt: string | null;
  text: string | null;
};

/**
 * The columns of a glimpse; the parameter is the agent's id. What is a number is checked here, where it costs nothing.
 * The rest stands in the text as it is: whoever reads it knows how long each part has to be.
 */
export const glimpseColumns = `seq, kind, session_id, hash, ${contentColumns},
  iif(v = 1 AND agent_id = ? AND at BETWEEN 0 AND 8640000000000000 AND seq BETWEEN 1 AND 9007199254740991,
    concat('{"agent_id":"', agent_id, '","at":', at,
      ',"content_hash":', iif(content_hash IS NULL, 'null', concat('"', content_hash, '"')),
      ',"data":', data, ',"kind":"', kind, '","prev":"', prev, '","seq":', seq,
      ',"session_id":', iif(session_id IS NULL, 'null', concat('"', session_id, '"')), ',"v":1}'), NULL) AS text`;

const beforeAt = '{"agent_id":"","at":'.length + 36;
const nameOfContentHash = ',"content_hash":';
const nameOfData = ',"data":';
const nameOfPrompt = '"prompt_id":"';
const uuidChars = 36;
const hashChars = 64;
const saltBytes = 16;
const isHash = /^[0-9a-f]{64}$/;
const isSalt = /^[0-9a-f]{32}$/;
/** UTF-8 takes three bytes at most for each of JavaScript's units. */
const utf8PerUnitMax = 3;

/** Those of which there are few, and of which more is to be known than that they are in order. */
const thorough: readonly EntryKind[] = ["trace.opened", "key.changed"];

const dataPatterns = sticky(entryData, ',"kind":"');
const contentPatterns = sticky(entryContent, "$");

function sticky(
  schemas: Readonly<Record<string, Parameters<typeof patternOf>[0]>>,
  behind: string,
): ReadonlyMap<string, RegExp> {
  const patterns = new Map<string, RegExp>();
  for (const [kind, schema] of Object.entries(schemas)) {
    const pattern = patternOf(schema);
    if (pattern === null || thorough.some((one) => one === kind)) continue;
    patterns.set(kind, new RegExp(pattern + behind, "y"));
  }
  return patterns;
}

/** `prompt`: the id that stands in its data. `erased`: it had content, which is gone. */
export type AtAGlance = { prompt: string | null; erased: boolean };

export class Quick {
  readonly #isAgent: boolean;
  readonly #bytes = new Uint8Array(saltBytes + limits.entryBytesMax);
  readonly #behindSalt = this.#bytes.subarray(saltBytes);
  readonly #commitment = new Uint8Array(hashChars / 2);
  /** The hash of the entry that was looked at last, where it was told at a glance. */
  readonly digest = new Uint8Array(hashChars / 2);
  #session: string | null = null;

  constructor(agent: string) {
    this.#isAgent = agentId.safeParse(agent).success;
  }

  /** Null where the row has to be looked at thoroughly. */
  look(glimpse: Glimpse, head: ChainHead): AtAGlance | null {
    const { seq, hash, text, session_id: session } = glimpse;
    if (text === null || !this.#isAgent || seq !== head.seq + 1) return null;
    sha256Into(text, this.digest);
    if (this.digest.toHex() !== hash || !text.isWellFormed()) return null;
    return this.#isSession(session) ? this.#read(glimpse, text, head) : null;
  }

  #read(glimpse: Glimpse, text: string, head: ChainHead): AtAGlance | null {
    const data = dataPatterns.get(glimpse.kind);
    const committedAt = text.indexOf(",", beforeAt) + nameOfContentHash.length;
    const commitment = commitmentAt(text, committedAt);
    if (data === undefined || commitment === undefined) return null;
    const dataAt = committedAt + lengthOf(commitment) + nameOfData.length;
    data.lastIndex = dataAt;
    if (!isHash.test(head.hash) || !data.test(text)) return null;
    if (text.slice(data.lastIndex) !== endOf(glimpse, head)) return null;
    if (!this.#isContent(glimpse, commitment)) return null;
    const erased = commitment !== null && glimpse.content === null;
    return { prompt: promptIn(text, dataAt), erased };
  }

  #isSession(id: string | null): boolean {
    if (id === null || id === this.#session) return true;
    if (!sessionId.safeParse(id).success) return false;
    this.#session = id;
    return true;
  }

  #isContent({ kind, content, salt }: Glimpse, commitment: string | null): boolean {
    if (content === null || salt === null) return content === null && salt === null;
    if (commitment === null || !isSalt.test(salt)) return false;
    if (saltBytes + content.length * utf8PerUnitMax > this.#bytes.length) return false;
    const pattern = contentPatterns.get(kind);
    if (pattern === undefined || !content.isWellFormed()) return false;
    pattern.lastIndex = 0;
    if (!pattern.test(content)) return false;
    this.#bytes.set(Uint8Array.fromHex(salt));
    const { written } = encoder.encodeInto(content, this.#behindSalt);
    sha256Into(this.#bytes.subarray(0, saltBytes + written), this.#commitment);
    return this.#commitment.toHex() === commitment;
  }
}

const encoder = new TextEncoder();

/** Undefined where there is neither null nor a hash. */
function commitmentAt(text: string, at: number): string | null | undefined {
  if (text.startsWith("null,", at)) return null;
  const commitment = text.slice(at + 1, at + 1 + hashChars);
  const isQuoted = text[at] === '"' && text.startsWith('",', at + 1 + hashChars);
  return isQuoted && isHash.test(commitment) ? commitment : undefined;
}

function lengthOf(text: string | null): number {
  return text === null ? "null".length : text.length + '""'.length;
}

/** From the kind on, where the row follows the one before. */
function endOf({ seq, kind, session_id: session }: Glimpse, { hash }: ChainHead): string {
  const named = session === null ? "null" : `"${session}"`;
  return `${kind}","prev":"${hash}","seq":${seq},"session_id":${named},"v":1}`;
}

/** Only names stand before a colon, and within a text a quote has a backslash before it. */
function promptIn(text: string, dataAt: number): string | null {
  const at = text.indexOf(nameOfPrompt, dataAt);
  if (at < 0) return null;
  const from = at + nameOfPrompt.length;
  return text.slice(from, from + uuidChars);
}
