/** Runs test files and keeps how they went, for those who ask what shows a thing: by file, with date and machine. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readResult, writeResult } from "./result.ts";

export type Tested = { passed: number; failed: number; skipped: number };

const name = "tests";
/** Of one file; none that is well takes as long. */
const fileMsMax = 600_000;

/** Null where it was never run. */
export function testedOf(file: string): Tested | null {
  const found = readResult(name)?.figures[file];
  // Written by `runTests`.
  return found === undefined ? null : (found as Tested);
}

/** One after the other: they share the machine's ports and its patience. Returns how many failed. */
export async function runTests(
  files: readonly string[],
  { root, say }: { root: string; say: (line: string) => void },
): Promise<number> {
  const figures: Record<string, Tested> = {};
  let failed = 0;
  for (const file of files) {
    const one = await runFile(file, root);
    figures[file] = one;
    failed += one.failed;
    say(`${file}: ${one.passed} passed, ${one.failed} failed`);
  }
  writeResult(name, figures);
  return failed;
}

async function runFile(file: string, root: string): Promise<Tested> {
  const folder = mkdtempSync(join(tmpdir(), "atlasbridge-tested-"));
  const report = join(folder, "junit.xml");
  const argv = ["test", `./${file}`, "--reporter=junit", `--reporter-outfile=${report}`];
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
export function readReport(text: string, code: number | null): Tested {
  const root = /<testsuites\b[^>]*>/.exec(text)?.[0] ?? "";
  const number = (field: string): number =>
    Number(new RegExp(`\\b${field}="(\\d+)"`).exec(root)?.[1] ?? 0);
  const [tests, failures, skipped] = [number("tests"), number("failures"), number("skipped")];
  // A file that broke before its tests were counted has failed all the same.
  const failed = failures === 0 && code !== 0 ? 1 : failures;
  return { passed: Math.max(0, tests - failed - skipped), failed, skipped };
}
