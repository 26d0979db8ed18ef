/** Proves that each exit criterion is met by a good record alone, turns red on a bad one, and names the command that makes one. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Figure, judge } from "../bench/figure.ts";
import type { BenchResult } from "../bench/results.ts";
import { criteria, type Records } from "./criteria.ts";
import type { Tested } from "./tested.ts";

const root = join(import.meta.dir, "..");
const machine = { cpu: "Z80", cores: 2, memoryGiB: 1, kernel: "k", system: "s", bun: "1" };
const run = { at: "2026-01-01T00:00:00Z", machine, load: 0, commit: "abc" };
const none: Records = { result: () => null, bench: () => null, tested: () => null };

const flat = { name: "daemon", mbPerHour: 0.1, grows: false };
const soak = { minutes: 101, mismatches: 0, asked: 9, faults: 9, growth: [flat] };
const weeks = { seeds: 1_000, failed: 0, days: 7, asked: 9, seconds: 9 };
const times = { procedures: 30, plantedMs: 0.1, faults: 0 };
const hostile = { calls: 100_000, tenants: 1_000, faults: 0 };

/** Good figures of a run, and those of which each alone must be red. */
const results: Record<string, { name: string; good: object; bad: object[] }> = {
  soak: { name: "soak", good: soak, bad: [{ mismatches: 1 }, { minutes: 99 }, { minutes: null }] },
  leaks: {
    ...{ name: "soak", good: soak },
    bad: [{ growth: [flat, { ...flat, grows: true }] }, { growth: [] }, { minutes: 3 }],
  },
  weeks: { name: "simulate", good: weeks, bad: [{ failed: 1 }, { seeds: 999 }, { days: 6 }] },
  times: {
    ...{ name: "times", good: times },
    bad: [{ faults: 1 }, { procedures: 0 }, { plantedMs: 0.2 }, { plantedMs: null }],
  },
  hostile: {
    name: "hostile",
    good: hostile,
    bad: [{ faults: 1 }, { calls: 99_999 }, { calls: "" }, { tenants: 999 }],
  },
};

function withResult(name: string, figures: object): Records {
  const found = { name, ...run, figures: { ...figures } };
  return { ...none, result: (asked) => (asked === name ? found : null) };
}

function withBench(ours: number): Records {
  const rows = [
    "dialog, p95",
    "line prompt among 3 sessions, p95",
    "line prompt among 20 sessions, p95",
  ];
  const figures = rows.map((what, at): Figure => {
    const slow = at === 0 ? 1 : ours;
    return { what, unit: "ms", ours: slow, peer: null, target: null, runs: 1 };
  });
  const load = { before: 0, after: 0 };
  const bench: BenchResult = {
    ...{ bench: "latency", machine, commit: "abc", date: run.at, load },
    figures: figures.map(judge),
  };
  return { ...none, bench: (asked) => (asked === "latency" ? bench : null) };
}

const well: Tested = { ...run, passed: 2, failed: 0, skipped: 1 };

describe.each(criteria.map((one) => [one.key, one] as const))("%s", (key, criterion) => {
  test("without a record is not measured, and never met", () => {
    expect(criterion.find(none)).toMatchObject({ met: null, figure: "not measured" });
  });

  test("is met by a good record, with its figure, commit and machine, and by no bad one", () => {
    const { good, bad } = recordsOf(key);
    const { met, figure, source } = criterion.find(good);
    expect({ met, figure, source }).toMatchObject({ met: true });
    expect(source).toContain("2026-01-01T00:00Z at abc, 2 × Z80, load 0");
    expect(figure).not.toContain("NaN");
    expect(bad.length).toBeGreaterThan(0);
    for (const records of bad) expect(criterion.find(records).met).toBe(false);
  });

  function recordsOf(name: string): { good: Records; bad: Records[] } {
    const result = results[name];
    if (result !== undefined) {
      const changed = result.bad.map((wrong) => ({ ...result.good, ...wrong }));
      const records = (figures: object): Records => withResult(result.name, figures);
      return { good: records(result.good), bad: changed.map(records) };
    }
    if (criterion.tests.length === 0) return { good: withBench(499), bad: [withBench(501)] };
    const but = (wrong: Partial<Tested>) => (file: string) => ({
      ...{ ...none, tested: (asked: string) => (asked === file ? { ...well, ...wrong } : well) },
    });
    const bad = criterion.tests.flatMap((file) => [
      but({ failed: 1 })(file),
      but({ passed: 0, skipped: 3 })(file),
    ]);
    return { good: { ...none, tested: () => well }, bad };
  }

  test("one test file that was not run leaves it unmeasured", () => {
    for (const file of criterion.tests) {
      const tested = (asked: string): Tested | null => (asked === file ? null : well);
      const { met, source } = criterion.find({ ...none, tested });
      expect(met).toBeNull();
      expect(source).toContain(file);
    }
  });

  test("names a command that is there", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(Object.keys(scripts)).toContain(/^npm run ([a-z-]+)/.exec(criterion.command)?.[1] ?? "");
    for (const file of criterion.tests) expect(existsSync(join(root, file))).toBe(true);
    if (criterion.tests.length > 0) expect(criterion.command).toEndWith(`--measure ${key}`);
  });
});

test("each has a key of its own", () => {
  expect(new Set(criteria.map(({ key }) => key)).size).toBe(criteria.length);
});
