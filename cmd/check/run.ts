/** Runs the steps one after another, says how each went, and adds up the tests. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type Count, judgeTests, type Verdict } from "./count.ts";
import type { Step } from "./steps.ts";

export type CheckOptions = {
  root: string;
  /** Order of the tests; printed, so that a run can be had again. */
  seed: number;
  changed: boolean;
  say(line: string): void;
};

/** A step that hangs must not hang the build: a test that blocks the process outlives bun's own time limits. */
const stepMsMax = 15 * 60 * 1_000;

/** Bun's own 5 s are no more than a busy disk takes to sync what some tests write. */
export const testMsMax = 20_000;

/**
 * What a failed test run said about its failures: passing tests are left out, and so are files in which all passed.
 * The last file named stays, since a run that was killed stands there.
 */
export function failuresOnly(output: string): string {
  const kept: string[] = [];
  const isFile = (line: string | undefined) => /^\S+\.test\.tsx?:$/.test(line ?? "");
  for (const line of output.split("\n")) {
    if (line === "" || /^\((pass|skip|todo)\) /.test(line)) continue;
    if (isFile(line) && isFile(kept.at(-1))) kept.pop();
    kept.push(line);
  }
  return kept.join("\n");
}

type Ended = { exitCode: number; output: string };

async function runProgram(argv: readonly string[], root: string): Promise<Ended> {
  const bin = join(root, "node_modules", ".bin");
  const [name = "", ...args] = argv;
  const program = Bun.which(name, { PATH: `${bin}${delimiter}${Bun.env["PATH"] ?? ""}` });
  if (program === null) {
    return {
      exitCode: 127,
      output: `${name}: no such program; delete node_modules and run npm test again\n`,
    };
  }
  const child = Bun.spawn([program, ...args], {
    cwd: root,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: stepMsMax,
    killSignal: "SIGKILL",
    env: { ...Bun.env, NO_COLOR: "1" },
  });
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  const exitCode = await child.exited;
  const late = child.signalCode === "SIGKILL" ? `killed: a step may take ${stepMsMax} ms\n` : "";
  return { exitCode, output: out + err + late };
}

type TestStep = Extract<Step, { kind: "tests" }>;

async function runTests({ files, isShuffled }: TestStep, options: CheckOptions) {
  const folder = mkdtempSync(join(tmpdir(), "atlasbridge-check-"));
  const reportFile = join(folder, "report.xml");
  const argv = [
    process.execPath,
    "test",
    "--isolate",
    `--timeout=${testMsMax}`,
    ...(isShuffled ? ["--randomize", `--seed=${options.seed}`] : []),
    "--reporter=junit",
    `--reporter-outfile=${reportFile}`,
    ...(options.changed ? ["--changed"] : []),
    ...files.map((file) => `./${file}`),
  ];
  const { exitCode, output } =
    files.length === 0 ? { exitCode: 0, output: "" } : await runProgram(argv, options.root);
  let report: string | null = null;
  try {
    report = readFileSync(reportFile, "utf8");
  } catch {
    report = null;
  }
  rmSync(folder, { recursive: true, force: true });
  return { exitCode, output, report };
}

async function runStep(step: Step, options: CheckOptions): Promise<Verdict & { output: string }> {
  if (step.kind === "program") {
    const { exitCode, output } = await runProgram(step.argv, options.root);
    const failed = exitCode === 0 ? 0 : 1;
    return { passed: 1 - failed, failed, skipped: 0, faults: [], output };
  }
  const { exitCode, output, report } = await runTests(step, options);
  // Only the changed files' tests ran: how many that should be, nobody knows.
  if (options.changed && exitCode === 0) {
    return { passed: 1, failed: 0, skipped: 0, faults: [], output };
  }
  const verdict = judgeTests({ exitCode, report, files: step.files });
  return { ...verdict, output: failuresOnly(output) };
}

function describeStep(step: Step, verdict: Verdict, seconds: string): string {
  const word = verdict.failed === 0 ? "ok" : "FAILED";
  if (step.kind === "program") return `${step.name}: ${word} (${seconds} s)`;
  const skipped = verdict.skipped > 0 ? `, ${verdict.skipped} skipped` : "";
  return `${step.name}: ${word}, ${verdict.passed} passed, ${verdict.failed} failed${skipped} (${seconds} s)`;
}

const notRun: Verdict & { output: string } = {
  ...{ passed: 0, failed: 1, skipped: 0, output: "" },
  faults: ["not run: an earlier step failed"],
};

/** Steps one after the other; those that need not be alone, next to each other, at the same time. */
function batchesOf(steps: readonly Step[]): Step[][] {
  const batches: Step[][] = [];
  const isBeside = (step: Step | undefined) => step?.kind === "tests" && !step.isAlone;
  for (const step of steps) {
    const last = batches.at(-1);
    if (isBeside(step) && isBeside(last?.at(-1))) last?.push(step);
    else batches.push([step]);
  }
  return batches;
}

/** Runs all steps, also after a failure, so that one run tells everything. */
export async function runSteps(steps: readonly Step[], options: CheckOptions): Promise<Count> {
  const total: Count = { passed: 0, failed: 0, skipped: 0 };
  const failedSteps = new Set<string>();
  const run = async (step: Step) => {
    const start = performance.now();
    const blocked = step.kind === "tests" && step.needs !== null && failedSteps.has(step.needs);
    const verdict = blocked ? notRun : await runStep(step, options);
    return { step, verdict, seconds: ((performance.now() - start) / 1_000).toFixed(1) };
  };
  const tell = ({ step, verdict, seconds }: Awaited<ReturnType<typeof run>>): void => {
    if (verdict.failed > 0) {
      failedSteps.add(step.name);
      if (verdict.output !== "") options.say(verdict.output.trimEnd());
      for (const fault of verdict.faults) options.say(`${step.name}: ${fault}`);
    }
    options.say(describeStep(step, verdict, seconds));
    total.passed += verdict.passed;
    total.failed += verdict.failed;
    total.skipped += verdict.skipped;
  };
  for (const batch of batchesOf(steps)) {
    for (const running of batch.map(run)) tell(await running);
  }
  return total;
}
