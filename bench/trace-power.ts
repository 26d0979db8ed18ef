/** Cuts the power at any write of a trace, for as many seeds as asked for: what was acknowledged must be there. */
import { rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { memoryFolder, PowerRun } from "../runtime/trace/power.example.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1000" },
    /** The first one: a single seed that failed is run again by `--from N --seeds 1`. */
    from: { type: "string", default: "1" },
  },
});
const first = Number(values.from);
const last = first + Number(values.seeds) - 1;

let cuts = 0;
let lost = 0;
const failures: string[] = [];
const began = performance.now();
for (let seed = first; seed <= last; seed += 1) {
  const folder = memoryFolder();
  const run = new PowerRun(folder, seed);
  try {
    run.run();
  } catch (error) {
    failures.push(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
  cuts += run.cuts;
  lost += run.lost;
}
const seconds = ((performance.now() - began) / 1_000).toFixed(1);
for (const failure of failures) console.log(failure);
console.log(
  `${last - first + 1} seeds, ${cuts} power cuts in ${seconds} s: ${lost} cost the unacknowledged last append, ${failures.length} anything else`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
