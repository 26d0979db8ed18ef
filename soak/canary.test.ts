/** Proves the checkers: each finds the fault that is planted for it, and nothing else; without one they find nothing. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { canaries, quietPlan, runCanary } from "./canary.ts";
import { checkerNames } from "./facts.ts";
import { objectsAPromptMax, type Weighed } from "./leak.ts";
import { runPlan } from "./run-plan.ts";

const found = (canary: Parameters<typeof runCanary>[0]): string[] =>
  runCanary(canary).violations.map(({ checker }) => checker);

test("a quiet day without a planted fault: nobody finds anything, and everything happened", () => {
  const { violations, asked, rows, entries } = runPlan(quietPlan());
  expect(violations).toEqual([]);
  expect(asked).toBe(24);
  expect(rows).toBe(entries);
}, 60_000);

test("there is a canary for every checker", () => {
  expect(new Set(canaries.map((canary) => canary.found))).toEqual(new Set(checkerNames));
});

describe("exactly one checker finds", () => {
  for (const canary of canaries) {
    test(canary.plants, () => {
      expect(found(canary)).toEqual([canary.found]);
    }, 60_000);
  }
});

async function weighed(leakBytes: number): Promise<Weighed> {
  const argv = [process.execPath, join(import.meta.dir, "leak.ts"), "500", String(leakBytes)];
  const child = Bun.spawn(argv, { stdio: ["ignore", "pipe", "inherit"] });
  return JSON.parse(await new Response(child.stdout).text()) as Weighed;
}

test("a session keeps nothing of its prompts, and a leak of 1 kB a prompt is seen", async () => {
  const [sound, leaky] = await Promise.all([weighed(0), weighed(1_024)]);
  expect(sound.weighings).toBeGreaterThan(10);
  expect(sound.objectsAPrompt).toBeLessThan(objectsAPromptMax);
  expect(leaky.objectsAPrompt).toBeGreaterThan(objectsAPromptMax);
}, 60_000);
