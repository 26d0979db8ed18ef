/** Fuzzes recordings: output split anywhere comes back whole, and a file cut off anywhere is read up to its last whole frame. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { manualClock } from "../manual-clock.ts";
import type { CastEvent } from "../pty/asciicast.ts";
import { systemRandom } from "../random.ts";
import { scratchFolder } from "../trace/scratch.example.ts";
import { Film } from "./film.ts";
import { readRecording } from "./read.ts";

const pieces = fc.array(
  fc.record({ bytes: fc.uint8Array({ maxLength: 40 }), waitMs: fc.constantFrom(0, 1, 300, 900) }),
  { minLength: 1, maxLength: 30 },
);

function recorded(file: string, given: readonly { bytes: Uint8Array; waitMs: number }[]): void {
  const clock = manualClock();
  const film = new Film({
    file,
    head: () => ({ size: { cols: 80, rows: 24 }, command: "x", term: "x" }),
    settings: { input: false, bytes_max: 1_000_000 },
    clock,
    random: systemRandom,
    termios: () => null,
    onTrouble: (line) => {
      throw new Error(line);
    },
  });
  for (const { bytes, waitMs } of given) {
    film.output(bytes);
    clock.advance(waitMs);
  }
  film.close({ code: 0, signal: null });
}

const textOf = (events: readonly CastEvent[]): string =>
  events.map((event) => (event.kind === "output" ? event.text : "")).join("");

test("any output, in any pieces", () => {
  const folder = scratchFolder();
  let count = 0;
  fc.assert(
    fc.property(pieces, (given) => {
      const file = join(folder, `${(count += 1)}`);
      recorded(file, given);
      const whole = Buffer.concat(given.map(({ bytes }) => bytes));
      const { events } = readRecording(file, "x");
      expect(textOf(events)).toBe(new TextDecoder("utf-8", { ignoreBOM: true }).decode(whole));
    }),
    { numRuns: 300 },
  );
});

test("a file cut off anywhere is a beginning of what was recorded", () => {
  const folder = scratchFolder();
  let count = 0;
  fc.assert(
    fc.property(pieces, fc.double({ min: 0, max: 1, noNaN: true }), (given, share) => {
      const file = join(folder, `${(count += 1)}`);
      recorded(file, given);
      const bytes = readFileSync(file);
      const all = readRecording(file, "x").events;
      const head = bytes.length - Math.floor(share * (bytes.length - 1));
      writeFileSync(file, bytes.subarray(0, head));
      try {
        const some = readRecording(file, "x").events;
        expect([...all].slice(0, some.length)).toEqual([...some]);
        if (head === bytes.length) expect(some).toHaveLength(all.length);
      } catch (error) {
        // Nothing whole is left, not even the first line.
        expect(String(error)).toContain("its header is not that of asciicast v2");
      }
    }),
    { numRuns: 300 },
  );
});
