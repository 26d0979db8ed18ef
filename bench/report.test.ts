/** Proves that docs/bench.md and its plots say what the results say, on fixed data and as they are committed. */
import { expect, test } from "bun:test";
import { beside, type Figure, judge } from "./figure.ts";
import { pageOf } from "./report/page.ts";
import { boundedOf, plotsOf, ratioOf } from "./report/plots.ts";
import { staleFiles } from "./report.ts";
import type { BenchResult } from "./results.ts";

const waits: Figure = {
  ...{ what: "reply, median", unit: "ms", target: { of: "ratio", atMost: 10 } },
  ...beside([8, 9, 10], ["expect", [0.4, 0.5, 0.6]]),
};
const rate: Figure = {
  ...{ what: "verify", unit: "entries/s", target: { of: "value", atLeast: 300 } },
  ...{ ...beside([400, 400, 400], ["rows", [800, 800, 800]]), published: "theirs 55/s" },
};
const plain: Figure = { what: "aside", unit: "", ours: 1, peer: null, target: null, runs: 1 };

const results: BenchResult[] = [
  {
    ...{ bench: "reply", commit: "abc123", date: "2026-01-02T03:04:05Z" },
    machine: { cpu: "Z80", cores: 1, memoryGiB: 2, kernel: "k", system: "s", bun: "1" },
    ...{ load: { before: 0.5, after: 1 }, figures: [waits, rate, plain].map(judge) },
  },
];

test("a row has what was measured, beside whom, within which bound, and where it lies", () => {
  // Columns are padded to their widest cell.
  const page = pageOf(results, []).replace(/ +/g, " ");
  expect(page).toContain("1 of 2 figures with a bound are within it.");
  expect(page).toContain(
    "2026-01-02 at abc123; 1 × Z80, 2 GiB, s, k, Bun 1; load 0.5 before, 1 after.",
  );
  expect(page).toContain(
    "| reply, median | 9.00 ms (8.00 to 10.0) | expect 0.50 ms | 18.0× | ≤ 10× peer | **missed** | | 3 |",
  );
  expect(page).toContain("| ≥ 300 entries/s | met | theirs 55/s | 3 |");
  expect(page).toContain("| aside | 1.00 | | | | | | 1 |");
});

test("below one is within the bound, whether less or more is wanted", () => {
  expect(boundedOf(judge(waits))).toMatchObject({
    share: 1.8,
    low: 1.6,
    high: 2,
    verdict: "missed",
  });
  expect(boundedOf(judge(rate))).toMatchObject({ share: 0.75, verdict: "met" });
  expect(boundedOf(judge(plain))).toBeNull();
});

test("above one we are better than the peer, whether less or more is wanted", () => {
  const { ratio, low, high } = ratioOf(judge(waits)) ?? {};
  expect(ratio).toBeCloseTo(1 / 18);
  expect(low).toBeCloseTo(0.4 / 10);
  expect(high).toBeCloseTo(0.6 / 8);
  expect(ratioOf(judge(rate))?.ratio).toBe(0.5);
});

test("plots have a row for each figure, the same each time, and load nothing", async () => {
  const [bounds, peers] = await plotsOf(results);
  for (const what of ["reply, median", "verify"]) expect(bounds?.svg).toContain(`>${what}</text>`);
  expect(bounds?.svg).not.toContain("aside");
  expect(peers?.svg).toContain(">reply, median : expect</text>");
  expect(bounds?.svg).not.toMatch(/href|<script|url\(/);
  expect((await plotsOf(results))[0]?.svg).toBe(bounds?.svg);
});

test("docs/bench.md is made of the results that lie here: npm run bench -- report", async () => {
  expect(await staleFiles()).toEqual([]);
});
