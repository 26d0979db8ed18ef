/** Everything that continuous integration runs, fastest failure first; the last line is `N passed, N failed`. */
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { runSteps } from "./check/run.ts";
import { stepsFor } from "./check/steps.ts";

const usage = `npm test [-- options] [path…]
  --changed      quick checks and the tests that changed files reach
  --only STEP    only this step; may be repeated
  --seed N       the order of the tests, as printed by an earlier run
  path…          only test files whose path holds one of these`;

type Arguments = { changed: boolean; only: string[]; seed: number; paths: string[] };

/** Throws with one line for a person. */
export function readArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      changed: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      seed: { type: "string" },
    },
  });
  const seed = Number(values.seed ?? crypto.getRandomValues(new Uint32Array(1))[0]);
  if (!Number.isInteger(seed) || seed < 0) throw new Error(`--seed ${values.seed} is not a number`);
  return { changed: values.changed, only: values.only, seed, paths: positionals };
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

export async function check(
  argv: readonly string[],
  root: string,
  say: (line: string) => void = print,
): Promise<number> {
  let asked: Arguments;
  try {
    asked = readArguments(argv);
  } catch (error) {
    process.stderr.write(
      `check: ${error instanceof Error ? error.message : String(error)}\n${usage}\n`,
    );
    return 2;
  }
  const all = stepsFor({ root, changed: asked.changed, paths: asked.paths });
  const unknown = asked.only.filter((name) => !all.some((step) => step.name === name));
  if (unknown.length > 0) {
    const names = all.map((step) => step.name).join(", ");
    process.stderr.write(`check: there is no step ${unknown.join(", ")}; the steps are ${names}\n`);
    return 2;
  }
  const steps = all.filter((step) => asked.only.length === 0 || asked.only.includes(step.name));
  const start = performance.now();
  say(
    `check: ${steps.map((step) => step.name).join(", ")}; seed ${asked.seed} of their tests' order`,
  );
  const count = await runSteps(steps, { root, seed: asked.seed, changed: asked.changed, say });
  say(`check: ${((performance.now() - start) / 1_000).toFixed(1)} s`);
  say(`${count.passed} passed, ${count.failed} failed`);
  return count.failed === 0 && count.passed > 0 ? 0 : 1;
}

if (import.meta.main)
  process.exitCode = await check(process.argv.slice(2), dirname(import.meta.dir));
