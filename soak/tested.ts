/** Runs test files and keeps how they went, for those who ask what shows a thing: by file, with commit, date and machine. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testMsMax } from "../cmd/check/run.ts";
import { readResult, type Result, writeResult } from "./result.ts";

export type Sums = { passed: number; failed: number; skipped: number };

/** Of one file: its own run, which may be older than that of others. */
export type Tested = Sums & Pick<Result, "at" | "machine" | "load" | "commit">;

const name = "tests";
/** Of one file; none that is well takes as long. */
const fileMsMax = 600_000;

/** Null where it was never run. */
export function testedOf(file: string): Tested | null {
  // Written by `runTests`.
  return (readResult(name)?.figures[file] as Tested | undefined) ?? null;
}

/**
 * One after the other: they share the machine's ports and its patience. What is known of other files stays. Returns how
 * many tests failed.
 */
export async function runTests(
  files: readonly string[],
  { root, say }: { root: string; say: (line: string) => void },
): Promise<number> {
  let failed = 0;
  for (const file of files) {
    const sums = await runFile(file, root);
    failed += sums.failed;
    say(`${file}: ${sums.passed} passed, ${sums.failed} failed`);
    writeResult(name, (run) => ({ ...readResult(name)?.figures, [file]: { ...sums, ...run } }));
  }
  return failed;
}

async function runFile(file: string, root: string): Promise<Sums> {
  const folder = mkdtempSync(join(tmpdir(), "atlasbridge-tested-"));
  const report = join(folder, "junit.xml");
  // As `npm test` runs it.
  const limits = ["--isolate", `--timeout=${testMsMax}`];
  const argv = ["test", `./${file}`, ...limits, "--reporter=junit", `--reporter-outfile=${report}`];
  const child = Bun.spawn([process.execPath, ...argv], {
    ...{ cwd: root, timeout: fileMsMax, killSignal: "SIGKILL" },
    stdio: ["ignore", "ignore", "ignore"],
  });
  const code = await child.exited;
  try {
    return readReport(readFileSync(report, "utf8"), code);
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Of a JUnit report: the sums of its root. */
export function readReport(text: string, code: number | null): Sums {
  const root = /<testsuites\b[^>]*>/.exec(text)?.[0] ?? "";
  const number = (field: string): number =>
    Number(new RegExp(`\\b${field}="(\\d+)"`).exec(root)?.[1] ?? 0);
  const [tests, failures, skipped] = [number("tests"), number("failures"), number("skipped")];
  // A file that broke before its tests were counted has failed all the same.
  const failed = failures === 0 && code !== 0 ? 1 : failures;
  return { passed: Math.max(0, tests - failed - skipped), failed, skipped };
}
