/** Proves the threat model: every threat names a test, and each of them is there; the table is made from how they went. */
import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { criteria } from "./criteria.ts";
import { linkedTests, mitigationsIn, signedOff, threatModelFile } from "./threat-model.ts";
import { readReport, type Tested, testedOf } from "./tested.ts";

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
  const named = [...linkedTests(text), ...criteria.flatMap(({ tests }) => tests)];
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

test("the sign-off table is what the last runs left: npm run exit-criteria -- --sign-off", () => {
  expect(linkedTests(text).filter((file) => !text.includes(`\n| \`${file}\` `))).toEqual([]);
  expect(signedOff(text, testedOf) === text).toBe(true);
});

test("a threat is met when each of its tests holds, and is named as open when one does not", () => {
  const table = `## STRIDE of a part

| Threat | Done | Shown by |
| --- | --- | --- |
| Spoofing: x | y | [a](../a.test.ts), [b](../b.test.ts) |
| Denial: z | y | [a](../a.test.ts) |

## Sign-off

<!-- sign-off: begins -->
<!-- sign-off: ends -->
`;
  const machine = { cpu: "c", cores: 1, memoryGiB: 1, kernel: "k", system: "Debian", bun: "1" };
  const well = { passed: 3, failed: 0, skipped: 1, at: "2026-01-02T00:00:00Z", machine, load: 0 };
  const but = (b: Partial<Tested> | null) => (file: string) =>
    file.startsWith("a") ? { ...well, commit: "abc" } : b === null ? null : { ...well, ...b };
  const signedBy = (b: Partial<Tested> | null): string =>
    signedOff(table, but(b)).replace(/ +/g, " ");
  const signed = signedOff(table, but({}));
  expect(signed).toContain("2 of 2 threats are met by tests that hold.");
  expect(signedBy({})).toContain(
    "| `a.test.ts` | holds | 3 passed, 0 failed, 1 skipped | 2026-01-02 at abc, Debian |",
  );
  expect(signedOff(signed, but({}))).toBe(signed);
  for (const bad of [null, { failed: 1 }, { passed: 0 }]) {
    const open = signedBy(bad);
    expect(open).toContain("1 of 2 threats are met by tests that hold.");
    expect(open).toContain("- open: a part, Spoofing: x");
  }
  expect(signedBy({ failed: 1 })).toContain("| `b.test.ts` | **FAILS** |");
  expect(signedBy(null)).toContain("| `b.test.ts` | not run | | |");
});

test("a report of a run is read by its sums; a file that broke has failed", () => {
  const root = '<testsuites name="bun test" tests="5" assertions="9" failures="1" skipped="1">';
  expect(readReport(root, 1)).toEqual({ passed: 3, failed: 1, skipped: 1 });
  expect(readReport(root.replace('"1" s', '"0" s'), 0).failed).toBe(0);
  expect(readReport("", 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});
