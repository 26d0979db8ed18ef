/** What `npm test` promises: it counts truly, and no way of not running a test looks like success. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, readArguments } from "./check.ts";
import { judgeTests, readReport } from "./check/count.ts";
import { failuresOnly, runSteps } from "./check/run.ts";
import { type Step, stepsFor } from "./check/steps.ts";

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "atlasbridge-check-test-"));
  mkdirSync(join(root, "cmd"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const head = `import { describe, expect, test } from "bun:test";\n`;

const shuffled = { isShuffled: true, isAlone: false, needs: null };

async function runFiles(files: Record<string, string>) {
  for (const [file, text] of Object.entries(files)) writeFileSync(join(root, "cmd", file), text);
  const said: string[] = [];
  const names = Object.keys(files).map((file) => `cmd/${file}`);
  const step: Step = { name: "unit", kind: "tests", files: names, ...shuffled };
  const say = (line: string) => void said.push(line);
  const count = await runSteps([step], { root, seed: 7, changed: false, say });
  return { count, said: said.join("\n") };
}

describe("counting real runs of bun test", () => {
  test("passed, failed and skipped tests are counted over all files, nested ones too", async () => {
    const { count, said } = await runFiles({
      "a.test.ts": `${head}test("yes", () => {}); test("no", () => { expect(1).toBe(2); });
        test.skip("later", () => {});`,
      "b.test.ts": `${head}describe("in", () => { describe("deep", () => { test("yes", () => {}); }); });`,
    });
    expect(count).toEqual({ passed: 2, failed: 1, skipped: 1 });
    expect(said).toContain("Expected: 2");
    expect(said).toContain("unit: FAILED, 2 passed, 1 failed, 1 skipped");
  });

  test("a file that cannot be loaded is a failure, though the report is silent about it", async () => {
    const { count, said } = await runFiles({
      "good.test.ts": `${head}test("yes", () => {});`,
      "lost.test.ts": `import "./nowhere.ts";\n${head}test("yes", () => {});`,
    });
    expect(count).toEqual({ passed: 1, failed: 1, skipped: 0 });
    expect(said).toContain("cmd/lost.test.ts: took no part in the run");
  });

  test("a test that ends the process with exit code 0 is a failure", async () => {
    const { count, said } = await runFiles({
      "quits.test.ts": `${head}test("quits", () => { process.exit(0); }); test("unseen", () => {});`,
    });
    expect(count).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(said).toContain("wrote no report (exit code 0): a test ended the process");
  });

  test("a file without tests is a failure", async () => {
    const { count } = await runFiles({ "empty.test.ts": "export const nothing = 1;\n" });
    expect(count.failed).toBeGreaterThan(0);
    expect(count.passed).toBe(0);
  });
});

describe("judging", () => {
  const report = (failures: number) =>
    `<testsuites name="bun test" tests="3" assertions="3" failures="${failures}" skipped="1" time="1">
     <testsuite name="a" file="a.test.ts" tests="3">`;

  test("no test file at all is a failure", () => {
    expect(judgeTests({ exitCode: 0, report: null, files: [] }).failed).toBe(1);
  });

  test("an exit code without a failing test is a failure of its own", () => {
    const verdict = judgeTests({ exitCode: 1, report: report(0), files: ["a.test.ts"] });
    expect(verdict).toMatchObject({ passed: 2, failed: 1, skipped: 1 });
  });

  test("a failing test is counted once, not again for its exit code", () => {
    const verdict = judgeTests({ exitCode: 1, report: report(1), files: ["a.test.ts"] });
    expect(verdict).toMatchObject({ passed: 1, failed: 1, faults: [] });
  });

  test("a report that cannot be read stops everything", () => {
    expect(() => readReport("<html>")).toThrow("no <testsuites>");
    expect(() => readReport(`<testsuites tests="1" skipped="0">`)).toThrow("no failures");
  });
});

test("of a failed run, only what failed is shown, and the file in which it stopped", () => {
  const output = [
    ...["bun test v1", "", "cmd/a.test.ts:", "(pass) fine", "", "cmd/b.test.ts:", "(pass) fine"],
    ...["error: no", "(fail) broken", "", "cmd/c.test.ts:", "(skip) later", "", "cmd/d.test.ts:"],
  ].join("\n");
  expect(failuresOnly(output).split("\n")).toEqual([
    "bun test v1",
    "cmd/b.test.ts:",
    "error: no",
    "(fail) broken",
    "cmd/d.test.ts:",
  ]);
});

describe("steps", () => {
  const program = (name: string, script: string): Step => ({
    name,
    kind: "program",
    argv: [process.execPath, "-e", script],
  });
  const options = (said: string[]) => ({
    root,
    seed: 1,
    changed: false,
    say: (line: string) => void said.push(line),
  });

  test("a step counts as one test; its output is shown only when it fails", async () => {
    const said: string[] = [];
    const steps = [
      program("fine", "console.log('noise')"),
      program("broken", "console.log('the reason'); process.exit(3)"),
    ];
    expect(await runSteps(steps, options(said))).toEqual({ passed: 1, failed: 1, skipped: 0 });
    expect(said.join("\n")).toContain("the reason");
    expect(said.join("\n")).not.toContain("noise");
  });

  test("tests that need not be alone run at the same time, and are told in their order", async () => {
    const meeting = (own: string, other: string): string => `${head}
      import { existsSync, writeFileSync } from "node:fs";
      test("meets", async () => {
        writeFileSync("${join(root, own)}", "");
        while (!existsSync("${join(root, other)}")) await Bun.sleep(5);
      });`;
    const files = { "one.test.ts": meeting("one", "two"), "two.test.ts": meeting("two", "one") };
    for (const [file, text] of Object.entries(files)) writeFileSync(join(root, "cmd", file), text);
    const steps: Step[] = ["one", "two"].map((name) => {
      return { name, kind: "tests", files: [`cmd/${name}.test.ts`], ...shuffled };
    });
    const said: string[] = [];
    expect(await runSteps(steps, options(said))).toEqual({ passed: 2, failed: 0, skipped: 0 });
    expect(said.map((line) => line.split(":")[0])).toEqual(["one", "two"]);
  });

  test("end-to-end tests do not run against an executable that was not built", async () => {
    const said: string[] = [];
    const steps: Step[] = [
      program("build", "process.exit(1)"),
      {
        name: "e2e",
        kind: "tests",
        files: ["cmd/a.e2e.test.ts"],
        ...shuffled,
        needs: "build",
      },
    ];
    expect(await runSteps(steps, options(said))).toEqual({ passed: 0, failed: 2, skipped: 0 });
    expect(said.join("\n")).toContain("e2e: not run: an earlier step failed");
  });

  test("a missing program is a failure that says how to get it", async () => {
    const said: string[] = [];
    const step: Step = { name: "lint", kind: "program", argv: ["no-such-linter"] };
    expect((await runSteps([step], options(said))).failed).toBe(1);
    expect(said.join("\n")).toContain("no-such-linter: no such program; delete node_modules");
  });

  test("quick checks come before the build, end-to-end tests last and apart", () => {
    const names = stepsFor({ root: join(import.meta.dir, ".."), changed: false, paths: [] });
    expect(names.map((step) => step.name)).toEqual([
      "format",
      "tidy",
      "types",
      "page-types",
      "lint",
      "unused",
      "build",
      "unit",
      "service",
      "e2e",
    ]);
    for (const step of names) {
      if (step.kind !== "tests") continue;
      const ends = step.files.filter((file) => file.endsWith(".e2e.test.ts"));
      expect(ends.length).toBe(step.name === "e2e" ? step.files.length : 0);
    }
  });
});

test("the tests of the service run as they are written, all others in the order of the seed", () => {
  const root = join(import.meta.dir, "..");
  const shuffled = stepsFor({ root, changed: false, paths: [] })
    .filter((step) => step.kind === "tests")
    .map(({ name, isShuffled }) => [name, isShuffled]);
  expect(shuffled).toEqual([
    ["unit", true],
    ["service", false],
    ["e2e", true],
  ]);
});

test("words that fit the files of one step leave the others out, and words that fit none do not", () => {
  const root = join(import.meta.dir, "..");
  const testsOf = (path: string) =>
    stepsFor({ root, changed: false, paths: [path] })
      .filter((step) => step.kind === "tests")
      .map((step) => step.name);
  expect(testsOf("contracts/canonical.test")).toEqual(["unit"]);
  expect(testsOf("pacts/")).toEqual(["service"]);
  expect(testsOf("no such file")).toEqual(["unit", "service", "e2e"]);
});

describe("the command", () => {
  test("an unknown step is a usage error that names the steps", async () => {
    expect(await check(["--only", "lnit"], root)).toBe(2);
  });

  test("nothing found to run is not success", async () => {
    const empty = mkdtempSync(join(tmpdir(), "atlasbridge-empty-"));
    const lines: string[] = [];
    expect(await check(["--only", "unit"], empty, (line) => void lines.push(line))).toBe(1);
    expect(lines.at(-1)).toBe("0 passed, 1 failed");
    rmSync(empty, { recursive: true });
  });

  test("arguments: a seed is kept, a bad one refused", () => {
    expect(readArguments(["--seed", "42", "runtime/pty"])).toEqual({
      changed: false,
      only: [],
      seed: 42,
      paths: ["runtime/pty"],
    });
    expect(() => readArguments(["--seed", "x"])).toThrow("--seed x is not a number");
    expect(() => readArguments(["--fast"])).toThrow("--fast");
  });
});
