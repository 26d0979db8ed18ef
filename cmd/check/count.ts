/** Counts tests from what a test run left behind, never from its word alone: a run may end early and still say 0. */

export type Count = { passed: number; failed: number; skipped: number };

export type TestRun = {
  exitCode: number;
  /** The JUnit report; null when none was written, which happens when a test ends the process. */
  report: string | null;
  /** Test files that had to run. */
  files: readonly string[];
};

export type Verdict = Count & {
  /** What went wrong besides failing tests, one line each. */
  faults: string[];
};

function attribute(tag: string, name: string): number {
  const found = new RegExp(`\\s${name}="(\\d+)"`).exec(tag);
  if (found === null) throw new Error(`the test report has no ${name} in ${tag}`);
  return Number(found[1]);
}

/** Counts and the files that took part, from a JUnit report written by `bun test`. */
export function readReport(report: string): Count & { files: Set<string> } {
  const root = /<testsuites\s[^>]*>/.exec(report)?.[0];
  if (root === undefined) throw new Error("the test report has no <testsuites>");
  const failed = attribute(root, "failures");
  const skipped = attribute(root, "skipped");
  const passed = attribute(root, "tests") - failed - skipped;
  const files = new Set<string>();
  for (const found of report.matchAll(/<testsuite\s[^>]*\sfile="([^"]*)"/g)) {
    if (found[1] !== undefined) files.add(found[1]);
  }
  return { passed, failed, skipped, files };
}

/**
 * What a test run comes to. Each of these counts as one failure of its own: no report, a file that took no part,
 * an exit code that says failure where the report does not, nothing run at all.
 */
export function judgeTests(run: TestRun): Verdict {
  if (run.files.length === 0) {
    return { passed: 0, failed: 1, skipped: 0, faults: ["no test file was found"] };
  }
  if (run.report === null) {
    const fault = `the test run wrote no report (exit code ${run.exitCode}): a test ended the process`;
    return { passed: 0, failed: 1, skipped: 0, faults: [fault] };
  }
  const { passed, failed, skipped, files } = readReport(run.report);
  const faults = run.files
    .filter((file) => !files.has(file))
    .map((file) => `${file}: took no part in the run; it could not be loaded or holds no test`);
  if (run.exitCode !== 0 && failed === 0 && faults.length === 0) {
    faults.push(`the test run failed (exit code ${run.exitCode}) though no test did`);
  }
  if (passed + failed === 0 && faults.length === 0) faults.push("no test was run");
  return { passed, failed: failed + faults.length, skipped, faults };
}
