/** The project's own recordings are what the issue of measuring needs: many, varied, small, and clean. */
import { expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { readCases } from "../../runtime/lab/case-files.ts";
import { scenarios } from "./scenarios.ts";

const folder = join(import.meta.dir, "..", "..", "runtime", "prompt", "recordings");
const cases = readCases(folder);
const castBytesMax = 81_920;
/** Some AI tools repaint the whole screen for every turn of a spinner. */
const agentCastBytesMax = 215_040;

const asking = cases.filter(({ expected }) => expected.prompts.length > 0);
const prompts = cases.flatMap(({ expected }) => expected.prompts);
const negatives = cases.flatMap(({ expected }) => expected.negatives);

test("at least 250 prompts of 70 programs, of every kind", () => {
  expect(prompts.length).toBeGreaterThanOrEqual(250);
  expect(new Set(asking.map(({ expected }) => expected.program)).size).toBeGreaterThanOrEqual(70);
  const kinds = new Set(prompts.map(({ kind }) => kind));
  for (const kind of [
    "yes_no",
    "confirm_enter",
    "multiple_choice",
    "free_text",
    "password",
    "pager",
  ] as const) {
    expect(kinds).toContain(kind);
  }
});

test("a third of the recordings asks nothing", () => {
  const silent = cases.filter(({ expected }) => expected.prompts.length === 0);
  expect(silent.length * 3).toBeGreaterThanOrEqual(cases.length);
  expect(negatives.length).toBeGreaterThanOrEqual(100);
});

test("each is small, and tells nothing of the machine it was made on", () => {
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const path = join(folder, file);
    if (!file.endsWith(".cast") && !file.endsWith(".json")) continue;
    const max = file.startsWith("tools/") ? agentCastBytesMax : castBytesMax;
    expect({ file, small: statSync(path).size <= max }).toEqual({ file, small: true });
    expect(readFileSync(path, "utf8")).not.toMatch(
      /registry\.|(?<!demo)\/work\/|(?<!demo)\/home\/(?!user|demo|atlasdemo)\w|id_rsa PRIVATE/,
    );
  }
});

test("every recorded line program has a scenario that makes it again", () => {
  const names = new Set(scenarios.map(({ name }) => name));
  const made = cases
    .filter(({ name }) => name.startsWith("line/"))
    .map(({ name }) => name.slice(5));
  expect(made.filter((name) => !names.has(name))).toEqual([]);
});
