/** Proves that the pen writes what it is given, and tells of each stroke. */
import { expect, test } from "bun:test";
import { takePen } from "./inject.ts";

test("each stroke reaches the terminal once and is told with its writer", () => {
  const written: string[] = [];
  const told: string[] = [];
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  const pen = takePen({ write: (bytes) => written.push(text(bytes)) }, (writer, bytes) =>
    told.push(`${writer} ${text(bytes)}`),
  );
  pen.write("policy", new TextEncoder().encode("y\r"));
  pen.write("terminal", new TextEncoder().encode("n"));
  expect(written).toEqual(["y\r", "n"]);
  expect(told).toEqual(["policy y\r", "terminal n"]);
});
