/** Proves that lines written byte by byte are what JSON would have made of the text. */
import { expect, test } from "bun:test";
import { CastLines } from "./cast-lines.ts";

test("every byte, in one line each and all together", () => {
  const lines = new CastLines();
  const every = Buffer.from(
    Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join(""),
  );
  lines.output(1.5, every);
  expect(lines.take().toString()).toBe(`${JSON.stringify([0.0015, "o", every.toString()])}\n`);
  for (let code = 0; code < 256; code += 1) {
    const bytes = Buffer.from([0x61, code]);
    lines.output(0, bytes);
    expect(JSON.parse(lines.take().toString())).toEqual([0, "o", bytes.toString()]);
  }
});

test("what is longer than the room there is, between lines that are text", () => {
  const lines = new CastLines();
  const long = Buffer.from("\u0001漢".repeat(50_000));
  lines.line('["ä"]\n');
  lines.output(2_000, long);
  lines.line("[]\n");
  expect(lines.take().toString()).toBe(`["ä"]\n${JSON.stringify([2, "o", long.toString()])}\n[]\n`);
  expect(lines.take()).toHaveLength(0);
});
