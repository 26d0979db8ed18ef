/** The intake keeps every byte in order, gives others their turn, and holds the tool when too much waits. */
import { expect, test } from "bun:test";
import { limits } from "../../contracts/limits.ts";
import { type ManualClock, manualClock } from "../manual-clock.ts";
import { Intake } from "./intake.ts";

type Bench = { intake: Intake; clock: ManualClock; shown: () => string; flow: string[] };

/** `msPerFeed`: what it takes to show a slice, whatever its length or by it. */
function intakeTaking(msPerFeed: number | ((bytes: number) => number)): Bench {
  const clock = manualClock();
  const flow: string[] = [];
  let shown = "";
  let spentMs = 0;
  const intake = new Intake({
    clock: { ...clock, monotonicMs: () => clock.monotonicMs() + spentMs },
    feed: (bytes) => {
      shown += new TextDecoder().decode(bytes);
      spentMs += typeof msPerFeed === "number" ? msPerFeed : msPerFeed(bytes.length);
    },
    skip: () => 0,
    hold: () => flow.push("hold"),
    release: () => flow.push("release"),
  });
  return { intake, clock, flow, shown: () => shown };
}

const text = (length: number): string => "0123456789".repeat(length / 10 + 1).slice(0, length);
const bytes = (of: string): Uint8Array => new TextEncoder().encode(of);

test("what comes alone is shown at once", () => {
  const { intake, shown } = intakeTaking(0);
  intake.take(bytes("Continue? "));
  expect([shown(), intake.behind]).toEqual(["Continue? ", false]);
});

test("a burst that takes long leaves the rest to later turns, in order and whole", () => {
  const { intake, clock, shown } = intakeTaking(limits.intakeTurnMs / 2);
  const burst = text(100_000);
  intake.take(bytes(burst));
  const atOnce = shown().length;
  expect(atOnce).toBeGreaterThan(0);
  expect(atOnce).toBeLessThan(burst.length);
  intake.take(bytes("end"));
  expect(shown()).toHaveLength(atOnce);
  while (intake.behind) clock.advance(1);
  expect(shown()).toBe(`${burst}end`);
});

test("the tool is held while too much waits, once, and released when most of it is shown", () => {
  const { intake, clock, flow } = intakeTaking(limits.intakeTurnMs);
  for (let sent = 0; sent <= 2 * limits.intakeHighBytes; sent += 50_000)
    intake.take(bytes(text(50_000)));
  expect(flow).toEqual(["hold"]);
  while (flow.length === 1) clock.advance(1);
  expect(flow).toEqual(["hold", "release"]);
  while (intake.behind) clock.advance(1);
  expect(flow).toEqual(["hold", "release"]);
});

test("draining shows all that waits, and lets the tool go on", () => {
  const { intake, shown, flow } = intakeTaking(limits.intakeTurnMs);
  const flood = text(limits.intakeHighBytes + 20_000);
  intake.take(bytes(flood));
  intake.drain();
  expect([shown(), intake.behind]).toEqual([flood, false]);
  expect(flow).toEqual(["hold", "release"]);
});

test("output of which every byte is much work takes no longer turns, once that is known", () => {
  let turnMs = 0;
  const { intake, clock, shown } = intakeTaking((bytes) => {
    turnMs += bytes / 100;
    return bytes / 100;
  });
  const flood = text(60_000);
  intake.take(bytes(flood));
  const turnsMs: number[] = [];
  while (intake.behind) {
    turnMs = 0;
    clock.advance(1);
    turnsMs.push(turnMs);
  }
  expect(shown()).toBe(flood);
  // A slice is begun as long as the turn is not over: at most another one comes on top of it.
  expect(Math.max(...turnsMs.slice(5))).toBeLessThanOrEqual(2 * limits.intakeTurnMs);
});
