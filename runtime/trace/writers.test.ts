/** Twenty processes append to one trace at once: no fork, no gap, nothing lost, and none of them meets an error. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { scratchFile } from "./scratch.example.ts";
import { verified } from "./verified.example.ts";

const writers = 20;
const writer = join(import.meta.dir, "writer.example.ts");

test(`${writers} writers without a pause between their appends`, async () => {
  const file = scratchFile();
  const told = await Promise.all(
    Array.from({ length: writers }, async () => {
      const argv = ["bun", writer, file, "1", "0"];
      const child = Bun.spawn(argv, { stdout: "pipe", stderr: "pipe" });
      const [text, complaint, code] = await Promise.all([
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
        child.exited,
      ]);
      expect({ code, complaint }).toEqual({ code: 0, complaint: "" });
      return JSON.parse(text).appended as number;
    }),
  );
  const appended = told.reduce((sum, one) => sum + one, 0);
  expect(verified(file)).toMatchObject({ ok: true, entries: appended + 1, sessions: writers });
}, 60_000);
