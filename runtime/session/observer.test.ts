/** Proves that what the screen tells in passing is told on once it lasts, once for each change. */
import { expect, test } from "bun:test";
import { limits } from "../../contracts/limits.ts";
import type { Detection } from "../prompt/detected.ts";
import { Observer } from "./observer.ts";

const idle = (more: Pick<Detection, "announced" | "asks" | "disagrees"> = {}): Detection => ({
  state: "idle",
  why: "",
  ...more,
});
const announcing = (state: "working" | "blocked" | "idle"): Detection =>
  idle({ announced: { state, by: "title", app: null, message: null }, disagrees: true });

/** Looks every 100 ms at what `at` gives, and what was told when. */
function watch(untilMs: number, at: (ms: number) => Detection): string[] {
  const observer = new Observer();
  const told: string[] = [];
  for (let ms = 0; ms <= untilMs; ms += 100) {
    for (const seen of observer.see(at(ms), ms)) {
      told.push(`${ms} ${seen.type === "asks_seen" ? seen.asks : seen.announced}`);
    }
  }
  return told;
}

test("the asking mode is told when it lasts, and again when it changes", () => {
  const { asksStillMs } = limits;
  expect(watch(2_000, () => idle({ asks: "no" }))).toEqual([`${asksStillMs} no`]);
  expect(watch(2_000, (ms) => idle({ asks: ms === 500 ? "no" : "yes" }))).toEqual([
    `${asksStillMs} yes`,
    `${600 + asksStillMs} yes`,
  ]);
  expect(watch(2_000, (ms) => (ms % 200 === 0 ? idle({ asks: "no" }) : idle()))).toHaveLength(1);
  expect(watch(2_000, () => idle())).toEqual([]);
});

test("a disagreement without a prompt is told once while it lasts, and seldom", () => {
  const { announceGraceMs } = limits;
  expect(watch(5_000, () => announcing("working"))).toEqual([`${announceGraceMs} working`]);
  const onAndOff = (ms: number): Detection => (ms % 2_000 < 1_000 ? announcing("working") : idle());
  expect(watch(20_000, onAndOff)).toHaveLength(1);
  const short = (ms: number): Detection => (ms % 600 < 300 ? announcing("working") : idle());
  expect(watch(5_000, short)).toEqual([]);
});

test("what a prompt's own story says is not said a second time", () => {
  expect(watch(5_000, () => announcing("blocked"))).toEqual([]);
});
