/** When a trace's size and root are signed, and where the signed statements lie: in the trace, the newest beside it too. */
import { closeSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { basename } from "node:path";
import {
  agentKey,
  type Checkpoint,
  parseSignedCheckpoint,
  signCheckpoint,
} from "../../contracts/checkpoint.ts";
import type { AgentId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import { type Frontier, rootOf } from "../../contracts/merkle.ts";
import type { EntryDraft, EntryKind, StoredEntry } from "../../contracts/trace.ts";
import { withSignatures } from "../../contracts/note.ts";
import type { KeySource } from "./agent-key.ts";
import { newestArchive } from "./archives.ts";
import type { KeyPair } from "./ed25519.ts";
import { sha256Bytes } from "./sha256.ts";
import type { Connection, SqlRow } from "./sqlite-connection.ts";

export type CheckpointRow = SqlRow & { size: number; at: number; note: string };

/** What ends something is signed at once. */
const endings: readonly EntryKind[] = ["session.ended", "key.changed", "trace.closed"];

export class Checkpoints {
  readonly #connection: Connection;
  readonly #keys: KeySource;
  readonly #agent: AgentId;

  constructor(connection: Connection, { keys, agent }: { keys: KeySource; agent: AgentId }) {
    this.#connection = connection;
    this.#keys = keys;
    this.#agent = agent;
  }

  /** What has to be recorded before anything can be signed; null when it was, or the key is not to be had. */
  get announcement(): EntryDraft | null {
    // A trace that names a key gets no other one but by its owner's will (`rotateKey`).
    if (keyInForce(this.#connection) !== null) return null;
    const own = this.#keys.own();
    return own === null ? null : { kind: "key.changed", data: { public_key: own } };
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
    const signers = by ?? this.#signers();
    const head = { size: tree.size, root: rootOf(tree, sha256Bytes) };
    let note: string | null = null;
    for (const { publicKey, sign } of signers) {
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
    const inForce = keyInForce(this.#connection);
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
export function keyInForce(connection: Connection): string | null {
  const sql = "SELECT data FROM entries WHERE kind = 'key.changed' ORDER BY seq DESC LIMIT 1";
  const data = connection.rows<{ data: string }>(sql)[0]?.data;
  if (data === undefined) return newestArchive(connection)?.publicKey ?? null;
  const parsed: unknown = JSON.parse(data);
  const isNamed = typeof parsed === "object" && parsed !== null && "public_key" in parsed;
  return isNamed ? String(parsed.public_key) : null;
}

export function readCheckpoints(connection: Connection): CheckpointRow[] {
  const known = "SELECT 1 AS one FROM sqlite_schema WHERE type = 'table' AND name = 'checkpoints'";
  if (connection.rows(known).length === 0) return [];
  return connection.rows<CheckpointRow>("SELECT size, at, note FROM checkpoints ORDER BY size");
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
