/** A simulated world: machines, a network and a service under one clock, and all that befalls them by plan. One seed, one history. */
import { createHash } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openWitness } from "../cloud/witness.ts";
import { Chance } from "./chance.ts";
import { Service, type Shelve, Weather } from "./service.ts";
import { Killed } from "./disk.ts";
import type { Checker, Fact, Remains } from "./facts.ts";
import { strike } from "./faults.ts";
import { Machine, pemFrom } from "./machine.ts";
import type { Around, Tampering } from "./place.ts";
import { dayMs, hourMs, machines, type Plan } from "./plan.ts";
import { Time, worldBeganAt } from "./time.ts";

export type WorldOptions = {
  plan: Plan;
  /** Empty, or not there yet; removed at the end. */
  folder: string;
  checkers: readonly Checker[];
  tamper?: Tampering;
  shelve?: Shelve;
  /** False: nothing is uploaded, and no table grows. */
  hasCloud?: boolean;
  /** Told of every line of the history. */
  onLine?: (line: string) => void;
};

export type WorldResult = {
  /** SHA-256 over the whole history. */
  history: string;
  lines: number;
  events: number;
  asked: number;
  entries: number;
  rows: number;
  kills: number;
  violations: { checker: Checker["name"]; lines: readonly string[] }[];
};

/** So long after the last day everything must have been sent. */
const drainMsMax = 12 * hourMs;

export class World implements Around {
  readonly time = new Time();
  readonly chance: Chance;
  readonly weather = new Weather();
  readonly service: Service;
  readonly witnessKey: string;
  readonly tamper: Tampering;
  readonly hasCloud: boolean;
  readonly #options: WorldOptions;
  readonly #machines: Machine[];
  readonly #hash = createHash("sha256");
  readonly #count = { lines: 0, asked: 0, kills: 0 };
  #broken: Error | null = null;

  constructor(options: WorldOptions) {
    const { plan, folder } = options;
    this.#options = options;
    this.chance = new Chance(plan.seed ^ 0x5eed, () => this.wallNow);
    this.tamper = options.tamper ?? ((parts, given) => ({ parts, options: given }));
    this.hasCloud = options.hasCloud ?? true;
    const witness = openWitness(pemFrom(this.chance), "witness.example");
    this.witnessKey = witness.verifierKey;
    this.service = new Service(this.time, witness, options.shelve ?? ((row) => [row]));
    mkdirSync(folder, { recursive: true });
    this.#machines = machines.map(({ name, tenant }) => {
      const file = join(folder, name, "trace.db");
      return new Machine(this, { name, tenant, file });
    });
  }

  get #air() {
    const { weather, service, time } = this;
    return { weather, service, time };
  }

  get wallNow(): number {
    return worldBeganAt + this.time.nowMs;
  }

  note(line: string): void {
    const whole = `${this.time.nowMs.toFixed(3)} ${line.replaceAll(this.#options.folder, "")}`;
    this.#hash.update(`${whole}\n`);
    this.#count.lines += 1;
    this.#options.onLine?.(whole);
  }

  tell(fact: Fact): void {
    if (fact.what === "asked") this.#count.asked += 1;
    if (fact.what === "ended" && fact.how === "killed") this.#count.kills += 1;
    if (fact.what !== "measured") this.note(JSON.stringify(fact));
    for (const checker of this.#options.checkers) checker.see?.(fact, this.time.nowMs);
  }

  /** Something threw that nothing of ours throws on purpose. */
  broke(error: unknown): void {
    this.#broken ??= error instanceof Error ? error : new Error(String(error));
  }

  run(): WorldResult {
    try {
      return this.#run();
    } finally {
      rmSync(this.#options.folder, { recursive: true, force: true });
    }
  }

  #run(): WorldResult {
    const { plan, checkers } = this.#options;
    for (const machine of this.#machines) machine.startUploader();
    for (const session of plan.sessions) {
      this.time.at(session.atMs, () => this.#machine(session.machine).startSession(session));
    }
    for (const fault of plan.faults) {
      this.time.at(fault.atMs, () => {
        this.note(`fault: ${JSON.stringify(fault)}`);
        strike(fault, { ...this.#air, machine: this.#machine(fault.machine) });
      });
    }
    this.#runTo(plan.days * dayMs);
    const endMs = this.time.nowMs + drainMsMax;
    const all = this.#machines;
    const runWhile = (goesOn: () => boolean): void => {
      while (this.time.nowMs < endMs && goesOn()) this.#runTo(this.time.nowMs + hourMs / 6);
    };
    runWhile(() => all.some(({ isQuiet }) => !isQuiet));
    for (const machine of all) machine.recover();
    runWhile(() => all.some(({ isSent }) => !isSent));
    for (const machine of this.#machines) machine.end();
    this.#runTo(this.time.nowMs + hourMs);
    if (this.#broken !== null) throw this.#broken;
    const remains = this.#remains();
    for (const checker of checkers) checker.end?.(remains);
    return this.#result(remains);
  }

  #runTo(ms: number): void {
    for (;;) {
      try {
        this.time.runUntil(ms);
        return;
      } catch (error) {
        // The stack of a process that has just died.
        if (!(error instanceof Killed)) throw error;
      }
    }
  }

  #machine(index: number): Machine {
    const machine = this.#machines[index];
    if (machine === undefined) throw new Error(`there is no machine ${index}`);
    return machine;
  }

  #remains(): Remains {
    const found = this.#machines.map((machine) => machine.remains());
    const { rows } = this.service;
    for (const { name, trace } of found) {
      for (const { seq, hash } of trace) this.note(`${name} entry ${seq} ${hash}`);
    }
    for (const { tenant, agent, seq, hash } of rows) this.note(`${tenant} ${agent} ${seq} ${hash}`);
    return { machines: found, rows };
  }

  #result({ machines: found, rows }: Remains): WorldResult {
    const { checkers } = this.#options;
    return {
      history: this.#hash.digest("hex"),
      events: this.time.passed,
      entries: found.reduce((sum, { trace }) => sum + trace.length, 0),
      rows: rows.length,
      ...this.#count,
      violations: checkers
        .map((checker) => ({ checker: checker.name, lines: checker.violations() }))
        .filter(({ lines }) => lines.length > 0),
    };
  }
}
