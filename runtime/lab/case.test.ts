/** Proves that a case is read as it was written, and that a wrong one is refused with its place. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CastEvent } from "../pty/asciicast.ts";
import type { Expectations } from "./case.ts";
import { readCase, readCases, writeCase } from "./case-files.ts";

const scratch = mkdtempSync(join(tmpdir(), "lab-case-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const reads = { via: "read", timed: false, foreground: true, comm: "ask" } as const;
const events: CastEvent[] = [
  { atMs: 0, kind: "termios", termios: { canonical: true, echo: true, signals: true } },
  { atMs: 10.5, kind: "output", text: "Überschreiben? [j/N] " },
  {
    atMs: 12,
    kind: "kernel",
    kernel: { waits: [{ ...reads, pid: 1, tid: 1, sleeps: 0 }], blind: false },
  },
  { atMs: 400, kind: "prompt", id: "overwrite" },
  { atMs: 401, kind: "input", text: "j\r" },
  { atMs: 500, kind: "resized", size: { cols: 90, rows: 30 } },
  { atMs: 600, kind: "exit", exit: { code: 0, signal: null } },
];
const expected: Expectations = {
  program: "ask",
  version: "1.0",
  tool: "ask",
  command: ["ask", "--all"],
  prompts: [
    {
      id: "overwrite",
      at_ms: 400,
      until_ms: 401,
      kind: "yes_no",
      question: "Überschreiben?",
      options: [
        { label: "j", key: "j" },
        { label: "N", key: "n" },
      ],
      default: "N",
      single_key: false,
      subject: null,
      answer: "j\r",
    },
  ],
  negatives: [{ from_ms: 410, to_ms: 600, why: "copies" }],
};
const head = { size: { cols: 80, rows: 24 }, command: "ask --all", term: "xterm-256color" };

describe("a case", () => {
  test("is read as it was written, by its path below the folder, and is its owner's alone", () => {
    writeCase(join(scratch, "good", "deep", "ask"), { head, events }, expected);
    const [one, ...others] = readCases(join(scratch, "good"));
    expect(others).toEqual([]);
    expect(one).toEqual({
      name: "deep/ask",
      recording: { size: head.size, events },
      expected,
    });
    for (const ending of ["cast", "json"]) {
      expect(statSync(join(scratch, "good", "deep", `ask.${ending}`)).mode & 0o777).toBe(0o600);
    }
  });

  test.each([
    ["until_ms is before at_ms", { prompts: [{ ...expected.prompts[0], until_ms: 1 }] }],
    ["a negative overlaps it", { negatives: [{ from_ms: 0, to_ms: 500, why: "no" }] }],
    ["to_ms is not after", { prompts: [], negatives: [{ from_ms: 9, to_ms: 9, why: "no" }] }],
    ["kind", { prompts: [{ ...expected.prompts[0], kind: "maybe" }] }],
  ])("that is wrong is refused: %s", (message, parts) => {
    const path = join(scratch, "wrong");
    writeCase(path, { head, events }, expected);
    writeFileSync(`${path}.json`, JSON.stringify({ ...expected, ...parts }));
    expect(() => readCase(scratch, `${path}.cast`)).toThrow(message);
    expect(() => readCase(scratch, `${path}.cast`)).toThrow(`${path}.json`);
  });

  test("cannot be looked for where there is nothing", () => {
    expect(() => readCases(join(scratch, "absent"))).toThrow("name a folder of recordings");
    writeFileSync(join(scratch, "lone.cast"), '{"version": 2, "width": 80, "height": 24}\nnothing');
    expect(() => readCase(scratch, join(scratch, "lone.cast"))).toThrow("lone.cast: line 2");
  });
});
