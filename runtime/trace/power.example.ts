/** The power fails while a trace is written: what may then lie on the disk, and what must be found there. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StoredEntry } from "../../contracts/trace.ts";
import { manualClock } from "../manual-clock.ts";
import { AgentKey } from "./agent-key.ts";
import { asidesOf } from "./aside.ts";
import { newestFile, readNewest } from "./checkpoints.ts";
import * as draft from "./drafts.example.ts";
import { openAt } from "./opened.example.ts";
import type { Connection } from "./sqlite-connection.ts";
import { openSqliteReader } from "./sqlite-reader.ts";
import type { TraceStore } from "./store.ts";
import { verifyTrace } from "./verify.ts";

/** What a disk writes at once, or not at all. */
const sectorBytes = 512;
const opsPerRun = 16;
const cutsPerOp = 1;

/** Mulberry32: small and good enough for choosing. Returns whole numbers below `limit`. */
function choices(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

/** The bytes of the database, of SQLite's log, and of the checkpoint beside them. */
type Disk = { db: Uint8Array; wal: Uint8Array | null; newest: Uint8Array | null };

/** Where such folders are best made: in memory, where the system has a place for that. */
export function memoryFolder(): string {
  return mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "atlasbridge-power-"));
}

export type Planted = "none" | "appends are not synced";

export class PowerRun {
  cuts = 0;
  /** Cuts after which less was there than had been written: the last, unacknowledged append. */
  lost = 0;
  readonly #folder: string;
  readonly #file: string;
  readonly #choose: (limit: number) => number;
  readonly #planted: Planted;
  readonly #clock = manualClock();
  readonly #connections: Connection[] = [];
  #stores: TraceStore[] = [];
  /** What no power failure can take away any more. */
  #synced: Disk = { db: new Uint8Array(0), wal: null, newest: null };
  #acked: StoredEntry[] = [];
  #asked: ReturnType<typeof draft.newPrompt> | null = null;
  #session: ReturnType<typeof draft.newSession> | null = null;

  /** Nothing of it has to outlive the process: a folder in memory is as good as one on a disk, and faster. */
  constructor(folder: string, seed: number, planted: Planted = "none") {
    this.#folder = folder;
    this.#file = join(folder, "trace.db");
    this.#choose = choices(seed);
    this.#planted = planted;
  }

  /** Throws where something is found that must not be. */
  run(): void {
    for (let count = 1 + this.#choose(2); count > 0; count -= 1) this.#stores.push(this.#open());
    this.#acked = [...this.#some().entries()];
    this.#sync();
    for (let op = 0; op < opsPerRun; op += 1) this.#op();
    for (const store of this.#stores) store.close();
  }

  #open(file = this.#file): TraceStore {
    const keys = new AgentKey(join(this.#folder, "agent.key"));
    return openAt(file, { clock: this.#clock, keys }, (connection) => {
      if (file === this.#file) this.#connections.push(connection);
      return connection;
    });
  }

  #some(): TraceStore {
    const store = this.#stores[this.#choose(this.#stores.length)];
    if (store === undefined) throw new Error("no store is open");
    return store;
  }

  #sync(): void {
    if (this.#planted === "none") this.#synced = this.#disk();
  }

  #op(): void {
    this.#clock.advance(this.#choose(3) === 0 ? 11_000 : 5);
    const kind = this.#choose(10);
    if (kind === 0) this.#noteOp();
    else if (kind === 1) this.#foldOp();
    else if (kind === 2) this.#reopenOp();
    else this.#appendOp();
  }

  #appendOp(): void {
    const written = this.#append(this.#some());
    const now = this.#disk();
    const { newest } = this.#synced;
    // The checkpoint beside it is written once the append is synced.
    this.#cut({ ...now, newest }, written);
    this.#acked.push(...written);
    if (this.#planted === "none") this.#synced = { ...now, newest };
    this.#cut(now, []);
    this.#sync();
  }

  #append(store: TraceStore): StoredEntry[] {
    const sessionId = this.#session ?? draft.newSession();
    if (this.#session === null) {
      this.#session = sessionId;
      return store.append([draft.started()], { sessionId, opens: draft.someHolder });
    }
    if (this.#asked !== null) {
      const closed = draft.closed(this.#asked);
      this.#asked = null;
      return store.append([closed], { sessionId });
    }
    switch (this.#choose(5)) {
      case 0: {
        this.#session = null;
        return store.append([draft.ended()], { sessionId });
      }
      case 1:
        return store.append([draft.noted("x".repeat(this.#choose(9_000)))], { sessionId: null });
      default: {
        const claim = draft.newPrompt();
        this.#asked = claim;
        const drafts = [draft.detected(claim), draft.decided(claim), draft.injected(claim)];
        return store.append(drafts, { sessionId, claim });
      }
    }
  }

  /** Not synced, and nothing to lose. */
  #noteOp(): void {
    if (this.#session === null) return;
    const doing = { state: "working", reason: "r", prompt_kind: null, since: 1 } as const;
    this.#some().note(this.#session, doing);
    this.#cut(this.#disk(), []);
  }

  /** The database is written while the log still holds all of it; then the log begins anew. */
  #foldOp(): void {
    const connection = this.#connections.at(-1);
    this.#syncLog();
    connection?.rows("PRAGMA wal_checkpoint(PASSIVE)");
    this.#cut(this.#disk(), []);
    this.#sync();
    connection?.run("UPDATE tree SET size = size");
    this.#cut(this.#disk(), []);
    this.#sync();
  }

  /** Before it touches the database SQLite syncs the log. */
  #syncLog(): void {
    const { wal } = this.#disk();
    if (this.#planted === "none") this.#synced = { ...this.#synced, wal };
  }

  /** The last one to close folds the log and removes it. */
  #reopenOp(): void {
    const count = this.#stores.length;
    this.#syncLog();
    for (const store of this.#stores.splice(0)) store.close();
    this.#connections.length = 0;
    const closed = this.#disk();
    // The log goes when the database is synced: until then it is all there.
    this.#cut({ ...closed, wal: this.#synced.wal }, []);
    this.#sync();
    this.#cut(closed, []);
    while (this.#stores.length < count) this.#stores.push(this.#open());
    this.#sync();
  }

  #disk(): Disk {
    const read = (path: string): Uint8Array | null =>
      existsSync(path) ? new Uint8Array(readFileSync(path)) : null;
    const db = read(this.#file) ?? new Uint8Array(0);
    return { db, wal: read(`${this.#file}-wal`), newest: read(newestFile(this.#file)) };
  }

  #cut(now: Disk, unacked: readonly StoredEntry[]): void {
    for (let count = 0; count < cutsPerOp; count += 1) {
      const folder = mkdtempSync(join(this.#folder, "after-"));
      this.#writeImage(folder, now);
      this.#examine(join(folder, "trace.db"), unacked);
      rmSync(folder, { recursive: true });
      this.cuts += 1;
    }
  }

  #writeImage(folder: string, now: Disk): void {
    const { db, wal, newest } = this.#synced;
    const put = (name: string, bytes: Uint8Array | null): void => {
      if (bytes !== null) writeFileSync(join(folder, name), bytes, { mode: 0o600 });
    };
    put("trace.db", this.#torn(db, now.db));
    put("trace.db-wal", now.wal === null ? null : this.#torn(wal ?? new Uint8Array(0), now.wal));
    // It takes the older one's place whole, or not yet.
    put("trace.db.checkpoint", this.#choose(2) === 0 ? newest : now.newest);
    // What another boot left of the index, which is worth nothing.
    if (this.#choose(3) === 0) put("trace.db-shm", this.#noise(32_768));
  }

  /** Of what was written since the last sync each sector is there, or not, or broken; or only its beginning came. */
  #torn(before: Uint8Array, after: Uint8Array): Uint8Array {
    const how = this.#choose(4);
    if (how === 0 && after.length > before.length) {
      return after.slice(0, before.length + this.#choose(after.length - before.length + 1));
    }
    const bytes = after.slice();
    for (let at = 0; at < bytes.length; at += sectorBytes) {
      const end = Math.min(at + sectorBytes, bytes.length);
      const old = before.subarray(at, end);
      if (Buffer.compare(old, after.subarray(at, end)) === 0) continue;
      const fate = how === 1 ? 0 : this.#choose(4);
      if (fate === 1) bytes.fill(0, at, end).set(old, at);
      else if (fate === 2 && old.length === 0) bytes.set(this.#noise(end - at), at);
      else if (fate === 3 && old.length === 0) bytes.fill(0, at, end);
    }
    return bytes;
  }

  #noise(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.#choose(256));
  }

  /** Whole, with all that was acknowledged, and ready to go on. */
  #examine(file: string, unacked: readonly StoredEntry[]): void {
    const found = this.#verified(file);
    const entries = [...this.#acked, ...unacked];
    check(found.ok, `it does not verify: ${found.faults.map(({ message }) => message).join("; ")}`);
    check(
      found.entries >= this.#acked.length,
      `${this.#acked.length - found.entries} acknowledged entries are lost`,
    );
    const end = entries[found.entries - 1];
    check(end?.hash === found.head.hash, "its end is not what was written");
    if (found.entries < entries.length) this.lost += 1;
    if (this.#choose(4) !== 0) return;
    const store = this.#open(file);
    store.recover(() => true);
    store.append([draft.noted()], { sessionId: null });
    store.close();
    check(asidesOf(file).length === 0, "it was taken for a broken one");
    check(this.#verified(file).ok, "it does not verify once it was gone on with");
  }

  #verified(file: string) {
    const reader = openSqliteReader(file);
    try {
      const publicKeys = new AgentKey(join(this.#folder, "agent.key")).known();
      const beside = { newest: readNewest(file), publicKeys, trusted: null };
      return verifyTrace(reader, { beside });
    } finally {
      reader.close();
    }
  }
}

function check(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
