/** Who took a key is known again by the place where it waits; anybody else, or one who has been away, is not. */
import { expect, test } from "bun:test";
import type { WaitEvidence } from "../prompt/evidence.ts";
import type { KernelWait } from "../pty/kernel-wait.ts";
import { Readers } from "./readers.ts";

const base = { pid: 7, tid: 7, comm: "tool", via: "read", timed: false, foreground: true } as const;
const raw = { canonical: false, echo: false, signals: true };

function waiting(parts: Partial<KernelWait> = {}, termios = raw): WaitEvidence {
  const wait = { ...base, sleeps: 1, site: "0 0x0 0x1 0x7ffe 0x7f01", ...parts };
  return { kernel: { waits: [wait], blind: false }, termios, quietMs: 0 };
}
const nobody: WaitEvidence = { kernel: { waits: [], blind: false }, termios: raw, quietMs: 0 };

/** After a key to `waiting()`, with these looks, each at its time. */
function stillAfter(...looks: [WaitEvidence | "unknown", number][]): boolean {
  const readers = new Readers();
  readers.see(waiting(), 0);
  readers.keySent();
  for (const [evidence, atMs] of looks) readers.see(evidence, atMs);
  return readers.areStill;
}

test("the next round of the same loop is the same reader, also after a moment", () => {
  expect(stillAfter([waiting({ sleeps: 9 }), 1])).toBe(true);
  expect(stillAfter([nobody, 1], [nobody, 31], [waiting({ sleeps: 9 }), 51])).toBe(true);
  expect(stillAfter(["unknown", 1], [waiting(), 51])).toBe(true);
});

test("the same thread may wait for the rest with a time-out, and nobody else", () => {
  const rest = { via: "poll", timed: true, site: "7 0x7ffe 0x7f99" } as const;
  expect(stillAfter([waiting(rest), 1])).toBe(true);
  expect(stillAfter([waiting({ ...rest, timed: false }), 1])).toBe(false);
  expect(stillAfter([waiting({ ...rest, pid: 8, tid: 8 }), 1])).toBe(false);
});

test.each<[string, WaitEvidence]>([
  ["another program", waiting({ pid: 8, tid: 8 })],
  ["another place in it, or a program that took its place", waiting({ site: "0 0x0 0x9 0x7 0x7" })],
  ["the same in line mode", waiting({}, { ...raw, canonical: true })],
  [
    "one of which the place is not known",
    { ...nobody, kernel: { waits: [{ ...base, sleeps: 1 }], blind: false } },
  ],
  ["nobody that can be seen", { ...nobody, kernel: null }],
  ["nobody, and not all can be seen", { ...nobody, kernel: { waits: [], blind: true } }],
])("%s is not", (_who, evidence) => {
  expect(stillAfter([evidence, 1])).toBe(false);
});

test("somebody else in between, or a time away, is not forgotten", () => {
  expect(stillAfter([waiting({ pid: 8 }), 1], [waiting(), 3])).toBe(false);
  expect(stillAfter([nobody, 1], [nobody, 51], [waiting(), 101])).toBe(false);
});

test("without a key, or with nobody there to take it, nobody is the same", () => {
  const readers = new Readers();
  readers.see(waiting(), 0);
  expect(readers.areStill).toBe(false);
  readers.see(nobody, 1);
  readers.keySent();
  readers.see(waiting(), 2);
  expect(readers.areStill).toBe(false);
});
