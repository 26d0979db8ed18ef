/** What a world is to go through, drawn from its seed as plain data: parts of it can be left out when a failure is shrunk. */
import type { Chance } from "./chance.ts";

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** How a tool asks, and what becomes of it. */
export type AskHow =
  /** Policy answers: yes, the prompt's own no, a word, Enter. */
  | "continue"
  | "overwrite"
  | "colour"
  | "size"
  | "enter"
  /** A person answers. */
  | "delete"
  | "password"
  /** A box in raw mode: approved by its number, or left to a person. */
  | "dialog"
  | "risky dialog";

export type Act =
  | { do: "work"; ms: number; lines: number }
  | { do: "flood"; bytes: number }
  | { do: "idle"; ms: number }
  /**
   * `times`: asked again at once, with the same words, after each answer. `patienceMs`: it moves on without an answer;
   * null: it waits. `repaintMs`: it draws the question anew while it waits. `dies`: it ends while it asks, after so long.
   */
  | {
      do: "ask";
      how: AskHow;
      times: number;
      patienceMs: number | null;
      repaintMs: number | null;
      dies: number | null;
    };

export type SessionPlan = {
  machine: number;
  atMs: number;
  acts: Act[];
  /** When a person types something nobody asked for, or makes the window another size: after so many milliseconds. */
  typesMs: number[];
  resizesMs: number[];
  /** How long a person who is called takes. */
  personMs: number;
};

export type FaultKind =
  | "kill session"
  | "kill uploader"
  /** In the middle of the next write of a session: what it wrote is lost, or is there although nobody was told. */
  | "die before commit"
  | "die after commit"
  | "power cut"
  | "disk full"
  | "disk busy"
  | "clock jump"
  | "cloud down"
  | "cloud slow"
  | "cloud 429"
  | "cloud 500"
  /** The service dies in the middle of a batch. */
  | "cloud dies before commit"
  | "cloud dies after commit"
  | "request twice"
  | "request truncated"
  | "reply truncated"
  | "reply lost";

export type FaultPlan = {
  kind: FaultKind;
  atMs: number;
  machine: number;
  /** How long it lasts; by how much a clock jumps. */
  ms: number;
};

export type Plan = { days: number; seed: number; sessions: SessionPlan[]; faults: FaultPlan[] };

/** Machines, and the tenants that they belong to. */
export const machines = [
  { name: "ash", tenant: "north" },
  { name: "birch", tenant: "north" },
  { name: "cedar", tenant: "south" },
  { name: "dogwood", tenant: "west" },
] as const;

const sessionsPerDay = 5;
const faultsPerDay = 6;

export function drawPlan(seed: number, days: number, chance: Chance): Plan {
  const sessions: SessionPlan[] = [];
  for (const machine of machines.keys()) {
    const count = Math.max(1, Math.round(days * sessionsPerDay * chance.between(0.6, 1.4)));
    for (let one = 0; one < count; one += 1) sessions.push(drawSession(machine, days, chance));
  }
  const faults: FaultPlan[] = [];
  const count = Math.max(2, Math.round(days * faultsPerDay * chance.between(0.5, 1.5)));
  for (let one = 0; one < count; one += 1) faults.push(drawFault(sessions, days, chance));
  const byTime = (a: { atMs: number }, b: { atMs: number }): number => a.atMs - b.atMs;
  return { seed, days, sessions: sessions.toSorted(byTime), faults: faults.toSorted(byTime) };
}

function drawSession(machine: number, days: number, chance: Chance): SessionPlan {
  const day = chance.below(days);
  // People begin several things at once.
  const atMs = day * dayMs + chance.below(3) * 4 * hourMs + chance.between(0, hourMs);
  const acts = Array.from({ length: 2 + chance.below(9) }, () => drawAct(chance));
  const some = (most: number): number[] =>
    Array.from({ length: chance.below(most) }, () => chance.between(0, 120_000));
  return {
    machine,
    atMs,
    acts,
    typesMs: chance.sometimes(0.3) ? some(4) : [],
    resizesMs: chance.sometimes(0.3) ? some(3) : [],
    personMs: chance.between(500, chance.sometimes(0.2) ? 600_000 : 20_000),
  };
}

function drawAct(chance: Chance): Act {
  const lot = chance.below(100);
  if (lot < 14) return { do: "work", ms: chance.between(5, 5_000), lines: 1 + chance.below(12) };
  if (lot < 17) return { do: "flood", bytes: 20_000 + chance.below(150_000) };
  if (lot < 22) {
    const isLong = chance.sometimes(0.05);
    return { do: "idle", ms: chance.between(1_000, isLong ? hourMs : 60_000) };
  }
  const how = chance.one(hows);
  return {
    do: "ask",
    how,
    times: chance.sometimes(0.25) ? 2 + chance.below(3) : 1,
    patienceMs: chance.sometimes(0.12) ? chance.between(0.1, 4_000) : null,
    repaintMs: chance.sometimes(0.12) ? chance.between(1, 3_000) : null,
    dies: chance.sometimes(0.03) ? chance.between(0.1, 3_000) : null,
  };
}

/** As often as they stand here. */
const hows: readonly AskHow[] = [
  ...(["continue", "continue", "continue", "overwrite", "colour", "size", "enter"] as const),
  ...(["continue", "overwrite", "dialog", "dialog", "delete", "password", "risky dialog"] as const),
];

const faultKinds: readonly FaultKind[] = [
  ...(["kill session", "kill session", "kill uploader", "die before commit"] as const),
  ...(["die after commit", "power cut", "disk full", "disk busy", "clock jump"] as const),
  ...(["cloud down", "cloud slow", "cloud 429", "cloud 500", "cloud dies before commit"] as const),
  ...([
    "cloud dies after commit",
    "request twice",
    "request truncated",
    "reply truncated",
  ] as const),
  "reply lost",
];

function drawFault(sessions: readonly SessionPlan[], days: number, chance: Chance): FaultPlan {
  const kind = chance.one(faultKinds);
  // Most of them strike while something runs.
  const near = chance.one(sessions);
  const strikes = chance.sometimes(0.8);
  const atMs = strikes ? near.atMs + chance.between(0, 60_000) : chance.between(0, days * dayMs);
  const machine = strikes ? near.machine : chance.below(machines.length);
  const ms =
    kind === "clock jump"
      ? chance.between(-2, 2) * chance.one([1_000, 60_000, hourMs, dayMs])
      : chance.between(50, chance.one([500, 10_000, 300_000, 2 * hourMs]));
  return { kind, atMs, machine, ms };
}
