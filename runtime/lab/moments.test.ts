/** Proves that the moments of a recording are those of its questions. */
import { expect, test } from "bun:test";
import { momentsOf } from "./moments.ts";
import { input, output, reads } from "./testing.ts";

const size = { cols: 80, rows: 24 };
const ask = "Overwrite? [y/N] ";

test("each question is met once, at its last moment, and again only behind input", () => {
  const events = [
    output(10, ask),
    reads(11),
    input(600, "n\r"),
    output(601, `\r\n${ask}`),
    reads(602),
    input(900, "y\r"),
    output(901, "\r\ndone"),
  ];
  const [first = 0, second = 0, ...others] = momentsOf({ size, events });
  expect(others).toEqual([]);
  expect(first).toBeGreaterThan(500);
  expect(first).toBeLessThan(601);
  expect(second).toBeGreaterThan(850);
  expect(second).toBeLessThan(901);
});

test("without a question there is the end", () => {
  expect(momentsOf({ size, events: [output(10, "copied 3 files\r\n")] })).toEqual([1_010]);
});
