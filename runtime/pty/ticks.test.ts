/** Which threads are taken to tick, by how long they ran between two looks. */
import { afterEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Proc } from "./proc-files.ts";
import { Ticks } from "./ticks.ts";

const roots: string[] = [];

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

type Sight = { atMs: number; ranMs: number; slices: number };

/** What is said of a thread at each sight of it. */
function said(sights: readonly Sight[]): boolean[] {
  const root = mkdtempSync(join(tmpdir(), "atlasbridge-proc-"));
  roots.push(root);
  const folder = join(root, "7", "task", "9");
  mkdirSync(folder, { recursive: true });
  let nowMs = 0;
  const ticks = new Ticks(new Proc(root), () => nowMs);
  return sights.map(({ atMs, ranMs, slices }) => {
    nowMs = atMs;
    writeFileSync(join(folder, "schedstat"), `${ranMs * 1e6} 4400 ${slices}\n`);
    return ticks.isTicking(7, 9);
  });
}

const first = { atMs: 1_000, ranMs: 50, slices: 900 };

test("a thread that runs a moment every so often ticks, once it was seen twice", () => {
  expect(said([first, { atMs: 1_200, ranMs: 50.4, slices: 920 }])).toEqual([false, true]);
});

test("a thread works that runs much of the time", () => {
  expect(said([first, { atMs: 1_200, ranMs: 70, slices: 1_200 }])).toEqual([false, false]);
});

test("a thread works that gets few turns and uses them", () => {
  expect(said([first, { atMs: 1_200, ranMs: 54, slices: 901 }])).toEqual([false, false]);
});

test("what a thread did long ago, or a moment ago, says nothing", () => {
  const later = { ranMs: 50.1, slices: 901 };
  expect(said([first, { ...later, atMs: 9_000 }])).toEqual([false, false]);
  expect(said([first, { ...later, atMs: 1_005 }])).toEqual([false, false]);
});

test("nothing is said where the kernel keeps no such figures", () => {
  const ticks = new Ticks(new Proc("/nonexistent"), () => 0);
  expect(ticks.isTicking(7, 9)).toBe(false);
});
