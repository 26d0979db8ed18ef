/** Proves that times are judged rightly on a busy machine: what is planted is found, what is the same is not, and too little says nothing. */
import { describe, expect, test } from "bun:test";
import { chanceOf } from "../seeded.ts";
import { faultOf, judge, type Timed, type Times } from "./timing.ts";

const plantedMs = 0.05;

/** Answers of a machine that others hold up, for a while at a time; theirs are later by so much. */
function timesOf(seed: number, wish: { rounds: number; theirsLaterMs: number }): Times {
  const chance = chanceOf(seed);
  const share = (): number => chance.below(1_000_000) / 1_000_000;
  const times: Times = { theirs: [], nobodys: [], planted: [] };
  const later = { theirs: wish.theirsLaterMs, nobodys: 0, planted: plantedMs };
  let isHeldUp = false;
  for (let at = 0; at < wish.rounds; at += 1) {
    if (chance.percent(5)) isHeldUp = !isHeldUp;
    for (const side of chance.shuffled(["theirs", "nobodys", "planted"] as const)) {
      const usual = 2 + 0.05 * (share() + share() + share() + share());
      const held = isHeldUp && chance.percent(60) ? share() * 8 : 0;
      times[side].push(usual + held + later[side]);
    }
  }
  return times;
}

const seeds = [1, 2];
const rounds = 2_000;
const judged = (seed: number, theirsLaterMs: number, many = rounds) =>
  judge(timesOf(seed, { rounds: many, theirsLaterMs }), { plantedMs, chance: chanceOf(seed) });

describe.each(seeds)("by seed %d", (seed) => {
  test("what takes the same time is not told apart, and what was planted is found", () => {
    const { verdict, planted } = judged(seed, 0);
    expect(verdict).toBe("alike");
    expect(planted.low).toBeLessThan(plantedMs);
    expect(planted.high).toBeGreaterThan(plantedMs);
  });

  test("a difference as large as what was planted is told, whoever is later", () => {
    expect(judged(seed, plantedMs).verdict).toBe("apart");
    expect(judged(seed, -plantedMs).verdict).toBe("apart");
  });

  test("from too few answers nothing is said", () => {
    expect(judged(seed, 0, 100).verdict).toBe("unshown");
    expect(judged(seed, plantedMs, 100).verdict).toBe("unshown");
  });
});

test("each of the three is a fault but one that is alike, and so is another status", () => {
  const found = { difference: 0, low: 0, high: 0 };
  const of = (verdict: Timed["verdict"], isAlike = true) =>
    faultOf({ path: "a.b", rounds: 1, isAlike, verdict, found, planted: found });
  expect(of("alike")).toBeNull();
  expect(of("apart")).toContain("a.b takes another's id and nobody's at different times");
  expect(of("unshown")).toContain("nothing was shown of a.b");
  expect(of("alike", false)).toContain("differently");
});
