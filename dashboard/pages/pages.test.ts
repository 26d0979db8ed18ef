/** What small pages make of what they are told. */
import { expect, test } from "bun:test";
import { byUrgency, summaryOf } from "./doctor/model.ts";
import { shareAnswered, trendSeries } from "./policy/model.ts";
import { boundTo, isSwitch, sayValue } from "./settings/model.ts";

test("findings come in the order in which somebody should look at them, and are counted", () => {
  const finding = (name: string, status: "ok" | "warning" | "failed") => ({
    ...{ name, status, detail: "", fix: null },
  });
  const found = [finding("a", "ok"), finding("b", "failed"), finding("c", "warning")];
  expect(byUrgency(found).map(({ name }) => name)).toEqual(["b", "c", "a"]);
  expect(summaryOf(found)).toBe("1 failed, 1 to look at, 1 fine");
  expect(summaryOf([finding("a", "ok")])).toBe("All 1 checks are fine");
});

test("every outcome of a day is in exactly one sort of the chart", () => {
  const outcomes = {
    ...{ answered: 4, person: 3, denied: 2, expired: 1, withdrawn: 1, no_effect: 1 },
    ...{ interrupted: 1, session_ended: 1 },
  };
  const view = {
    days: [
      { from: 0, outcomes },
      { from: 86_400_000, outcomes: {} },
    ],
  };
  expect(trendSeries(view).map(({ values }) => values)).toEqual([
    [4, 0],
    [3, 0],
    [2, 0],
    [5, 0],
  ]);
  expect(shareAnswered(view)).toEqual({ prompts: 14, answered: 4 });
});

test("a setting reads as its file would spell it", () => {
  expect(isSwitch({ default: false })).toBe(true);
  expect([sayValue("strict"), sayValue(null), sayValue([])]).toEqual(["strict", "null", "[]"]);
  expect(boundTo({ from: "file", default: 30 })).toBe("default 30");
  expect(boundTo({ from: "default", default: 30 })).toBeNull();
});
