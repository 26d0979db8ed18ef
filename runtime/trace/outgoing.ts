/** The trace as the queue of what is sent: which entries wait, what vouches for them, and how far they were taken. */
import { agentKey, parseSignedCheckpoint, signCheckpoint } from "../../contracts/checkpoint.ts";
import { AtlasError } from "../../contracts/errors.ts";
import { type AgentId, genesisHash } from "../../contracts/ids.ts";
import {
  consistencyProof,
  emptyFrontier,
  type Frontier,
  isSame,
  leafHash,
  rootOf,
} from "../../contracts/merkle.ts";
import type { Moment } from "../../contracts/moment.ts";
import type { NoteKey } from "../../contracts/note.ts";
import type { UploadTrouble } from "../../contracts/upload-state.ts";
import type { KeySource } from "./agent-key.ts";
import { keepCosignature } from "./cosignatures.ts";
import type { KeyPair } from "./ed25519.ts";
import type { OwnTrace, Upkeep } from "./own-trace.ts";
import { rowHash } from "./row-check.ts";
import { sha256Bytes } from "./sha256.ts";
import type { EntryRow } from "./sqlite-rows.ts";
import type { TraceReader } from "./sqlite-reader.ts";
import { rootsOf, withEntry } from "./tree.ts";
import { readUpload, type UploadRow, type UploadState, uploadRow } from "./upload-row.ts";

/** What a batch shows of the trace as a whole, besides its entries. */
export type Vouched = { note: string; fromSize: number; proof: Uint8Array[] };

export type Acknowledged = {
  seq: number;
  at: Moment;
  /** The batch's checkpoint with the witness's line, checked; null when it was not signed. */
  cosigned: string | null;
  keyExpiresAt: Moment | null;
};

export interface Outgoing {
  readonly agentId: AgentId;
  state(): UploadState;
  /** The number of the newest entry. */
  newest(): number;
  /** The next entries after `seq`, ascending. Throws `trace_corrupt` for one that is not as it was written. */
  after(seq: number): Generator<EntryRow>;
  /** The hash of that entry; null where there is none. */
  hashOf(seq: number): string | null;
  /** The largest size up to `to`, and above what was acknowledged, of which there is a checkpoint or one can be signed. */
  vouchableTo(to: number): number;
  /** What vouches for all entries up to that one, which must be `vouchableTo`. */
  vouch(size: number): Vouched;
  /** The cursor moves forward to an entry that the cloud has made durable. May repeat; never moves it back. */
  acknowledge(what: Acknowledged): void;
  /** The cursor moves back: what follows entry `seq` is sent again. */
  rewind(seq: number): void;
  tell(trouble: UploadTrouble | null): void;
}

export type OutgoingOptions = {
  /** Both of the same file; they are the caller's to close. */
  trace: OwnTrace;
  reader: TraceReader;
  file: string;
  cloud: string;
  keys: Pick<KeySource, "pair">;
  /** Whose cosignatures are kept. */
  witnesses: readonly NoteKey[];
  now: () => Moment;
};

/** Throws what the store throws. */
export function outgoingOf(options: OutgoingOptions): Outgoing {
  const { trace, cloud } = options;
  trace.upkeep(({ connection }) => {
    if (readUpload(connection)?.cloud === cloud) return;
    const sql = `INSERT OR REPLACE INTO upload (one, cloud, acked_seq, acked_hash, roots) VALUES (1, ?, 0, ?, '')`;
    connection.run(sql, cloud, genesisHash);
  });
  return new TraceOutgoing(options);
}

class TraceOutgoing implements Outgoing {
  readonly agentId: AgentId;
  readonly #trace: OwnTrace;
  readonly #reader: TraceReader;
  readonly #options: OutgoingOptions;

  constructor(options: OutgoingOptions) {
    this.#options = options;
    this.#trace = options.trace;
    this.#reader = options.reader;
    this.agentId = options.trace.agentId;
  }

  state(): UploadState {
    const state = this.#reader.upload();
    if (state !== null) return state;
    return this.#emptied();
  }

  newest(): number {
    return this.#reader.head().seq;
  }

  *after(seq: number): Generator<EntryRow> {
    let expected = seq + 1;
    for (const row of this.#reader.rows({ afterSeq: seq })) {
      if (row.seq !== expected || rowHash(row) !== row.hash) throw this.#damaged(expected);
      yield row;
      expected += 1;
    }
  }

  hashOf(seq: number): string | null {
    return seq < 1 ? null : (this.#reader.rowAt(seq)[0]?.hash ?? null);
  }

  vouchableTo(to: number): number {
    if (this.#pairAt(to) !== null) return to;
    const { ackedSeq } = this.state();
    const sizes = this.#reader.checkpoints().map(({ size }) => size);
    const last = sizes.findLast((size) => size > ackedSeq && size <= to);
    if (last !== undefined) return last;
    const message = `nothing vouches for the entries up to ${to}: the agent's key that signed then is not to be had, and no checkpoint of it is kept`;
    throw new AtlasError("trace_unwritable", message);
  }

  vouch(size: number): Vouched {
    const row = this.#trace.upkeep(rowOf) ?? this.#emptied();
    const acked: Frontier = { size: row.acked_seq, roots: rootsOf(row.roots) };
    const tree = this.#hashes(acked.size, size).reduce(withEntry, acked);
    const fromSize = cosignedSize(row);
    const before = fromSize === acked.size ? acked : this.#treeAt(fromSize);
    const hashes = this.#hashes(fromSize, size).map(leafOf);
    const proof = consistencyProof({ before, hashes }, fromSize, sha256Bytes);
    return { note: this.#noteOf(tree), fromSize, proof };
  }

  acknowledge({ seq, at, cosigned, keyExpiresAt }: Acknowledged): void {
    const { witnesses } = this.#options;
    if (cosigned !== null) keepCosignature(this.#trace, { note: cosigned, witnesses });
    const row = this.#trace.upkeep(rowOf) ?? this.#emptied();
    const before: Frontier = { size: row.acked_seq, roots: rootsOf(row.roots) };
    const hashes = this.#hashes(before.size, seq);
    const tree = hashes.reduce(withEntry, before);
    this.#trace.upkeep(({ connection }) => {
      const sql = "UPDATE upload SET acked_at = ?, key_expires_at = ?, trouble = NULL";
      connection.run(sql, at, keyExpiresAt);
      if (cosigned !== null) connection.run("UPDATE upload SET cosigned = ?", cosigned);
      // Another one that sends the same may have come further meanwhile.
      if (uploadRow(connection)?.acked_seq !== before.size || hashes.length === 0) return;
      moveTo(connection, tree, hashes.at(-1));
    });
  }

  rewind(seq: number): void {
    const [tree, hash] = [this.#treeAt(seq), this.hashOf(seq)];
    this.#trace.upkeep(({ connection }) => moveTo(connection, tree, hash ?? genesisHash));
  }

  tell(trouble: UploadTrouble | null): void {
    const text = trouble === null ? null : JSON.stringify(trouble);
    this.#trace.upkeep(({ connection }) => {
      connection.run("UPDATE upload SET trouble = ?", text);
    });
  }

  /** Of the entries after `from` up to `to`. */
  #hashes(from: number, to: number): string[] {
    const hashes: string[] = [];
    if (to <= from) return hashes;
    for (const { seq, hash } of this.#reader.rows({ afterSeq: from })) {
      if (seq !== from + hashes.length + 1) break;
      hashes.push(hash);
      if (seq === to) return hashes;
    }
    throw this.#damaged(from + hashes.length + 1);
  }

  /** The tree when it had so many entries, from the archive that ends last before. */
  #treeAt(size: number): Frontier {
    const from = this.#reader.archives().findLast(({ toSeq }) => toSeq <= size);
    const before = from?.tree ?? emptyFrontier;
    return this.#hashes(before.size, size).reduce(withEntry, before);
  }

  /** The checkpoint of this tree, signed now where there is none yet. */
  #noteOf(tree: Frontier): string {
    const head = { size: tree.size, root: rootOf(tree, sha256Bytes) };
    const kept = this.#kept(head.size);
    if (kept !== undefined) {
      const root = parseSignedCheckpoint(kept)?.checkpoint.root;
      if (root !== undefined && isSame(root, head.root)) return kept;
      throw this.#damaged(1);
    }
    const pair = this.#pairAt(head.size);
    if (pair === null) throw new AtlasError("internal", `nothing vouches for ${head.size} entries`);
    const key = agentKey(this.agentId, pair.publicKey);
    const note = signCheckpoint(head, { key, sign: pair.sign, sha256: sha256Bytes });
    const at = this.#options.now();
    this.#trace.upkeep(({ connection }) => {
      const sql = "INSERT OR IGNORE INTO checkpoints (size, at, note) VALUES (?, ?, ?)";
      connection.run(sql, head.size, at, note);
    });
    return note;
  }

  #kept(size: number): string | undefined {
    const sql = "SELECT note FROM checkpoints WHERE size = ?";
    const [here] = this.#trace.upkeep(({ connection }) => {
      return connection.rows<{ note: string }>(sql, size);
    });
    const archived = this.#reader.archives().at(-1)?.toSeq ?? 0;
    if (here !== undefined || size > archived) return here?.note;
    return this.#reader.checkpoints().find((one) => one.size === size)?.note;
  }

  /** The key that was in force at that size, or the first one before there was any, where it is to be had. */
  #pairAt(size: number): KeyPair | null {
    const rows = [...this.#reader.rows({ kinds: ["key.changed"] })];
    const named = rows.findLast(({ seq }) => seq <= size) ?? rows[0];
    const data: unknown = named === undefined ? null : JSON.parse(named.data);
    if (typeof data !== "object" || data === null || !("public_key" in data)) return null;
    return this.#options.keys.pair(String(data.public_key));
  }

  #damaged(seq: number): AtlasError {
    const message = `entry ${seq} of the trace ${this.#options.file} is not as it was written, so nothing more is sent; "atlasbridge trace verify" says how`;
    return new AtlasError("trace_corrupt", message);
  }

  #emptied(): never {
    const message = `the trace ${this.#options.file} was emptied while it was sent; "atlasbridge trace verify" says how`;
    throw new AtlasError("trace_corrupt", message);
  }
}

type Connection = Upkeep["connection"];

const rowOf = ({ connection }: Upkeep): UploadRow | null => uploadRow(connection);

function moveTo(connection: Connection, tree: Frontier, hash: string | undefined): void {
  const text = tree.roots.map((root) => root.toHex()).join("");
  const sql = "UPDATE upload SET acked_seq = ?, acked_hash = ?, roots = ?";
  connection.run(sql, tree.size, hash ?? genesisHash, text);
}

/** Of the last checkpoint that was cosigned and is still part of what the cloud has; 0 where there is none. */
function cosignedSize({ cosigned, acked_seq }: UploadRow): number {
  const size = cosigned === null ? 0 : (parseSignedCheckpoint(cosigned)?.checkpoint.size ?? 0);
  return size <= acked_seq ? size : 0;
}

function leafOf(hash: string): Uint8Array {
  return leafHash(Uint8Array.fromHex(hash), sha256Bytes);
}
