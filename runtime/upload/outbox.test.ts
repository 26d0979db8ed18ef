/** A batch holds what there is room for, in order, and never nothing. */
import { expect, test } from "bun:test";
import { uploadLimits } from "../../contracts/upload.ts";
import { batchText, halved, nextBatch, type Waiting, widestBounds } from "./outbox.ts";

const entry = (seq: number, chars: number): Waiting => ({
  seq,
  hash: "",
  text: JSON.stringify("ä".repeat(chars / 2)),
  hasContent: false,
});
const many = (count: number, chars: number): Waiting[] =>
  Array.from({ length: count }, (_, at) => entry(at + 1, chars));

test("as many bytes as there is room for, as they are on the wire", () => {
  const chosen = nextBatch(many(100, 200_000), widestBounds);
  expect(chosen.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  const around = {
    batchId: "",
    agent: { id: "", version: "x".repeat(64), platform: "x".repeat(64) },
    checkpoint: "\n".repeat(4_096),
    fromSize: 9,
    proof: Array.from({ length: 64 }, () => new Uint8Array(32)),
  };
  const text = batchText(chosen, around);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(uploadLimits.decodedBytesMax);
  expect(JSON.parse(text).entries).toHaveLength(5);
});

test("as many entries as may be, and no more are read", () => {
  let read = 0;
  function* endless(): Generator<Waiting> {
    for (;;) yield entry((read += 1), 10);
  }
  expect(nextBatch(endless(), widestBounds)).toHaveLength(uploadLimits.entriesMax);
  expect(read).toBe(uploadLimits.entriesMax);
});

test("the first one in any case, and none where nothing waits", () => {
  expect(nextBatch(many(3, 4_000_000), widestBounds)).toHaveLength(1);
  expect(nextBatch([], widestBounds)).toEqual([]);
});

test("half of what was too much, within what would be taken, until there is one left", () => {
  expect(halved(500, widestBounds, null)).toEqual({ ...widestBounds, entriesMax: 250 });
  expect(halved(3, widestBounds, 100_000)).toEqual({ entriesMax: 1, bytesMax: 83_616 });
  expect(halved(2, widestBounds, 5)).toEqual({ entriesMax: 1, bytesMax: 1 });
  expect(halved(1, widestBounds, null)).toBeNull();
});
