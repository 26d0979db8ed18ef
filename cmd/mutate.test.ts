/** Proves what is mutated, by which tests it is judged, and how a report of it is read. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { partAsked, strykerSettings } from "./mutate.ts";
import { parts } from "./mutate/parts.ts";
import { scoreOf, survivorsOf } from "./mutate/score.ts";

const root = join(import.meta.dir, "..");

test("each part has sources and tests that are there, and no test is mutated", () => {
  for (const { files, tests } of Object.values(parts)) {
    expect(files.length * tests.length).toBeGreaterThan(0);
    expect([...files, ...tests].filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(files.filter((path) => /\.(test|suite|example)\.ts$/.test(path))).toEqual([]);
  }
});

test("a part is asked for by its name, a file with the tests of its part or of its folder", () => {
  expect(partAsked("chain")).toBe(parts["chain"] ?? null);
  expect(partAsked("contracts/merkle.ts")).toEqual({
    files: ["contracts/merkle.ts"],
    tests: parts["merkle"]?.tests ?? [],
  });
  expect(partAsked("cmd/endings.ts")?.tests).toEqual(["cmd/"]);
  expect([partAsked("toString"), partAsked("nowhere.ts")]).toEqual([null, null]);
});

test("its tests judge, and fewer than 90 % noticed fails", () => {
  const part = { files: ["a.ts"], tests: ["a.test.ts", "b/"] };
  const settings = strykerSettings(part, { jobs: 1, report: "r.json" });
  expect(settings.commandRunner.command).toEndWith("test --bail --timeout=20000 ./a.test.ts ./b/");
  expect(settings.thresholds.break).toBe(90);
  expect(existsSync(join(root, settings.tsconfigFile))).toBe(false);
});

test("a break is noticed by a test that fails or never ends; the others are named", () => {
  const mutant = (status: string, line: number) => ({
    ...{ mutatorName: "BooleanLiteral", replacement: "false", status },
    location: { start: { line } },
  });
  const report = {
    files: {
      "a.ts": { mutants: [mutant("Killed", 1), mutant("Timeout", 2), mutant("Survived", 3)] },
      "b.ts": { mutants: [mutant("NoCoverage", 4), mutant("CompileError", 5)] },
    },
  };
  expect(scoreOf(report)).toEqual({ percent: 50, noticed: 2, survived: 2 });
  expect(survivorsOf(report)).toEqual([
    "overlooked: a.ts:3 BooleanLiteral: false",
    "overlooked: b.ts:4 BooleanLiteral: false",
  ]);
  expect(scoreOf({ files: {} }).percent).toBe(0);
});
