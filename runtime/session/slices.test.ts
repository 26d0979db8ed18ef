/** Proves that cutting a burst loses and reorders nothing. */
import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { outputSlices } from "./slices.ts";

test("the slices are the burst, and few", () => {
  const byte = fc.oneof(fc.constant(0x0a), fc.constant(0x1b), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 300 }), (bytes) => {
      const slices = outputSlices(Uint8Array.from(bytes));
      expect(slices.flatMap((slice) => [...slice])).toEqual(bytes);
      expect(slices.length).toBeLessThanOrEqual(33);
      for (const slice of slices) expect(slice.length).toBeGreaterThan(0);
    }),
  );
});

test("a line's end, the start of an escape sequence and the end of one that erases are cuts", () => {
  const text = "y\r\n\u001b[A\r\u001b[2JContinue?\u001b[1m!";
  const slices = outputSlices(new TextEncoder().encode(text));
  const cut = slices.map((slice) => new TextDecoder().decode(slice));
  const erased = ["\u001b[A\r", "\u001b[2J", "Continue?"];
  expect(cut).toEqual(["y\r\n", ...erased, "\u001b[1m!"]);
});
