/** Does a session that goes on and on grow? One tool asks thousands of times, and the heap is weighed on the way. */
import { heapStats } from "bun:jsc";
import { limits } from "../contracts/limits.ts";
import type { Act, Plan } from "./plan.ts";
import { runPlan } from "./run-plan.ts";
import type { Tampering } from "./place.ts";
import { middleSlope } from "./slope.ts";

const askAct: Act = {
  ...{ do: "ask", how: "continue", times: 1, patienceMs: null, repaintMs: null, dies: null },
};

const wordBytes = 8;
/** The first half of them takes longer than a minute. */
const promptsDefault = 500;

export type Weighed = {
  /** What is freed at once, some time, is no matter. */
  objectsAPrompt: number;
  weighings: number;
};

/** `leakBytes`: planted, at each prompt. */
function weigh(prompts: number, leakBytes = 0): Weighed {
  const kept: number[][] = [];
  const points: [x: number, y: number][] = [];
  const everyPrompts = Math.ceil(prompts / 30);
  let count = 0;
  const tamper: Tampering = (parts, options) => ({
    options,
    parts: {
      ...parts,
      decide(prompt, state) {
        count += 1;
        if (leakBytes > 0) kept.push(Array.from({ length: leakBytes / wordBytes }, () => count));
        // What a session needs at first, it needs once.
        if (count % everyPrompts === 0 && count > prompts / 2) points.push([count, objectsKept()]);
        return parts.decide(prompt, state);
      },
    },
  });
  // Brakes remember the replies of the last minute: with fewer than they may be in one, that is no growth.
  const pause: Act = { do: "idle", ms: 250 };
  // A screen keeps so many rows: it is full from the beginning.
  const fill: Act = { do: "flood", bytes: 120 * limits.scrollbackRowsMax };
  const acts = [fill, ...Array.from({ length: prompts }, () => [askAct, pause]).flat()];
  const session = { machine: 0, atMs: 0, acts, typesMs: [], resizesMs: [], personMs: 5_000 };
  const plan: Plan = { seed: 1, days: 1, sessions: [session], faults: [] };
  runPlan(plan, { tamper, checkers: [], hasCloud: false });
  return { objectsAPrompt: middleSlope(points), weighings: points.length };
}

/** What the engine makes of the code that runs, whenever it sees fit. */
const ofTheEngine = /Code|Structure|Executable|Watchpoint|Symbol|Property|Cell|Butterfly/;

/** Things, not bytes: how much room the engine takes for its own is another matter with every run. */
function objectsKept(): number {
  // The second finds what the first one has only just let go of.
  Bun.gc(true);
  Bun.gc(true);
  const counts = Object.entries(heapStats().objectTypeCounts);
  return counts.reduce((sum, [name, count]) => sum + (ofTheEngine.test(name) ? 0 : count), 0);
}

/** What a session may keep of a prompt that is over: nothing; chance makes it a little more or less. */
export const objectsAPromptMax = 0.3;

// In a process of its own: the heap of one that has done other things tells nothing.
if (import.meta.main) {
  const [prompts, leakBytes] = process.argv.slice(2).map(Number);
  console.log(JSON.stringify(weigh(prompts ?? promptsDefault, leakBytes)));
}
