/** Proves that a text is taken for somebody else's only when who waits is known to have been asleep before it came. */
import { expect, test } from "bun:test";
import type { WaitEvidence } from "../prompt/evidence.ts";
import { Sleepers } from "./sleepers.ts";

const reader = { pid: 7, tid: 7, comm: "sh", via: "read", timed: false, foreground: true } as const;

function doubtAfter(looks: readonly { atMs: number; sleeps: number }[], writtenMs: number): string {
  const sleepers = new Sleepers();
  for (const { atMs, sleeps } of looks) {
    const waits = [{ ...reader, sleeps, threads: 1 }];
    const facts: WaitEvidence = { kernel: { waits, blind: false }, termios: null, quietMs: 0 };
    sleepers.see(facts, atMs);
  }
  sleepers.written(writtenMs);
  return sleepers.doubt?.why ?? "none";
}

const others = "it was written while whoever waits was asleep";

test("who was seen asleep at two looks, long before the text came, did not write it", () => {
  const looks = [
    { atMs: 0, sleeps: 3 },
    { atMs: 5, sleeps: 3 },
  ];
  expect(doubtAfter(looks, 105)).toBe(others);
  expect(doubtAfter(looks, 104)).toBe("none");
});

test("who was seen once may have written before: a busy machine reads late what was written", () => {
  expect(doubtAfter([{ atMs: 0, sleeps: 3 }], 500)).toBe("none");
});

test("who has slept anew in between may have written it", () => {
  const looks = [
    { atMs: 0, sleeps: 3 },
    { atMs: 5, sleeps: 3 },
    { atMs: 300, sleeps: 4 },
  ];
  expect(doubtAfter(looks, 301)).toBe("none");
});
