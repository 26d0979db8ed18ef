/** Proves that the pen writes what it is given, and tells of each stroke. */
import { expect, test } from "bun:test";
import { limits } from "../../contracts/limits.ts";
import { manualClock } from "../manual-clock.ts";
import { takePen } from "./inject.ts";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const keys = (typed: string): Uint8Array => new TextEncoder().encode(typed);

function pens() {
  const clock = manualClock();
  const written: string[] = [];
  const told: string[] = [];
  const pen = takePen({ write: (bytes) => written.push(text(bytes)) }, clock, (writer, bytes) =>
    told.push(`${writer} ${text(bytes)}`),
  );
  return { clock, written, told, pen };
}

test("each stroke reaches the terminal once and is told with its writer", () => {
  const { written, told, pen } = pens();
  pen.write("policy", keys("y\r"));
  pen.write("terminal", keys("n"));
  expect(written).toEqual(["y\r", "n"]);
  expect(told).toEqual(["policy y\r", "terminal n"]);
});

test("nothing follows a reply that is a lone ESC until it has been read as that key; then all of it, in order", () => {
  const { clock, written, pen } = pens();
  pen.write("policy", keys("\u001b"));
  pen.write("terminal_reply", keys("[?62c"));
  pen.write("terminal", keys("x"));
  expect(written).toEqual(["\u001b"]);
  clock.advance(limits.escapeGapMs);
  expect(written).toEqual(["\u001b", "[?62c", "x"]);
  pen.write("terminal", keys("\u001b"));
  pen.write("terminal", keys("[A"));
  expect(written.slice(3)).toEqual(["\u001b", "[A"]);
});

test("what comes from the keychain is overwritten once it is written, and not before, however long it waits", () => {
  const { clock, written, pen } = pens();
  const secret = keys("hunter2\r");
  pen.write("policy", keys("\u001b"));
  pen.write("keychain", secret);
  expect(text(secret)).toBe("hunter2\r");
  clock.advance(limits.escapeGapMs);
  expect(written).toEqual(["\u001b", "hunter2\r"]);
  expect(secret.every((byte) => byte === 0)).toBe(true);
});
