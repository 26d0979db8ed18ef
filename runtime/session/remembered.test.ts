/** Proves that what is remembered of a screen is what would be read from it anew. */
import { expect, test } from "bun:test";
import { detect } from "../prompt/detect.ts";
import type { Detection } from "../prompt/detected.ts";
import type { WaitEvidence } from "../prompt/evidence.ts";
import { openScreen } from "../screen/screen.ts";
import type { Snapshot } from "../screen/snapshot.ts";
import { remembered } from "./remembered.ts";

function evidence(quietMs: number, via: "read" | "poll" = "read"): WaitEvidence {
  const wait = { pid: 1, tid: 1, comm: "sh", via, timed: via === "poll", foreground: true };
  return {
    kernel: { waits: [{ ...wait, sleeps: 1 }], blind: false },
    termios: { canonical: true, echo: true, signals: true },
    quietMs,
  };
}

function watched() {
  let reads = 0;
  const counted = (snapshot: Snapshot, given: WaitEvidence): Detection => {
    reads += 1;
    return detect(snapshot, given);
  };
  const size = { cols: 80, rows: 24 };
  const screen = openScreen({ size, reply: () => undefined, answersQueries: false });
  const look = remembered(counted);
  return {
    write: (text: string) => screen.feed(new TextEncoder().encode(text)),
    /** Looks, and holds the answer against what is read anew. */
    look: (given: WaitEvidence) => {
      expect(look(screen.snapshot(), given)).toEqual(detect(screen.snapshot(), given));
      return reads;
    },
  };
}

test("an unchanged question is read once", () => {
  const { write, look } = watched();
  write("Continue? [y/n] ");
  expect([look(evidence(0)), look(evidence(1)), look(evidence(5_000))]).toEqual([1, 1, 1]);
});

test("it is read anew when anything was written, or somebody else waits for it", () => {
  const { write, look } = watched();
  write("Continue? [y/n] ");
  look(evidence(0));
  write("\r\nReally? [y/n] ");
  expect(look(evidence(0))).toBe(2);
  expect(look(evidence(0, "poll"))).toBe(3);
});

test("what silence may still change is read anew", () => {
  const { write, look } = watched();
  write("compiling");
  expect([look(evidence(0)), look(evidence(60)), look(evidence(600))]).toEqual([1, 2, 3]);
});
