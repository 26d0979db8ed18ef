/** The long soak: real sessions, the daemon and the cloud for days, with faults by a seed; it goes on after a restart. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Database } from "bun:sqlite";
import { openSqliteReader } from "../../runtime/trace/sqlite-reader.ts";
import { verifyTrace } from "../../runtime/trace/verify.ts";
import type { StoredEntry } from "../../contracts/trace.ts";
import { Chance } from "../chance.ts";
import { mismatchesOf } from "./account.ts";
import { policyText, type ProgramName } from "./programs.ts";
import { keepSample, look, sizeMB } from "./sampler.ts";
import { forget, type Seat, type SeatWorld, takeSeat, tellToStop } from "./seat.ts";
import { LongService } from "./service.ts";

export type LongOptions = {
  binary: string;
  cloudBinary: string;
  folder: string;
  ms: number;
  seed: number;
  say: (line: string) => void;
};

/** What is kept on the disk, so that a restart of the machine costs the round that was under way. */
export type LongState = {
  seed: number;
  elapsedMs: number;
  starts: number;
  rounds: number;
  sessions: number;
  asked: number;
  answered: number;
  /** Without an answer, since what was decided could not be recorded in time, and no person is there. */
  left: number;
  faults: { atMs: number; kind: string }[];
  wrong: string[];
};

const lineups: readonly (readonly ProgramName[])[] = [
  ["hasty", "talkative", "flooding", "dialog", "resized dialog", "busy dialog"],
  ["hasty", "resting", "crashing", "dialog", "resized dialog", "busy dialog"],
];
const promptsPerSession = 12;
const sampleEveryMs = 1_000;
const mildFaults = ["kill a session", "freeze the service", "hold the trace"] as const;
const allFaults = [...mildFaults, "kill the daemon", "kill the service"] as const;

/**
 * In the first part of each spell the daemon and the service live on: what leaks a little at a time shows only in a
 * life that is long beside its first minutes, in which every process grows.
 */
const spellMsMax = 100 * 60_000;
const mildPart = 0.6;

type FaultKind = (typeof allFaults)[number];

export class Long {
  readonly state: LongState;
  readonly #options: LongOptions;
  readonly #world: SeatWorld;
  readonly #chance: Chance;
  readonly #startedMs = performance.now();
  readonly #before: number;
  #service: LongService | null = null;
  #daemon: Bun.Subprocess | null = null;
  #seats: Seat[] = [];
  #isOver = false;

  constructor(options: LongOptions) {
    const { folder, binary } = options;
    mkdirSync(join(folder, "home"), { recursive: true, mode: 0o700 });
    const policy = join(folder, "policy.yaml");
    writeFileSync(policy, policyText);
    this.#options = options;
    this.#world = { binary, folder, policy, home: join(folder, "home") };
    this.state = readState(folder) ?? newState(options.seed);
    this.state.starts += 1;
    this.#before = this.state.elapsedMs;
    this.#chance = new Chance(this.state.seed + this.state.starts);
  }

  get samplesFile(): string {
    return join(this.#options.folder, "samples.jsonl");
  }

  get traceFile(): string {
    return join(this.#world.home, "trace.db");
  }

  async run(): Promise<void> {
    const { cloudBinary, folder, ms, say } = this.#options;
    this.#service = await LongService.open(join(folder, "cloud"), cloudBinary, 1);
    const marathon = await this.#seat("marathon");
    try {
      await this.#enroll();
      this.#startDaemon();
      const timer = setInterval(() => this.#sample(marathon), sampleEveryMs);
      const striking = this.#strikeNowAndThen();
      while (this.state.elapsedMs < ms && this.state.wrong.length === 0) await this.#round();
      this.#isOver = true;
      await striking;
      tellToStop(this.#world, marathon);
      await marathon.ended;
      clearInterval(timer);
      await this.#settle(marathon);
      say(`settled after ${this.state.rounds} rounds`);
    } finally {
      this.#isOver = true;
      for (const seat of this.#seats) if (!seat.wasKilled) killQuietly(seat.pid);
      this.#daemon?.kill("SIGTERM");
      await this.#daemon?.exited;
      await this.#service.stop();
      this.#keep();
    }
  }

  async #seat(program: ProgramName): Promise<Seat> {
    this.state.sessions += 1;
    const label = `${program.replaceAll(" ", "-")}-${this.state.sessions}`;
    return await takeSeat(this.#world, { program, label, prompts: promptsPerSession });
  }

  async #round(): Promise<void> {
    const names = lineups[this.state.rounds % lineups.length] ?? [];
    this.#seats = await Promise.all(names.map((name) => this.#seat(name)));
    await Promise.all(this.#seats.map(({ ended }) => ended));
    await this.#recovered();
    for (const seat of this.#seats) this.#account(seat);
    this.#seats = [];
    this.state.rounds += 1;
    this.#keep();
  }

  /** The daemon, or whichever command comes next, writes the end of what was killed. */
  async #recovered(): Promise<void> {
    const argv = [this.#world.binary, "run", "--home", this.#world.home, "--no-recording"];
    const child = Bun.spawn([...argv, "--", "true"], { stdio: ["ignore", "ignore", "ignore"] });
    await child.exited;
  }

  #account(seat: Seat, lately = 200): void {
    const told = seat.told();
    const entries = this.#entriesOf(seat.label, lately);
    const wasCut = seat.wasKilled || seat.program === "crashing";
    this.state.asked += told.asked;
    this.state.answered += told.got;
    this.state.left += told.left;
    const wrong = mismatchesOf({ name: seat.label, told, entries, wasCut });
    this.state.wrong.push(...wrong);
    if (wrong.length === 0) forget(this.#world, seat);
  }

  /** `lately`: among so many sessions at the end. */
  #entriesOf(label: string, lately: number): StoredEntry[] {
    const reader = openSqliteReader(this.traceFile);
    try {
      const starts = reader.entries({ kinds: ["session.started"], last: lately });
      const found = [...starts].findLast(({ content }) =>
        JSON.stringify(content).includes(`"${label}"`),
      );
      const id = found?.session_id;
      return id === undefined || id === null ? [] : [...reader.entries({ sessionId: id })];
    } finally {
      reader.close();
    }
  }

  async #enroll(): Promise<void> {
    const [tenant] = this.#service?.tenants ?? [];
    if (tenant === undefined || this.#service === null) throw new Error("there is a tenant");
    const words = ["cloud", "enroll", "--url", this.#service.url, "--key-id", tenant.keyId];
    const child = Bun.spawn([this.#world.binary, ...words, "--home", this.#world.home], {
      stdio: [new TextEncoder().encode(`${tenant.secret}\n`), "ignore", "pipe"],
    });
    const said = await new Response(child.stderr).text();
    if ((await child.exited) !== 0 && this.state.starts === 1) throw new Error(said);
  }

  #startDaemon(): void {
    const argv = [this.#world.binary, "daemon", "start", "--foreground"];
    this.#daemon = Bun.spawn([...argv, "--home", this.#world.home], {
      stdio: ["ignore", "ignore", "ignore"],
    });
  }

  #sample(marathon: Seat): void {
    this.state.elapsedMs = this.#before + performance.now() - this.#startedMs;
    const walMB = sizeMB(`${this.traceFile}-wal`);
    const pids = { session: marathon.pid, daemon: this.#daemon?.pid, service: this.#service?.pid };
    for (const [name, pid] of Object.entries(pids)) {
      const seen = typeof pid === "number" ? look(pid) : null;
      if (seen === null || typeof pid !== "number") continue;
      keepSample(this.samplesFile, { atMs: this.state.elapsedMs, name, pid, walMB, ...seen });
    }
  }

  async #strikeNowAndThen(): Promise<void> {
    const everyMs = Math.min(600_000, Math.max(3_000, this.#options.ms / 40));
    while (!this.#isOver) {
      await Bun.sleep(this.#chance.between(everyMs / 2, everyMs));
      if (this.#isOver) return;
      const kind = this.#chance.one<FaultKind>(this.#isMild ? mildFaults : allFaults);
      this.state.faults.push({ atMs: this.state.elapsedMs, kind });
      this.#options.say(`fault: ${kind}`);
      await this.#strike(kind);
    }
  }

  get #isMild(): boolean {
    const spellMs = Math.min(spellMsMax, this.#options.ms);
    return this.state.elapsedMs % spellMs < mildPart * spellMs;
  }

  async #strike(kind: FaultKind): Promise<void> {
    switch (kind) {
      case "kill a session": {
        const running = this.#seats.filter(
          ({ pid, wasKilled }) => !wasKilled && look(pid) !== null,
        );
        if (running.length > 0) this.#chance.one(running).kill();
        return;
      }
      case "kill the daemon":
        this.#daemon?.kill("SIGKILL");
        await this.#daemon?.exited;
        this.#startDaemon();
        return;
      case "kill the service":
        await this.#service?.kill();
        await Bun.sleep(this.#chance.between(0, 1_000));
        await this.#service?.start();
        return;
      case "freeze the service":
        this.#service?.signal("SIGSTOP");
        await Bun.sleep(this.#chance.between(500, 2_000));
        this.#service?.signal("SIGCONT");
        return;
      case "hold the trace":
        await this.#hold(this.#chance.between(50, 400));
    }
  }

  /** As a program that looks into it would, and keeps it for a moment. */
  async #hold(ms: number): Promise<void> {
    const database = new Database(this.traceFile);
    try {
      database.run("BEGIN IMMEDIATE");
      await Bun.sleep(ms);
      database.run("ROLLBACK");
    } catch {
      // Somebody writes just now: then it is they who hold it.
    } finally {
      database.close();
    }
  }

  /** All that was recorded must have arrived, once, and the trace must be whole. */
  async #settle(marathon: Seat): Promise<void> {
    this.#account(marathon, Number.MAX_SAFE_INTEGER);
    const reader = openSqliteReader(this.traceFile);
    const trace = [...reader.rows()];
    const { agentId } = reader;
    const faults = verifyTrace(reader).faults.map(({ message }) => `trace: ${message}`);
    reader.close();
    this.state.wrong.push(...faults);
    const untilMs = performance.now() + settleMsMax;
    for (;;) {
      const rows = (await this.#service?.rowsOf(agentId)) ?? [];
      const isThere = trace.every(({ seq, hash }) => rows[seq - 1]?.hash === hash);
      const isOnce = rows.every(({ seq }, at) => seq === at + 1);
      if (isThere && isOnce) return;
      if (performance.now() > untilMs) {
        const counts = `${rows.length} rows of ${trace.length} entries`;
        this.state.wrong.push(`what was recorded has not arrived as it was: ${counts}`);
        return;
      }
      await Bun.sleep(250);
    }
  }

  #keep(): void {
    const file = join(this.#options.folder, "state.json");
    writeFileSync(file, JSON.stringify(this.state));
    appendFileSync(join(this.#options.folder, "rounds.log"), `${this.state.rounds}\n`);
  }
}

/** With its waits between tries, the daemon needs no longer than this once the service is there. */
const settleMsMax = 120_000;

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

function newState(seed: number): LongState {
  const counts = {
    elapsedMs: 0,
    starts: 0,
    rounds: 0,
    sessions: 0,
    asked: 0,
    answered: 0,
    left: 0,
  };
  return { seed, ...counts, faults: [], wrong: [] };
}

function readState(folder: string): LongState | null {
  const file = join(folder, "state.json");
  // Written by `#keep`.
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as LongState) : null;
}
