/** The check of one row at a glance: says yes only where the thorough one (`row-check.ts`) would find nothing. */
import type { ChainHead } from "../../contracts/chain.ts";
import { agentId, sessionId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import { type EntryKind, entryContent, entryData } from "../../contracts/trace.ts";
import { saltAndContent } from "./erased.ts";
import { patternOf } from "./pattern.ts";
import { sha256Into } from "./sha256.ts";
import type { SqlRow } from "./sqlite-connection.ts";

/** A row in one piece: null where its own fields are not in order. */
export type Glimpse = SqlRow & { seq: number; kind: string; packed: string | null };

/**
 * The columns of a glimpse; the parameter is the agent's id. `packed`: the row's hash, the text whose hash that is, a
 * line's end, salt and content. SQLite puts it together faster than it hands out the parts; where a part could be of
 * another length than it has to be, whoever reads it finds that out by what stands behind it.
 */
export const glimpseColumns = `seq, kind,
  iif(v = 1 AND agent_id = ? AND at BETWEEN 0 AND 8640000000000000 AND seq BETWEEN 1 AND 9007199254740991
      AND length(hash) = 64 AND (length(salt) = 32 OR salt IS NULL AND content IS NULL),
    concat(hash, '{"agent_id":"', agent_id, '","at":', at,
      iif(content_hash IS NULL, ',"content_hash":null', ',"content_hash":"'), content_hash,
      iif(content_hash IS NULL, ',"data":', '","data":'), data, ',"kind":"', kind, '","prev":"', prev, '","seq":', seq,
      iif(session_id IS NULL, ',"session_id":null', ',"session_id":"'), session_id,
      iif(session_id IS NULL, ',"v":1}', '","v":1}'), char(10), ${saltAndContent}), NULL) AS packed`;

const hashChars = 64;
const saltChars = 32;
const uuidChars = 36;
const beforeAt = hashChars + '{"agent_id":"","at":'.length + uuidChars;
const nameOfContentHash = ',"content_hash":';
const nameOfData = ',"data":';
const nameOfPrompt = '"prompt_id":"';
const nameOfPrev = '","prev":"';
const nameOfSeq = '","seq":';
const nameOfSession = ',"session_id":';
const noSession = `${nameOfSession}null,"v":1}`;
const saltBytes = 16;
const isHash = /^[0-9a-f]{64}$/;
const isSalt = /^[0-9a-f]{32}$/;
/** UTF-8 takes three bytes at most for each of JavaScript's units. */
const utf8PerUnitMax = 3;

/** Those of which there are few, and of which more is to be known than that they are in order. */
const thorough: readonly EntryKind[] = ["trace.opened", "key.changed"];

const dataPatterns = sticky(entryData, ',"kind":"');
const contentPatterns = sticky(entryContent, "$");

/** Made when a kind is first met: most runs meet few. */
function sticky(
  schemas: Readonly<Record<string, Parameters<typeof patternOf>[0]>>,
  behind: string,
): (kind: string) => RegExp | null {
  const patterns = new Map<string, RegExp | null>();
  const make = (kind: string): RegExp | null => {
    if (!Object.hasOwn(schemas, kind) || thorough.some((one) => one === kind)) return null;
    const schema = schemas[kind];
    const pattern = schema === undefined ? null : patternOf(schema);
    return pattern === null ? null : new RegExp(pattern + behind, "y");
  };
  return (kind) => {
    let pattern = patterns.get(kind);
    if (pattern === undefined) patterns.set(kind, (pattern = make(kind)));
    return pattern;
  };
}

/** Whether the data of a row's text (`rowText`), which begins at `at`, is surely of its kind. */
export function isUsualData(text: string, at: number, kind: EntryKind): boolean {
  return matchesAt(dataPatterns(kind), text, at);
}

/** Whether a content's canonical text is surely of its kind. */
export function isUsualContent(text: string, kind: EntryKind): boolean {
  return matchesAt(contentPatterns(kind), text, 0);
}

function matchesAt(pattern: RegExp | null, text: string, at: number): boolean {
  if (pattern === null) return false;
  pattern.lastIndex = at;
  return pattern.test(text);
}

/** `prompt`: the id that stands in its data. `gone`: it has committed to content, and there is none. */
export type AtAGlance = {
  session_id: string | null;
  prompt: string | null;
  content: "never had" | "there" | "gone";
};

type Packed = { seq: number; kind: string; packed: string; end: number; prev: string };

export class Quick {
  /** The hash of the entry that was looked at last, where it was told at a glance. */
  readonly digest = new Uint8Array(hashChars / 2);
  /** The same in hex digits. */
  hash = "";
  readonly #isAgent: boolean;
  readonly #salted = new Uint8Array(saltBytes + limits.entryBytesMax);
  readonly #behindSalt = this.#salted.subarray(saltBytes);
  readonly #commitment = new Uint8Array(hashChars / 2);
  /** The last session that was met, and what stands at the end of its rows' texts. */
  #session = "";
  #sessionEnd = "";

  constructor(agent: string) {
    this.#isAgent = agentId.safeParse(agent).success;
  }

  /** Null where the row has to be looked at thoroughly. */
  look(glimpse: Glimpse, head: ChainHead): AtAGlance | null {
    const { seq, packed } = glimpse;
    if (packed === null || !this.#isAgent || seq !== head.seq + 1) return null;
    // The only one: a second makes no content, and so nothing that is told at a glance.
    const end = packed.indexOf("\n", hashChars);
    sha256Into(packed.slice(hashChars, end), this.digest);
    this.hash = this.digest.toHex();
    if (!packed.startsWith(this.hash) || !packed.isWellFormed()) return null;
    return this.#read({ seq, kind: glimpse.kind, packed, end, prev: head.hash });
  }

  #read({ seq, kind, packed, end, prev }: Packed): AtAGlance | null {
    const data = dataPatterns(kind);
    const committedAt = packed.indexOf(",", beforeAt) + nameOfContentHash.length;
    const commitment = commitmentAt(packed, committedAt);
    if (data === null || commitment === undefined) return null;
    const dataAt = committedAt + lengthOf(commitment) + nameOfData.length;
    data.lastIndex = dataAt;
    if (!data.test(packed)) return null;
    const sessionAt = followsAt(packed, data.lastIndex, { kind, seq, prev });
    const session = sessionAt === null ? undefined : this.#sessionAt(packed, sessionAt, end);
    if (session === undefined || !this.#isContent(packed, end, { kind, commitment })) return null;
    const isGone = end + 1 === packed.length;
    const content = contentOf(commitment, isGone);
    return { session_id: session, prompt: promptIn(packed, dataAt), content };
  }

  /** Null: of no session; undefined: that is none. The text ends with it. */
  #sessionAt(packed: string, at: number, end: number): string | null | undefined {
    if (
      this.#session !== "" &&
      at + this.#sessionEnd.length === end &&
      packed.startsWith(this.#sessionEnd, at)
    ) {
      return this.#session;
    }
    if (at + noSession.length === end && packed.startsWith(noSession, at)) return null;
    const from = at + nameOfSession.length + 1;
    const id = ownText(packed, from, from + uuidChars);
    if (!sessionId.safeParse(id).success) return undefined;
    this.#session = id;
    this.#sessionEnd = `${nameOfSession}"${id}","v":1}`;
    return packed.slice(at, end) === this.#sessionEnd ? id : undefined;
  }

  /** That it is canonical, and what was committed to; or that there is none. */
  #isContent(
    packed: string,
    end: number,
    { kind, commitment }: { kind: string; commitment: string | null },
  ): boolean {
    if (end + 1 === packed.length) return true;
    const salt = packed.slice(end + 1, end + 1 + saltChars);
    const content = packed.slice(end + 1 + saltChars);
    if (commitment === null || !isSalt.test(salt)) return false;
    if (content.length * utf8PerUnitMax > this.#behindSalt.length) return false;
    if (!matchesAt(contentPatterns(kind), content, 0)) return false;
    this.#salted.set(Uint8Array.fromHex(salt));
    const { written } = encoder.encodeInto(content, this.#behindSalt);
    sha256Into(this.#salted.subarray(0, saltBytes + written), this.#commitment);
    return this.#commitment.toHex() === commitment;
  }
}

const encoder = new TextEncoder();

export function contentOf(commitment: string | null, isGone: boolean): AtAGlance["content"] {
  if (commitment === null) return "never had";
  return isGone ? "gone" : "there";
}

/** Undefined where there is neither null nor a hash. */
function commitmentAt(packed: string, at: number): string | null | undefined {
  if (packed.startsWith("null,", at)) return null;
  const commitment = packed.slice(at + 1, at + 1 + hashChars);
  const isQuoted = packed[at] === '"' && packed.startsWith('",', at + 1 + hashChars);
  return isQuoted && isHash.test(commitment) ? commitment : undefined;
}

function lengthOf(commitment: string | null): number {
  return commitment === null ? "null".length : hashChars + '""'.length;
}

/** Where the session's name begins, if from `at` on kind, hash of the entry before and number are as they have to be. */
function followsAt(
  packed: string,
  at: number,
  { kind, seq, prev }: { kind: string; seq: number; prev: string },
): number | null {
  const prevAt = at + kind.length + nameOfPrev.length;
  const seqAt = prevAt + hashChars + nameOfSeq.length;
  const number = String(seq);
  const follows =
    packed.startsWith(kind, at) &&
    packed.startsWith(nameOfPrev, at + kind.length) &&
    packed.startsWith(prev, prevAt) &&
    packed.startsWith(nameOfSeq, prevAt + hashChars) &&
    packed.startsWith(number, seqAt) &&
    isHash.test(prev);
  return follows ? seqAt + number.length : null;
}

/** Only names stand before a colon, and within a text a quote has a backslash before it. */
function promptIn(packed: string, dataAt: number): string | null {
  const at = packed.indexOf(nameOfPrompt, dataAt);
  if (at < 0) return null;
  const from = at + nameOfPrompt.length;
  return ownText(packed, from, from + uuidChars);
}

/** A slice would keep the whole text that it is of in memory, for as long as it is kept; two joined do not. */
function ownText(text: string, from: number, to: number): string {
  const middle = from + 1;
  return text.slice(from, middle) + text.slice(middle, to);
}
