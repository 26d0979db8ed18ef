/** Whether the time of an answer tells that an id is another tenant's rather than nobody's: for every procedure that takes one. */
import { behind, type Behind } from "../../bench/behind.ts";
import { send } from "../../cloud/testing/hostile.ts";
import { type Known, type Procedure, proceduresOf, sampleOf } from "../../cloud/testing/sample.ts";
import type { TestService } from "../../cloud/testing/service.ts";
import { needs } from "../../cloud/roles.ts";

/** `isAlike`: both were answered with the same status, so that what was timed is the same. */
export type Timed = { path: string; pairs: number; isAlike: boolean } & Behind;

export type TimingWish = { service: TestService; token: string; theirs: Known; pairs: number };

const draws = 400;
/** A hundredth of what one packet's way varies by between two machines. */
const differenceMsMax = 0.02;
/** One of a hundred lies beyond its bounds by chance: what seems to differ is asked again, longer. */
const timesAgain = 4;

/** Of the ids that a procedure asks for. */
const isAsked = ({ schema }: Procedure, known: Known): boolean =>
  Object.keys(schema?.properties ?? {}).some((name) => name in known);

export async function compareTimings(wish: TimingWish): Promise<Timed[]> {
  const asked = proceduresOf().filter(
    (one) =>
      one.kind !== "subscription" &&
      needs.get(one.path) !== "platform" &&
      isAsked(one, wish.theirs),
  );
  // The same for all procedures: what one makes of an id in the own tenant, it makes of both.
  const nobodys = nobodysOf(wish.theirs);
  const timed: Timed[] = [];
  for (const one of asked) {
    const first = await timesOf(one, nobodys, wish);
    const longer = { ...wish, pairs: wish.pairs * timesAgain };
    timed.push(tells(first) ? await timesOf(one, nobodys, longer) : first);
  }
  return timed;
}

const nobodysOf = (theirs: Known): Known =>
  Object.fromEntries(
    Object.keys(theirs).map((name) => [
      name,
      name === "key_id" ? `abk_${"0".repeat(17)}` : Bun.randomUUIDv7(),
    ]),
  );

/** The bounds of what is seen must let it be nothing, or nothing that matters. */
export const tells = ({ low, high, isAlike }: Timed): boolean =>
  !isAlike || Math.max(low, -high) > differenceMsMax;

async function timesOf(
  one: Procedure,
  nobodys: Known,
  { service, token, theirs, pairs }: TimingWish,
): Promise<Timed> {
  const times = { theirs: [] as number[], nobodys: [] as number[] };
  const statuses = { theirs: [] as number[], nobodys: [] as number[] };
  const ask = async (whose: "theirs" | "nobodys"): Promise<void> => {
    const known = whose === "theirs" ? theirs : nobodys;
    const input = one.schema === null ? undefined : sampleOf(one.schema, known);
    const from = performance.now();
    const { status } = await send(one, input, { service, token });
    times[whose].push(performance.now() - from);
    statuses[whose].push(status);
  };
  for (let at = 0; at < pairs; at += 1) {
    const order =
      Math.random() < 0.5 ? (["theirs", "nobodys"] as const) : (["nobodys", "theirs"] as const);
    for (const whose of order) await ask(whose);
  }
  const isAlike = seen(statuses.theirs) === seen(statuses.nobodys);
  return { path: one.path, pairs, isAlike, ...behind(times.theirs, times.nobodys, draws) };
}

const seen = (statuses: readonly number[]): string =>
  [...new Set(statuses)].toSorted((a, b) => a - b).join();
