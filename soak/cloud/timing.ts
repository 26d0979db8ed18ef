/** Whether the time of an answer tells that an id is another tenant's rather than nobody's: for every procedure that takes one. */
import { behind, type Behind } from "../../bench/behind.ts";
import { needs } from "../../cloud/roles.ts";
import { send } from "../../cloud/testing/hostile.ts";
import { type Known, type Procedure, proceduresOf, sampleOf } from "../../cloud/testing/sample.ts";
import type { TestService } from "../../cloud/testing/service.ts";
import { type Chance, chanceOf } from "../seeded.ts";

/** `unshown`: what was planted was not found, so that finding nothing says nothing. */
export type Verdict = "alike" | "apart" | "unshown";

export type Judged = { verdict: Verdict; found: Behind; planted: Behind };

/** `isAlike`: both were answered with the same statuses, so that what was timed is the same. */
export type Timed = { path: string; rounds: number; isAlike: boolean } & Judged;

export type TimingWish = {
  service: TestService;
  token: string;
  theirs: Known;
  /** Of one procedure at first, and at most. */
  rounds: number;
  roundsMax: number;
  /** The smallest difference that is found, in milliseconds. */
  plantedMs: number;
  seed: number;
  say?: (line: string) => void;
};

/** What is asked in each round, in an order that is drawn: another's id, nobody's, and nobody's with a wait before it. */
const sides = ["theirs", "nobodys", "planted"] as const;
export type Times = Record<(typeof sides)[number], number[]>;

/** Of the difference that is planted: less is none, and how near each bound of what is seen lies. One in a hundred is missed. */
const nothingShare = 0.2;
const boundShare = 0.4;
const draws = 300;
const warmRounds = 20;

export async function compareTimings(wish: TimingWish): Promise<Timed[]> {
  const asked = proceduresOf().filter(
    (one) =>
      one.kind !== "subscription" &&
      needs.get(one.path) !== "platform" &&
      isAsked(one, wish.theirs),
  );
  // The same for all procedures: what one makes of an id in the own tenant, it makes of both.
  const nobodys = nobodysOf(wish.theirs);
  const chance = chanceOf(wish.seed);
  const timed: Timed[] = [];
  for (const one of asked) {
    const found = await timedOf(one, { ...wish, nobodys, chance });
    timed.push(found);
    wish.say?.(lineOf(found, wish));
  }
  return timed;
}

/** Of the ids that a procedure asks for. */
const isAsked = ({ schema }: Procedure, known: Known): boolean =>
  Object.keys(schema?.properties ?? {}).some((name) => name in known);

const nobodysOf = (theirs: Known): Known =>
  Object.fromEntries(
    Object.keys(theirs).map((name) => [
      name,
      name === "key_id" ? `abk_${"0".repeat(17)}` : Bun.randomUUIDv7(),
    ]),
  );

type Timing = TimingWish & { nobodys: Known; chance: Chance };

/** Measured until the bounds are near enough, which does not hang on what lies between them; then judged, once. */
async function timedOf(one: Procedure, timing: Timing): Promise<Timed> {
  const times: Times = { theirs: [], nobodys: [], planted: [] };
  const statuses = { theirs: new Set<number>(), nobodys: new Set<number>() };
  const ask = async (side: keyof Times): Promise<number> => {
    const whose = side === "theirs" ? side : "nobodys";
    const input = one.schema === null ? undefined : sampleOf(one.schema, timing[whose]);
    const from = performance.now();
    while (side === "planted" && performance.now() < from + timing.plantedMs);
    statuses[whose].add((await send(one, input, timing)).status);
    return performance.now() - from;
  };
  for (let at = 0; at < warmRounds; at += 1) for (const side of sides) await ask(side);
  let judged: Judged;
  let wanted = timing.rounds;
  do {
    while (times.theirs.length < wanted) {
      for (const side of timing.chance.shuffled(sides)) times[side].push(await ask(side));
    }
    judged = judge(times, timing);
    wanted *= 2;
  } while (judged.verdict === "unshown" && wanted <= timing.roundsMax);
  const isAlike = statuses.theirs.symmetricDifference(statuses.nobodys).size === 0;
  return { path: one.path, rounds: times.theirs.length, isAlike, ...judged };
}

export function judge(
  { theirs, nobodys, planted: late }: Times,
  { plantedMs, chance }: { plantedMs: number; chance: Chance },
): Judged {
  const drawing = { draws, chance: () => chance.below(2 ** 32) / 2 ** 32 };
  const found = behind(theirs, nobodys, drawing);
  const planted = behind(late, nobodys, drawing);
  const isNear = [found, planted].every(
    ({ difference, low, high }) =>
      Math.max(difference - low, high - difference) <= boundShare * plantedMs,
  );
  const isApart = ({ low, high }: Behind): boolean =>
    Math.max(low, -high) > nothingShare * plantedMs;
  const verdict = isApart(found) ? "apart" : "alike";
  return { verdict: isNear && isApart(planted) ? verdict : "unshown", found, planted };
}

/** Null where it tells nothing. */
export function faultOf(timed: Timed): string | null {
  const { path, isAlike, verdict } = timed;
  if (!isAlike) return `${path} answers another's id and nobody's differently`;
  if (verdict === "apart") return `${path} takes another's id and nobody's at different times`;
  if (verdict === "unshown") return `nothing was shown of ${path}: the machine is too busy`;
  return null;
}

function lineOf(
  { path, rounds, verdict, found, planted }: Timed,
  { plantedMs }: Pick<TimingWish, "plantedMs">,
): string {
  const micros = (ms: number): string => (ms * 1_000).toFixed(0);
  const bounds = ({ low, high }: Behind): string => `${micros(low)} to ${micros(high)} µs`;
  return (
    `${path}: ${verdict}, ${bounds(found)} apart; ` +
    `${micros(plantedMs)} µs that were planted are seen as ${bounds(planted)} (${rounds} rounds)`
  );
}
