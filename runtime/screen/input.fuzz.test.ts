/** Telling keys from answers never changes, loses or delays a byte, whatever comes. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { classifyInput } from "./input.ts";

/** Bytes that sequences are made of, and any others. */
const byte = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(...Buffer.from("\x1b\x1b[]OP_<>?M~ImRctuy;0123n\x07\\$+r|!G")),
  },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }) },
);
const fragment = fc.constantFrom(
  "\x1b[200~",
  "\x1b[201~",
  "\x1b]11;",
  "\x1bP>|",
  "\x1b\\",
  "\x1b[M",
);
const chunk = fc
  .array(fc.oneof(byte, fragment), { maxLength: 40 })
  .map((parts) =>
    Buffer.concat(parts.map((part) => Buffer.from(typeof part === "number" ? [part] : part))),
  );

test("the pieces of each chunk are that chunk, and none is empty", () => {
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 12 }), (chunks) => {
      const classify = classifyInput();
      for (const each of chunks) {
        const pieces = classify(each);
        expect(Buffer.concat(pieces.map((piece) => piece.bytes)).equals(each)).toBe(true);
        expect(pieces.every((piece) => piece.bytes.length > 0)).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
});

test("after any input, Enter and a letter in chunks of their own are keys, outside a paste", () => {
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 6 }), (chunks) => {
      const classify = classifyInput();
      for (const each of chunks) classify(each);
      // Ends a paste and an X10 mouse event, both of which take any byte.
      classify(Buffer.from("\x1b[201~\x1b[201~"));
      classify(Buffer.from("\r"));
      expect(classify(Buffer.from("y"))[0]?.type).toBe("key");
    }),
    { numRuns: 2_000 },
  );
});
