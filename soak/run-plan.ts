/** Runs a simulated world from a seed, or from what is left of its plan, and keeps such plans as lines of `seeds.txt`. */
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Chance } from "./chance.ts";
import { allCheckers } from "./check/all.ts";
import { drawPlan, type Plan } from "./plan.ts";
import { World, type WorldOptions, type WorldResult } from "./world.ts";

export const seedsFile = join(import.meta.dir, "seeds.txt");

export function planOf(seed: number, days: number): Plan {
  return drawPlan(seed, days, new Chance(seed));
}

/** Nothing of a world has to outlive it: a folder in memory is as good as one on a disk, and faster. */
function worldFolder(): string {
  return mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "atlasbridge-world-"));
}

export function runPlan(plan: Plan, changed: Partial<WorldOptions> = {}): WorldResult {
  const options = { plan, folder: worldFolder(), checkers: allCheckers(), ...changed };
  return new World(options).run();
}

/** A failure that is replayed for ever: which of its plan's sessions and faults it takes; null: all of them. */
export type Kept = {
  seed: number;
  days: number;
  sessions: number[] | null;
  faults: number[] | null;
};

/** Parts of a plan by their place in it. */
export function partOf(plan: Plan, { sessions, faults }: Pick<Kept, "sessions" | "faults">): Plan {
  const pick = <T>(from: readonly T[], which: number[] | null): T[] =>
    from.filter((_one, at) => which === null || which.includes(at));
  return { ...plan, sessions: pick(plan.sessions, sessions), faults: pick(plan.faults, faults) };
}

/** One a line: `seed=N days=N [sessions=a,b] [faults=c,d]`; what follows `#` is for people. */
export function readSeeds(text = readFileSync(seedsFile, "utf8")): Kept[] {
  const lines = text.split("\n").map((line) => line.replace(/#.*/, "").trim());
  return lines.filter((line) => line !== "").map(readKept);
}

function readKept(line: string): Kept {
  const fields = new Map(
    line.split(/\s+/).map((field) => [...field.split("="), ""] as [string, string]),
  );
  const number = (name: string): number => {
    const value = Number(fields.get(name));
    if (!Number.isFinite(value)) throw new Error(`seeds.txt: "${line}" names no ${name}`);
    return value;
  };
  const list = (name: string): number[] | null => {
    const text = fields.get(name);
    if (text === undefined) return null;
    return text === "" ? [] : text.split(",").map(Number);
  };
  return {
    seed: number("seed"),
    days: number("days"),
    sessions: list("sessions"),
    faults: list("faults"),
  };
}

export function writeKept({ seed, days, sessions, faults }: Kept, why: string): string {
  const list = (name: string, which: number[] | null): string =>
    which === null ? "" : ` ${name}=${which.join(",")}`;
  return `seed=${seed} days=${days}${list("sessions", sessions)}${list("faults", faults)} # ${why}\n`;
}
