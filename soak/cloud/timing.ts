/** Whether the time of an answer tells that an id is another tenant's rather than nobody's: for every procedure that takes one. */
import { behind, type Behind } from "../../bench/behind.ts";
import { send } from "../../cloud/testing/hostile.ts";
import { type Known, type Procedure, proceduresOf, sampleOf } from "../../cloud/testing/sample.ts";
import type { TestService } from "../../cloud/testing/service.ts";
import { needs } from "../../cloud/roles.ts";

export type Timed = { path: string; pairs: number } & Behind;

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
  const timed: Timed[] = [];
  for (const one of asked) {
    const first = await timesOf(one, wish);
    const isOdd = tells(first);
    timed.push(isOdd ? await timesOf(one, { ...wish, pairs: wish.pairs * timesAgain }) : first);
  }
  return timed;
}

/** The bounds of what is seen must let it be nothing, or nothing that matters. */
export const tells = ({ low, high }: Behind): boolean => Math.max(low, -high) > differenceMsMax;

async function timesOf(one: Procedure, { service, token, theirs, pairs }: TimingWish) {
  const nobodys: Known = Object.fromEntries(
    Object.keys(theirs).map((name) => [
      name,
      name === "key_id" ? `abk_${"0".repeat(17)}` : Bun.randomUUIDv7(),
    ]),
  );
  const times = { theirs: [] as number[], nobodys: [] as number[] };
  const ask = async (whose: "theirs" | "nobodys"): Promise<void> => {
    const known = whose === "theirs" ? theirs : nobodys;
    const input = one.schema === null ? undefined : sampleOf(one.schema, known);
    const from = performance.now();
    await send(one, input, { service, token });
    times[whose].push(performance.now() - from);
  };
  for (let at = 0; at < pairs; at += 1) {
    const order =
      Math.random() < 0.5 ? (["theirs", "nobodys"] as const) : (["nobodys", "theirs"] as const);
    for (const whose of order) await ask(whose);
  }
  return { path: one.path, pairs, ...behind(times.theirs, times.nobodys, draws) };
}
