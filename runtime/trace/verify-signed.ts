/** Holds a trace against what was signed of it: every checkpoint must be true of the entries that are there now. */
import { agentKey, type Checkpoint, parseSignedCheckpoint } from "../../contracts/checkpoint.ts";
import { type Frontier, isSame, rootOf } from "../../contracts/merkle.ts";
import { type Note, type NoteKey, verifierKey, vouchersOf } from "../../contracts/note.ts";
import type { TraceFault, TraceReport } from "../../contracts/views.ts";
import type { Archive } from "./archives.ts";
import type { CheckpointRow } from "./checkpoints.ts";
import { ed25519Verify } from "./ed25519.ts";
import { Growth } from "./growth.ts";
import { sha256Bytes } from "./sha256.ts";
import type { EntryRow } from "./sqlite-rows.ts";

/** What lies beside the trace, out of reach of whoever can change the database alone. */
export type Beside = {
  /** The newest checkpoint that was signed here; null where none is kept. */
  newest: string | null;
  /** The agent's public key, 64 hex digits; between the two steps of a rotation two. None where it cannot be read. */
  publicKeys: readonly string[];
  /** The same, read again: another key may have been brought in since. */
  publicKeysNow?: () => readonly string[];
  /** The agent's verifier key as whoever checks knows it from elsewhere; null where he does not. */
  trusted: string | null;
};

export const nothingBeside: Beside = { newest: null, publicKeys: [], trusted: null };

type Key = {
  /** The entry that brought it in. */
  seq: number;
  key: NoteKey;
  isLost: boolean;
  /** The one before it has signed the checkpoint over the entries up to this one. */
  isVouched: boolean;
  /** Of those entries; null where it is not known. */
  root: Uint8Array | null;
};

/** The tree as it stands in the database, and the last entry that was there at the same moment. */
export type StandingTree = { tree: Frontier; head: number };

type Claimed = {
  size: number;
  /** Null: the note is no checkpoint. */
  signed: ReturnType<typeof parseSignedCheckpoint>;
  kept: "in the trace" | "beside the trace";
};

const isHash = /^[0-9a-f]{64}$/;
const none: readonly TraceFault[] = [];

export class Signed {
  readonly #beside: Beside;
  readonly #standing: StandingTree | null;
  readonly #claims: Claimed[];
  readonly #tree = new Growth();
  #broken = false;
  #standsApart = false;
  #agent: string;
  readonly #keys: Key[] = [];
  #next = 0;
  #signedTo = 0;

  constructor(
    rows: readonly CheckpointRow[],
    { agent, beside, standing }: { agent: string; beside: Beside; standing: StandingTree | null },
  ) {
    this.#agent = agent;
    this.#beside = beside;
    this.#standing = standing;
    this.#claims = rows.map(({ size, note }) => {
      return { size, signed: parseSignedCheckpoint(note), kept: "in the trace" };
    });
    const { newest } = beside;
    if (newest === null || rows.some(({ note }) => note === newest)) return;
    const signed = parseSignedCheckpoint(newest);
    const size = signed?.checkpoint.size ?? 0;
    this.#claims.push({ size, signed, kept: "beside the trace" });
    this.#claims.sort((a, b) => a.size - b.size);
  }

  /** The last entry that a true checkpoint covers. */
  get signedTo(): number {
    return this.#signedTo;
  }

  get checkpoints(): number {
    return this.#claims.length;
  }

  /** The key in force at the end, as others are told whom to trust; null where nothing is signed. */
  get key(): string | null {
    const last = this.#keys.at(-1);
    return last === undefined ? null : verifierKey(last.key, sha256Bytes);
  }

  /** The key in force behind the entries so far, 64 hex digits; null where none was named. */
  get publicKey(): string | null {
    return this.#keys.at(-1)?.key.publicKey.toHex() ?? null;
  }

  /** Every key that was in force, in order. */
  get keys(): TraceReport["keys"] {
    return this.#keys.map(({ seq, key, isLost, isVouched }, at) => ({
      from_seq: seq,
      key: verifierKey(key, sha256Bytes),
      vouched: at === 0 ? "first" : isVouched ? "yes" : isLost ? "lost" : "no",
    }));
  }

  /** How many entries its tree has. */
  get size(): number {
    return this.#tree.size;
  }

  /** The tree of the entries so far; null where one of them had no hash. */
  frontier(): Frontier | null {
    return this.#broken ? null : this.#tree.frontier();
  }

  /** Goes on behind entries that are not here, as the trace itself says that they were. */
  skip({ tree, publicKey, fromSeq, toSeq }: Archive): void {
    this.#tree.restart(tree);
    if (publicKey !== null && this.#keys.at(-1)?.key.publicKey.toHex() !== publicKey) {
      const key = agentKey(this.#agent, Uint8Array.fromHex(publicKey));
      this.#keys.push({ seq: fromSeq, key, isLost: false, isVouched: true, root: null });
    }
    while ((this.#claims[this.#next]?.size ?? Number.POSITIVE_INFINITY) <= toSeq) this.#next += 1;
  }

  /** To be told of each row in order. */
  see(row: EntryRow, data: unknown): readonly TraceFault[] {
    const { agent_id: agent, kind, hash } = row;
    this.#agent = agent;
    if (kind === "key.changed") this.#learn(row, data);
    if (isHash.test(hash)) {
      const faults = this.grow(Uint8Array.fromHex(hash));
      const last = this.#keys.at(-1);
      if (last?.seq === this.#tree.size && !this.#broken) last.root = this.#root();
      return faults;
    }
    // One that has no hash is a fault of its own, and nothing can be said of the tree from there on.
    this.#broken = true;
    return this.#due();
  }

  /** The same of one that changes no key, by the 32 bytes of its hash. */
  grow(hash: Uint8Array): readonly TraceFault[] {
    this.#tree.add(hash);
    return this.#due();
  }

  #due(): readonly TraceFault[] {
    const { size } = this.#tree;
    if (size === this.#standing?.tree.size) {
      this.#standsApart = !isSame(this.#root(), rootOf(this.#standing.tree, sha256Bytes));
    }
    const claim = this.#claims[this.#next];
    return claim === undefined || claim.size > size ? none : [...this.#checkDue()];
  }

  #root(): Uint8Array {
    return rootOf(this.#tree.frontier(), sha256Bytes);
  }

  *#checkDue(): Generator<TraceFault> {
    for (let claim = this.#claims[this.#next]; claim !== undefined; ) {
      if (claim.size > this.#tree.size) return;
      yield* this.#check(claim);
      this.#next += 1;
      claim = this.#claims[this.#next];
    }
  }

  /** What was signed of entries that are not there, and by whom. `now`: the checkpoints, read again. */
  *finish(entries: number, now: () => readonly CheckpointRow[]): Generator<TraceFault> {
    for (const claim of this.#claims.slice(this.#next)) {
      const fault = this.#formFault(claim);
      if (fault !== null) yield fault;
      else {
        const message = `a checkpoint ${claim.kept} was signed over ${claim.size} entries, and there are ${entries}: the others were cut off, or an older copy was put back`;
        yield { seq: entries + 1, fault: "truncated", message };
      }
    }
    for (const [at, { seq, isLost, isVouched }] of this.#keys.entries()) {
      // Brought in while we were reading: so was the word for it.
      if (at === 0 || isVouched || isLost || this.#isVouchedNow(at, now())) continue;
      const message = `entry ${seq} brings in another key, and the one before it has not signed that: what comes after it may be another's`;
      yield { seq, fault: "key_unvouched", message };
    }
    yield* this.#ownKeyFaults();
    yield* this.#trustedFaults();
  }

  #isVouchedNow(at: number, rows: readonly CheckpointRow[]): boolean {
    const [before, one] = [this.#keys[at - 1], this.#keys[at]];
    const row = rows.find(({ size }) => size === one?.seq);
    const signed = row === undefined ? null : parseSignedCheckpoint(row.note);
    if (before === undefined || one === undefined || one.root === null || signed === null)
      return false;
    const { note, checkpoint } = signed;
    const isOfThese = checkpoint.size === one.seq && checkpoint.origin === one.key.name;
    if (!isOfThese || !isSame(checkpoint.root, one.root)) return false;
    const both = [before.key, one.key];
    const vouched = vouchersOf(note, both, { verify: ed25519Verify, sha256: sha256Bytes });
    const by = vouched?.map((voucher) => voucher.by) ?? [];
    one.isVouched = both.every((key) => by.includes(key));
    return one.isVouched;
  }

  *#ownKeyFaults(): Generator<TraceFault> {
    const { publicKeys, publicKeysNow = () => publicKeys } = this.#beside;
    const last = this.#keys.at(-1)?.key.publicKey.toHex();
    if (publicKeys.length === 0 || last === undefined || publicKeys.includes(last)) return;
    if (publicKeysNow().includes(last)) return;
    const message =
      "the key that the trace names is not the agent's own: it was written anew by somebody else, or the key was replaced";
    yield { seq: 1, fault: "key_mismatch", message };
  }

  /** From the key that is trusted to the last one each must have been vouched for. */
  *#trustedFaults(): Generator<TraceFault> {
    const { trusted } = this.#beside;
    if (trusted === null) return;
    const known = this.keys.findIndex(({ key }) => key === trusted);
    if (known === -1) {
      const message = "the trace was never signed by the key that is trusted";
      yield { seq: 1, fault: "key_mismatch", message };
    }
    for (const { seq, isLost, isVouched } of this.#keys.slice(known + 1)) {
      if (known === -1 || isVouched || !isLost) continue;
      const message = `entry ${seq} brings in another key in place of one that was lost: the key that is trusted does not vouch for what comes after it`;
      yield { seq, fault: "key_unvouched", message };
    }
  }

  /**
   * Whether the tree that the next entry would be added to is that of the entries. It cannot say which of them is
   * wrong: to be asked where nothing else was found.
   */
  *finishTree(): Generator<TraceFault> {
    if (this.#standing === null) return;
    const { tree, head } = this.#standing;
    if (tree.size !== head) {
      const how = tree.size > head ? "the others were removed" : "the others were added";
      const message = `the trace's tree was grown from ${tree.size} entries, and it held ${head}: ${how}`;
      const seq = Math.min(tree.size, head) + 1;
      yield { seq, fault: tree.size > head ? "truncated" : "tree_mismatch", message };
    } else if (this.#standsApart && !this.#broken) {
      const seq = this.#signedTo + 1;
      const message = `entries ${seq} to ${head} are not those that the trace's tree was grown from`;
      yield { seq, fault: "tree_mismatch", message };
    }
  }

  #learn({ agent_id: agent, seq }: EntryRow, data: unknown): void {
    const isNamed = typeof data === "object" && data !== null && "public_key" in data;
    const text = isNamed ? String(data.public_key) : "";
    const isLost = isNamed && "lost" in data && data.lost === true;
    if (!isHash.test(text)) return;
    const key = agentKey(agent, Uint8Array.fromHex(text));
    this.#keys.push({ seq, key, isLost, isVouched: false, root: null });
  }

  *#check(claim: Claimed): Generator<TraceFault> {
    const fault = this.#formFault(claim) ?? this.#rootFault(claim) ?? this.#removedFault(claim);
    if (fault !== null) yield fault;
    else this.#signedTo = claim.size;
  }

  /** It is a checkpoint of this trace, signed by the key that was in force. */
  #formFault({ size, signed, kept }: Claimed): TraceFault | null {
    const fault = (why: string): TraceFault => ({
      seq: Math.max(1, size),
      fault: "checkpoint_invalid",
      message: `the checkpoint ${kept} over ${size} entries ${why}`,
    });
    if (signed === null) return fault("is not one");
    const { note, checkpoint } = signed;
    const last = this.#keys.at(-1);
    const keys = last === undefined ? this.#ownKeys(checkpoint) : [last.key];
    const [key] = keys;
    if (key === undefined) return fault("is signed by a key that the trace does not name");
    if (checkpoint.size !== size) return fault(`speaks of ${checkpoint.size}`);
    if (checkpoint.origin !== key.name) return fault("is of another trace");
    return this.#isSigned(note, keys, size) ? null : fault("is not signed by its agent");
  }

  /** By one of the keys; by the one before the last too where that is what brings in the last one. */
  #isSigned(note: Note, keys: readonly NoteKey[], size: number): boolean {
    const last = this.#keys.at(-1);
    const before = last?.seq === size ? this.#keys.at(-2)?.key : undefined;
    const known = before === undefined ? keys : [...keys, before];
    const vouched = vouchersOf(note, known, { verify: ed25519Verify, sha256: sha256Bytes });
    const by = vouched?.map((one) => one.by) ?? [];
    if (!keys.some((one) => by.includes(one))) return false;
    if (last !== undefined && before !== undefined && by.includes(before)) last.isVouched = true;
    return true;
  }

  /** For a trace from which the entry that names the key was cut off. */
  #ownKeys({ origin }: Checkpoint): NoteKey[] {
    const keys = this.#beside.publicKeys.map((one) =>
      agentKey(this.#agent, Uint8Array.fromHex(one)),
    );
    return keys.filter(({ name }) => name === origin);
  }

  #rootFault({ size, signed }: Claimed): TraceFault | null {
    if (this.#broken || signed === null) return null;
    // Sizes are ascending, and each row is told: the tree has just this size.
    if (isSame(signed.checkpoint.root, this.#root())) return null;
    const from = this.#signedTo + 1;
    const message = `entries ${from} to ${size} are not those that were signed: one of them was changed, and the chain made to fit`;
    return { seq: from, fault: "checkpoint_mismatch", message };
  }

  #removedFault({ size, kept }: Claimed): TraceFault | null {
    if (kept === "in the trace") return null;
    const message = `the newest checkpoint, over ${size} entries, was removed from the trace`;
    return { seq: size, fault: "checkpoint_invalid", message };
  }
}
