/** Boxes drawn with `+`, `-` and `|`, and tables that only look like them. */
import { expect, test } from "bun:test";
import { detect } from "./detect.ts";
import type { WaitEvidence } from "./evidence.ts";
import { evidences, screenOf } from "./testing.ts";

function seen(rows: readonly string[], evidence: WaitEvidence = evidences.rawRead): string {
  const shown = rows.map((row) => `        ${row}`).join("\n");
  const detection = detect(screenOf(shown, { alternate: true }), evidence);
  if (detection.state !== "waiting") return detection.state;
  const { kind, question, options } = detection.prompt;
  return `${kind} ${JSON.stringify(question)} ${options.map(({ label }) => label).join("/")}`;
}

const box = [
  "+------- Restart -------+",
  "| Restart the machine?  |",
  "+-----------------------+",
  "|  < █Yes >   <  No  >   |",
  "+-----------------------+",
];

test("a box with buttons is one", () => {
  expect(seen(box)).toContain("Yes/No");
  expect(seen(box)).toMatch(/^yes_no .*Restart the machine\?/);
});

test("what is written in lines, and a frame that is not whole, are text", () => {
  expect(seen(box, evidences.lineRead)).not.toMatch(/^yes_no/);
  const open = box.map((row, at) => (at === 4 ? "+---------------" : row));
  expect(seen(open)).not.toMatch(/^yes_no/);
});
