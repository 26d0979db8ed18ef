/** After a power cut at any write a trace verifies and holds all that was acknowledged; and this test would notice. */
import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { memoryFolder, type Planted, PowerRun } from "./power.example.ts";

/** `npm run bench -- trace-power --seeds 1000` tries more. */
const seeds = 50;

function ran(seed: number, planted: Planted = "none"): PowerRun {
  const folder = memoryFolder();
  try {
    const run = new PowerRun(folder, seed, planted);
    run.run();
    return run;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test(`${seeds} seeds: torn, missing and garbled sectors of what was not synced cost the unacknowledged append at most`, () => {
  let [cuts, lost] = [0, 0];
  for (let seed = 1; seed <= seeds; seed += 1) {
    const run = ran(seed);
    cuts += run.cuts;
    lost += run.lost;
  }
  expect(cuts).toBeGreaterThan(seeds * 10);
  // Some of them do cost it: the cuts are no pretence.
  expect(lost).toBeGreaterThan(seeds / 2);
}, 120_000);

test("a program that did not sync its appends would be found out", () => {
  expect(() => {
    for (let seed = 1; seed <= 5; seed += 1) ran(seed, "appends are not synced");
  }).toThrow(/lost|verify|broken|no trace/);
}, 60_000);
