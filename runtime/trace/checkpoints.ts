/** When a trace's size and root are signed, and where the signed statements lie: in the trace, the newest beside it too. */
import { closeSync, fdatasyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { basename } from "node:path";
import {
  agentKey,
  type Checkpoint,
  originOf,
  parseSignedCheckpoint,
  signCheckpoint,
} from "../../contracts/checkpoint.ts";
import { type AgentId, agentId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import { type Frontier, isSame, rootOf } from "../../contracts/merkle.ts";
import { vouchersOf, withSignatures } from "../../contracts/note.ts";
import {
  type EntryDraft,
  type EntryKind,
  entryData,
  type StoredEntry,
} from "../../contracts/trace.ts";
import type { KeySource } from "./agent-key.ts";
import { newestArchive } from "./archives.ts";
import { TraceBroken } from "./broken.ts";
import { ed25519Verify, type KeyPair } from "./ed25519.ts";
import { sha256Bytes } from "./sha256.ts";
import type { Connection, SqlRow } from "./sqlite-connection.ts";

export type CheckpointRow = SqlRow & { size: number; at: number; note: string };

/** What ends something is signed at once. */
const endings: readonly EntryKind[] = [
  "session.ended",
  "key.changed",
  "content.erased",
  "trace.archived",
  "trace.closed",
];

export class Checkpoints {
  readonly #connection: Connection;
  readonly #file: string;
  readonly #keys: KeySource;
  readonly #agent: AgentId;

  constructor(
    connection: Connection,
    { file, keys, agent }: { file: string; keys: KeySource; agent: AgentId },
  ) {
    this.#connection = connection;
    this.#file = file;
    this.#keys = keys;
    this.#agent = agent;
  }

  /**
   * What the newest checkpoint that lay beside the trace says against its end, as part of a sentence; null where it
   * says nothing, or is none that this agent's key has signed.
   */
  missing(newest: string | null, here: { seq: number; tree: Frontier }): string | null {
    const signed = newest === null ? null : parseSignedCheckpoint(newest)?.checkpoint;
    if (newest === null || signed?.origin !== originOf(this.#agent)) return null;
    const { size, root } = signed;
    if (size < here.seq) return null;
    if (size === here.seq && isSame(root, rootOf(here.tree, sha256Bytes))) return null;
    if (signerOf(newest, this.#keys.known()) !== this.#agent) return null;
    return size === here.seq
      ? `its ${size} entries are not those that were signed`
      : `it ends at entry ${here.seq}, and ${size} were signed: the others were cut off, or an older copy was put back`;
  }

  /** What has to be recorded before anything can be signed; null when it was. */
  get announcement(): EntryDraft | null {
    // A trace that names a key gets no other one but by its owner's will (`rotateKey`).
    if (keyInForce(this.#connection, this.#file) !== null) return null;
    return { kind: "key.changed", data: { public_key: this.#keys.own() } };
  }

  /** Has the key fetched that will sign, where that takes a while: nothing that is signed later waits for it. */
  fetchKey(): void {
    this.#signers();
  }

  /**
   * Signs where that is due; call it in the transaction that has written `stored`. Returns the note, for `keepNewest`
   * once it is durable. `urgent`: somebody waits for a reply, so it can wait a little. `by`: sign in any case, by these.
   */
  sign(
    tree: Frontier,
    stored: readonly StoredEntry[],
    { urgent, by }: { urgent: boolean; by?: readonly KeyPair[] },
  ): string | null {
    const at = stored.at(-1)?.at ?? 0;
    const kinds = stored.map(({ kind }) => kind);
    if (by === undefined && !this.#isDue(tree, { at, kinds, urgent })) return null;
    const head = { size: tree.size, root: rootOf(tree, sha256Bytes) };
    let note: string | null = null;
    for (const { publicKey, sign } of by ?? this.#signers()) {
      const key = agentKey(this.#agent, publicKey);
      const one = signCheckpoint(head, { key, sign, sha256: sha256Bytes });
      note = note === null ? one : withSignatures(note, one);
    }
    if (note === null) return null;
    const sql = "INSERT INTO checkpoints (size, at, note) VALUES (?, ?, ?)";
    this.#connection.run(sql, head.size, at, note);
    return note;
  }

  /** By the key that the trace names, whichever process has brought it in: another's would not be believed. */
  #signers(): KeyPair[] {
    const inForce = keyInForce(this.#connection, this.#file);
    const pair = inForce === null ? null : this.#keys.pair(inForce);
    return pair === null ? [] : [pair];
  }

  #isDue(
    { size }: Frontier,
    { at, kinds, urgent }: { at: number; kinds: readonly EntryKind[]; urgent: boolean },
  ): boolean {
    if (kinds.some((kind) => endings.includes(kind))) return true;
    const sql = "SELECT size, at FROM checkpoints ORDER BY size DESC LIMIT 1";
    const last = this.#connection.rows<{ size: number; at: number }>(sql)[0];
    const unsigned = size - (last?.size ?? 0);
    if (unsigned >= limits.checkpointEntriesMax) return true;
    // Half of the room is left for replies, during which somebody waits.
    if (urgent) return false;
    const isOld = at - (last?.at ?? 0) >= limits.checkpointEveryMs;
    return isOld || unsigned >= limits.checkpointEntriesMax / 2;
  }
}

/** The public key that the trace itself names last, 64 hex digits; null when it names none. */
export function keyInForce(connection: Connection, file: string): string | null {
  const sql = "SELECT data FROM entries WHERE kind = 'key.changed' ORDER BY seq DESC LIMIT 1";
  const data = connection.rows<{ data: string }>(sql)[0]?.data;
  if (data === undefined) return newestArchive(connection)?.publicKey ?? null;
  try {
    return entryData["key.changed"].parse(JSON.parse(data)).public_key;
  } catch (cause) {
    throw new TraceBroken(
      file,
      { why: "damaged", found: "the entry that names its key is not one" },
      { cause },
    );
  }
}

export function readCheckpoints(connection: Connection): CheckpointRow[] {
  const known = "SELECT 1 AS one FROM sqlite_schema WHERE type = 'table' AND name = 'checkpoints'";
  if (connection.rows(known).length === 0) return [];
  return connection.rows<CheckpointRow>("SELECT size, at, note FROM checkpoints ORDER BY size");
}

/** The agent whose trace this checkpoint is of, if it is signed by this key; null for all else. */
export function signerOf(note: string, publicKeys: readonly string[]): AgentId | null {
  const signed = parseSignedCheckpoint(note);
  const agent = agentId.safeParse(signed?.checkpoint.origin.slice(originOf("").length));
  if (signed === null || !agent.success) return null;
  const keys = publicKeys.map((one) => agentKey(agent.data, Uint8Array.fromHex(one)));
  const vouched = vouchersOf(signed.note, keys, { verify: ed25519Verify, sha256: sha256Bytes });
  const isTrue = vouched !== null && vouched.length > 0;
  return isTrue && signed.checkpoint.origin === originOf(agent.data) ? agent.data : null;
}

/** Beside the trace, so that a trace put back from an older copy is seen to be one. */
export function newestFile(traceFile: string): string {
  return `${traceFile}.checkpoint`;
}

/** The newest checkpoint that was ever signed here, as it lies beside the trace; null when there is none. */
export function readNewest(traceFile: string): string | null {
  try {
    return readFileSync(newestFile(traceFile), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

/**
 * Keeps the note unless a newer one is there. False where it could not be written: it stands in the trace all the
 * same, and the next one is kept with it.
 */
export function keepNewest(traceFile: string, note: string): boolean {
  const draft = `${newestFile(traceFile)}.${process.pid}.new`;
  try {
    const before = newestCheckpoint(traceFile);
    const now = parseSignedCheckpoint(note)?.checkpoint;
    if (before !== null && before.origin === now?.origin && before.size > now.size) return true;
    // Of a trace that is no longer here: what was signed of it is kept, under its agent's name.
    if (before !== null && before.origin !== now?.origin) {
      renameSync(newestFile(traceFile), `${newestFile(traceFile)}.${basename(before.origin)}`);
    }
    const fd = openSync(draft, "w", 0o600);
    try {
      writeSync(fd, note);
      // After a power cut it is the old one or the new one, and never half of it.
      fdatasyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(draft, newestFile(traceFile));
    return true;
  } catch {
    return false;
  }
}

function newestCheckpoint(traceFile: string): Checkpoint | null {
  const note = readNewest(traceFile);
  return note === null ? null : (parseSignedCheckpoint(note)?.checkpoint ?? null);
}
