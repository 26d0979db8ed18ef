/** One machine of a simulated world: a trace on its disk, processes that write to it, and one that sends it away. */
import { Database } from "bun:sqlite";
import { statSync } from "node:fs";
import { AtlasError } from "../contracts/errors.ts";
import { limits } from "../contracts/limits.ts";
import { type NoteKey, parseVerifierKey } from "../contracts/note.ts";
import { sha256Bytes } from "../runtime/trace/sha256.ts";
import type { KeySource } from "../runtime/trace/agent-key.ts";
import { ed25519Verify, type KeyPair, readKeyPair } from "../runtime/trace/ed25519.ts";
import { outgoingOf } from "../runtime/trace/outgoing.ts";
import { openSqliteStore } from "../runtime/trace/sqlite.ts";
import type { Connection } from "../runtime/trace/sqlite-connection.ts";
import { openSqliteReader } from "../runtime/trace/sqlite-reader.ts";
import type { SessionHolder } from "../runtime/trace/store.ts";
import { verifyTrace } from "../runtime/trace/verify.ts";
import type { SigningKey } from "../runtime/upload/cloud.ts";
import { Uploader } from "../runtime/upload/uploader.ts";
import type { Chance } from "./chance.ts";
import { cloudThrough } from "./service.ts";
import { connectFor, Disk, Killed } from "./disk.ts";
import type { DurableRow, Remains, TraceRow } from "./facts.ts";
import { Governed } from "./governed.ts";
import type { SessionPlan } from "./plan.ts";
import { ProcessClock } from "./time.ts";
import type { Around, Place } from "./place.ts";

/** An Ed25519 key from chance (RFC 8410: PKCS #8 around 32 bytes). */
export function pemFrom(chance: Chance): string {
  const head = Uint8Array.fromHex("302e020100300506032b657004220420");
  const der = Buffer.concat([head, chance.bytes(32)]).toString("base64");
  return `-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----\n`;
}

function pairFrom(chance: Chance): KeyPair {
  const pair = readKeyPair(pemFrom(chance));
  if (pair === null) throw new Error("a key from chance is a key");
  return pair;
}

/** What is written between two foldings of SQLite's log, and a little more. */
const walBytesMax = 64_000_000;
const lookEveryMs = 20_000;
/** A process that died is started again after at most so long; one that stopped and told its operator, when they have come. */
const restartMs = 60_000;
const operatorMs = 2_400_000;

export class Machine implements Place {
  readonly world: Around;
  readonly name: string;
  readonly tenant: string;
  readonly file: string;
  readonly disk = new Disk();
  readonly keys: KeySource;
  /** Of the wall clock, which may jump. */
  wallOffsetMs = 0;
  readonly #chance: Chance;
  readonly #key: SigningKey;
  readonly #running = new Set<Governed>();
  readonly #pids = new Map<number, () => boolean>();
  #lastPid = 100;
  #boot = 1;
  #uploader: { clock: ProcessClock; kill: () => void } | null = null;
  #reader: Database | null = null;
  #seen = 0;
  #uploadOver = false;
  #wake: (() => void) | null = null;
  #isLooking = false;

  constructor(world: Around, of: { name: string; tenant: string; file: string }) {
    this.world = world;
    this.name = of.name;
    this.tenant = of.tenant;
    this.file = of.file;
    this.#chance = world.chance.fork(() => world.wallNow);
    this.#key = world.service.newKey(of.tenant, this.#chance);
    const pair = pairFrom(this.#chance);
    const hex = pair.publicKey.toHex();
    this.keys = {
      own: () => hex,
      known: () => [hex],
      pair: (asked) => (asked === hex ? pair : null),
    };
  }

  note(line: string): void {
    this.world.note(`${this.name} ${line}`);
  }

  bootOf(pid: number): string {
    return `boot ${this.#boot} process ${pid}`;
  }

  readonly isGone = ({ pid, startedAs }: SessionHolder): boolean =>
    this.#pids.get(pid)?.() !== true || startedAs !== this.bootOf(pid);

  startSession(plan: SessionPlan): void {
    const governed = new Governed(this, plan);
    this.#running.add(governed);
    this.#keepLooking();
    void governed.start(this.#newPid(() => governed.isAlive));
  }

  killSession(): void {
    const living = this.#living();
    if (living.length > 0) this.#chance.one(living).kill("was killed");
  }

  killUploader(): void {
    this.#uploader?.kill();
  }

  /** Everything stops at once; what was synced is there. */
  powerCut(): void {
    for (const one of this.#living()) one.kill("lost its power");
    this.#uploader?.kill();
    this.#boot += 1;
  }

  /** The next command on this machine, whatever it is: it first writes the end of what was killed. */
  recover(): void {
    const { world, file, keys } = this;
    const clock = new ProcessClock(world.time, this.#chance.fork(), () => this.wallOffsetMs);
    const random = this.#chance.fork(() => clock.now());
    const options = { file, clock, random, keys, runtimeVersion: "0.0.0", create: true };
    const trace = openSqliteStore(options);
    if (trace.recover(this.isGone).length > 0) this.grew();
    trace.close();
  }

  startUploader(): void {
    if (this.#uploadOver || !this.world.hasCloud) return;
    const { time } = this.world;
    const clock = new ProcessClock(time, this.#chance.fork(), () => this.wallOffsetMs);
    const connections: Connection[] = [];
    const closes: (() => void)[] = [];
    const ending = new AbortController();
    let isOver = false;
    const over = (why: string, againMs: number): void => {
      if (isOver) return;
      isOver = true;
      this.note(`uploader ended: ${why}`);
      clock.isAlive = false;
      ending.abort();
      this.#wake = null;
      time.after(0, () => {
        for (const one of connections.splice(0)) one.close();
        for (const close of closes.splice(0)) close();
      });
      // Whoever looks after it starts it again.
      time.after(this.#chance.between(againMs / 10, againMs), () => this.startUploader());
    };
    const kill = (): void => over("killed", restartMs);
    this.#uploader = { clock, kill };
    const opened = (connection: Connection): void => void connections.push(connection);
    this.#upload({ clock, opened, closes, signal: ending.signal }).then(
      (outcome) => over(outcome, operatorMs),
      (error: unknown) => {
        if (!(error instanceof AtlasError || error instanceof Killed)) this.world.broke(error);
        over(String(error), restartMs);
      },
    );
  }

  async #upload(process: {
    clock: ProcessClock;
    opened: (connection: Connection) => void;
    closes: (() => void)[];
    signal: AbortSignal;
  }): Promise<string> {
    const { clock, opened, closes, signal } = process;
    const { world, file, keys } = this;
    const random = this.#chance.fork(() => clock.now());
    const pid = this.#newPid(() => clock.isAlive);
    this.note(`uploader ${pid} starts`);
    const isAlive = (): boolean => clock.isAlive;
    const die = (): void => undefined;
    const committed = (): void => undefined;
    const writer = { disk: this.disk, isSession: false, isAlive, die, opened, committed };
    const trace = openSqliteStore({
      ...{ file, clock, random, keys, runtimeVersion: "0.0.0", create: true },
      connect: connectFor(writer),
    });
    trace.recover(this.isGone);
    const reader = openSqliteReader(file);
    closes.push(() => reader.close());
    const witness = this.#witness();
    const now = (): number => clock.now();
    const options = { trace, reader, file, cloud: "https://cloud.example", keys, now };
    const outgoing = outgoingOf({ ...options, witnesses: [witness] });
    const way = {
      ...{
        service: world.service,
        weather: world.weather,
        time: world.time,
        clock,
        chance: random,
      },
      key: this.#key,
      sent: (text: string) => world.tell({ what: "sent", machine: this.name, text }),
    };
    const uploader = new Uploader({
      outgoing,
      cloud: cloudThrough(way),
      clock: { ...clockOf(clock), after: (ms, call) => this.#lookLater(clock, ms, call) },
      random,
      wire: { key: () => this.#key, show: () => null },
      agent: { version: "0.0.0", platform: "simulated" },
      witness,
      verify: ed25519Verify,
      record: (draft) => void trace.append([draft], { sessionId: null }),
    });
    const outcome = await uploader.run({ follow: true, patienceMs: null, signal });
    return outcome.trouble?.problem ?? "nothing to do";
  }

  #witness(): NoteKey {
    const key = parseVerifierKey(this.world.witnessKey, sha256Bytes);
    if (key === null) throw new Error("the witness has a key");
    return key;
  }

  /** Looks for nothing are left out: it wakes when something was written, at the moment at which it would have looked. */
  #lookLater(clock: ProcessClock, ms: number, call: () => void): { cancel(): void } {
    if (ms !== limits.uploadLookMs) return clock.after(ms, call);
    let timer: { cancel(): void } | null = null;
    this.#wake = () => {
      this.#wake = null;
      timer = clock.after(ms, call);
    };
    return {
      cancel: () => {
        this.#wake = null;
        timer?.cancel();
      },
    };
  }

  /** Tells what has become durable since the last look, as an outsider reads it. */
  lookAtTrace(): void {
    for (const row of this.#newRows())
      this.world.tell({ what: "durable", machine: this.name, row });
  }

  /** The uploader will find something when it looks. */
  grew(): void {
    this.#wake?.();
  }

  /** As long as something runs, now and then: how much there is of what has a bound. */
  #keepLooking(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.world.time.after(lookEveryMs, () => {
      this.#isLooking = false;
      this.#look();
      if (!this.isQuiet) this.#keepLooking();
    });
  }

  #look(): void {
    this.lookAtTrace();
    const machine = this.name;
    const wal = statSync(`${this.file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    const log = { name: "bytes of SQLite's log", value: wal, max: walBytesMax };
    this.world.tell({ what: "measured", machine, ...log });
  }

  get isQuiet(): boolean {
    return this.#living().length === 0;
  }

  /** All that was recorded lies in the tenant's table, as far as the machine knows. */
  get isSent(): boolean {
    if (!this.world.hasCloud) return true;
    const [row] = this.#read<{ acked_seq: number }>("SELECT acked_seq FROM upload");
    this.lookAtTrace();
    return this.#seen > 0 && row?.acked_seq === this.#seen;
  }

  end(): void {
    for (const one of this.#living()) one.kill("was still there at the end");
    this.#uploadOver = true;
    this.#uploader?.kill();
  }

  remains(): Remains["machines"][number] {
    const columns = "v, agent_id, seq, at, session_id, kind, data, content_hash, prev, hash";
    const rows = this.#read<Record<string, unknown>>(`SELECT ${columns} FROM entries ORDER BY seq`);
    const trace = rows.map(({ hash, ...entry }): TraceRow => {
      const data: unknown = JSON.parse(String(entry["data"]));
      return { seq: Number(entry["seq"]), hash: String(hash), entry: { ...entry, data } };
    });
    const reader = openSqliteReader(this.file);
    const report = verifyTrace(reader);
    this.#reader?.close();
    const verdict = report.faults.map(({ message }) => message);
    const { agentId: agent } = reader;
    reader.close();
    const { secret } = this.#key;
    return { name: this.name, tenant: this.tenant, agent, secret, trace, verdict };
  }

  #living(): Governed[] {
    for (const one of this.#running) if (!one.isAlive) this.#running.delete(one);
    return [...this.#running];
  }

  #newPid(isAlive: () => boolean): number {
    this.#lastPid += 1;
    this.#pids.set(this.#lastPid, isAlive);
    return this.#lastPid;
  }

  #newRows(): DurableRow[] {
    const sql = `SELECT seq, kind, session_id, data ->> 'prompt_id' AS prompt_id,
      coalesce(data ->> 'bytes', 0) AS bytes FROM entries WHERE seq > ${this.#seen} ORDER BY seq`;
    const rows = this.#read<DurableRow>(sql);
    this.#seen = rows.at(-1)?.seq ?? this.#seen;
    return rows;
  }

  #read<T>(sql: string): T[] {
    if (statSync(this.file, { throwIfNoEntry: false }) === undefined) return [];
    this.#reader ??= new Database(this.file, { readonly: true });
    try {
      return this.#reader.query<T, []>(sql).all();
    } catch {
      // Before the first process has made the tables.
      return [];
    }
  }
}

/** Its methods as values of their own. */
function clockOf(clock: ProcessClock) {
  return {
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs(),
    soon: (ms: number, call: () => void) => clock.soon(ms, call),
  };
}
