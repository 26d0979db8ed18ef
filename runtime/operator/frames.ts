/** Cuts a stream of bytes into the frames of `contracts/attach.ts`, and makes them. Pure. */
import { type AttachFrame, attachFrames } from "../../contracts/attach.ts";

export type Frame = { type: AttachFrame; payload: Uint8Array };

const headBytes = 5;
const names = new Map<number, AttachFrame>(
  Object.entries(attachFrames).map(([name, code]) => [code, name as AttachFrame]),
);

export function frameOf(type: AttachFrame, payload: Uint8Array | object = nothing): Uint8Array {
  const bytes =
    payload instanceof Uint8Array ? payload : new TextEncoder().encode(JSON.stringify(payload));
  const frame = new Uint8Array(headBytes + bytes.length);
  frame[0] = attachFrames[type];
  new DataView(frame.buffer).setUint32(1, bytes.length);
  frame.set(bytes, headBytes);
  return frame;
}

const nothing = new Uint8Array();

/** Returns a function that takes the next bytes and gives the frames they complete; null: this is no such stream. */
export function frameReader(bytesMax: number): (bytes: Uint8Array) => Frame[] | null {
  let rest: Uint8Array = nothing;
  return (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    const frames: Frame[] = [];
    while (rest.length >= headBytes) {
      const type = names.get(rest[0] ?? 0);
      const length = new DataView(rest.buffer, rest.byteOffset).getUint32(1);
      if (type === undefined || length > bytesMax) return null;
      if (rest.length < headBytes + length) break;
      // A copy: what it came in may be written over.
      frames.push({ type, payload: rest.slice(headBytes, headBytes + length) });
      rest = rest.subarray(headBytes + length);
    }
    rest = rest.slice();
    return frames;
  };
}

/** Undefined where it is no JSON. */
export function jsonIn({ payload }: Frame): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return undefined;
  }
}
