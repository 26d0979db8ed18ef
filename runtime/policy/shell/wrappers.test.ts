/** Every wrapper and every carrier of code by its own example, and by what must not be taken for one. */
import { describe, expect, test } from "bun:test";
import { carriers } from "./codes.ts";
import { readShell } from "./shell.ts";
import { options } from "./testing.ts";
import { unfollowed, wrappers } from "./wrappers.ts";

describe("a wrapper", () => {
  for (const { example, counterExample, names } of wrappers) {
    test(`is unwrapped: ${example}`, () => {
      const reading = readShell(example, options);
      const inner = reading.ok ? reading.commands.at(-1) : null;
      expect(inner).toMatchObject({
        program: "rm",
        via: [expect.stringContaining(names[0] ?? "")],
      });
      expect(inner?.arguments.slice(0, 2)).toEqual([{ text: "-rf" }, { text: "x" }]);
    });
    test(`is not guessed at: ${counterExample}`, () => {
      const reading = readShell(counterExample, options);
      expect(reading.ok && !reading.runsCode).toBe(false);
    });
  }
});

describe("a program with code in its arguments", () => {
  for (const { example, counterExample } of carriers) {
    test(`is told: ${example}`, () => {
      const reading = readShell(example, options);
      expect(reading.ok && reading.runsCode).toBe(true);
    });
    test(`is not seen in ${counterExample}`, () => {
      expect(readShell(counterExample, options)).toMatchObject({ ok: true, runsCode: false });
    });
  }
});

test("programs that are not followed are not read, whatever they are given", () => {
  for (const name of unfollowed) expect(readShell(`${name} ls`, options).ok).toBe(false);
});
