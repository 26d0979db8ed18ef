/** Proves the threat model: every threat names a test, and each of them is there; the table is made from how they went. */
import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { criteria } from "./criteria.ts";
import { linkedTests, mitigationsIn, signedOff, threatModelFile } from "./threat-model.ts";
import { readReport } from "./tested.ts";

const root = join(import.meta.dir, "..");
const text = readFileSync(threatModelFile, "utf8");
const letters = ["Spoofing", "Tampering", "Repudiation", "Disclosure", "Denial", "Elevation"];

test("every threat names the test that shows what is done about it", () => {
  const found = mitigationsIn(text);
  expect(found.length).toBeGreaterThan(30);
  expect(found.filter(({ tests }) => tests.length === 0)).toEqual([]);
});

test("local runtime, upload and cloud are looked at by all six letters", () => {
  const parts = Map.groupBy(mitigationsIn(text), ({ part }) => part);
  expect(parts.size).toBe(3);
  for (const threats of parts.values()) {
    for (const letter of letters) {
      expect(threats.some(({ threat }) => threat.startsWith(`${letter}: `))).toBe(true);
    }
  }
});

test("each test that is named is there", () => {
  const named = [...linkedTests(text), ...criteria.flatMap(({ tests = [] }) => tests)];
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test("a threat without a test, and a test that is gone, are seen", () => {
  const row = "| Spoofing: x | y | nothing |";
  expect(mitigationsIn(`## STRIDE of a part\n\n${row}\n`)).toEqual([
    { part: "STRIDE of a part", threat: "Spoofing: x", tests: [] },
  ]);
  expect(linkedTests("[a](../cloud/none.test.ts)")).toEqual(["cloud/none.test.ts"]);
});

test("the sign-off table has a row for each test, and stays the same when nothing was run since", () => {
  const once = signedOff(text);
  for (const file of linkedTests(text)) expect(once).toContain(`| \`${file}\` |`);
  expect(signedOff(once)).toBe(once);
});

test("a report of a run is read by its sums; a file that broke has failed", () => {
  const root = '<testsuites name="bun test" tests="5" assertions="9" failures="1" skipped="1">';
  expect(readReport(root, 1)).toEqual({ passed: 3, failed: 1, skipped: 1 });
  expect(readReport(root.replace('"1" s', '"0" s'), 0).failed).toBe(0);
  expect(readReport("", 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});
