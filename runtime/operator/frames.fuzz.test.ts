/** Frames come out as they went in, however the stream is cut; what is no such stream is refused. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { type AttachFrame, attachFrames } from "../../contracts/attach.ts";
import { type Frame, frameOf, frameReader, jsonIn } from "./frames.ts";

const names = Object.keys(attachFrames) as AttachFrame[];
const frame = fc.record({
  type: fc.constantFrom(...names),
  payload: fc.uint8Array({ maxLength: 300 }),
});

test("frames survive every cut", () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 12 }), fc.array(fc.nat(50)), (frames, cuts) => {
      const stream = Buffer.concat(frames.map(({ type, payload }) => frameOf(type, payload)));
      const read = frameReader(300);
      const found: Frame[] = [];
      let at = 0;
      for (const cut of [...cuts, stream.length]) {
        found.push(...(read(new Uint8Array(stream.subarray(at, at + cut))) ?? []));
        at += cut;
      }
      const plain = ({ type, payload }: Frame) => ({ type, payload: [...payload] });
      expect(found.map(plain)).toEqual(frames.map(plain));
    }),
  );
});

test("an unknown kind and a frame that is too long end the stream", () => {
  expect(frameReader(10)(new Uint8Array([99, 0, 0, 0, 0]))).toBeNull();
  expect(frameReader(10)(frameOf("keys", new Uint8Array(11)))).toBeNull();
});

test("JSON is read from a frame, and nothing else is", () => {
  const [first] = frameReader(100)(frameOf("size", { cols: 1, rows: 2 })) ?? [];
  if (first === undefined) throw new Error("there is a frame");
  expect(jsonIn(first)).toEqual({ cols: 1, rows: 2 });
  expect(jsonIn({ type: "keys", payload: new Uint8Array([0xff]) })).toBeUndefined();
});
