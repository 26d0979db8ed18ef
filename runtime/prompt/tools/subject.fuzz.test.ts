/** A command that a dialog shows is read exactly, at any width, or it counts as cut. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Prompt } from "../../../contracts/prompt.ts";
import { detect } from "../detect.ts";
import { evidences, screenOf } from "../testing.ts";
import { drawings } from "./drawn.example.ts";

function promptAt(drawn: string, cols: number): Prompt | null {
  const rows = Math.max(40, drawn.split("\n").length + 2);
  const detection = detect(screenOf(`● text\n\n${drawn}`, { cols, rows }), evidences.rawTimedPoll);
  return detection.state === "waiting" ? detection.prompt : null;
}

/** A line break before an option or an operator may be taken for a wrap: it begins no command. */
function asRead(text: string | null | undefined): string {
  return (text ?? "nothing").replace(/\s(?=-|&&|\||;)/g, " ");
}

const word = fc.oneof(
  fc.constantFrom("rm", "-rf", "git", "push", "--force", "&&", "|", ";", "echo", "./build", "sudo"),
  fc.stringMatching(/^[a-z0-9/._=-]{1,14}$/),
  fc.stringMatching(/^"[a-z]{1,9}( [a-z]{1,9}){0,3}"$/),
  fc.stringMatching(/^[a-z0-9/._-]{60,150}$/),
);
const line = fc.array(word, { minLength: 1, maxLength: 24 }).map((words) => words.join(" "));
const command = fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => lines.join("\n"));
const width = fc.integer({ min: 60, max: 200 });

for (const [tool, draw] of Object.entries(drawings)) {
  describe(tool, () => {
    test("what is not cut is exact", () => {
      let exact = 0;
      fc.assert(
        fc.property(command, width, (text, cols) => {
          const prompt = promptAt(draw(text, cols), cols);
          expect(prompt?.kind).toBe("yes_no");
          if (prompt?.cut === true) return;
          exact += 1;
          expect(asRead(prompt?.subject?.command)).toBe(asRead(text));
        }),
        { numRuns: 300 },
      );
      // Or else everything went to a person.
      expect(exact).toBeGreaterThan(20);
    });

    test.each(["rm -rf ./build", 'git commit -m "x" && git push --force', "ls"])(
      "at every width %s is the same question, options and subject",
      (text) => {
        const seen = new Set<string>();
        for (let cols = 60; cols <= 200; cols += 1) {
          const prompt = promptAt(draw(text, cols), cols);
          seen.add(prompt?.fingerprint ?? `nothing at ${cols}`);
          expect(prompt?.subject?.command).toBe(text);
          expect(prompt?.cut).toBe(false);
        }
        expect(seen.size).toBe(1);
      },
    );

    test("a command of which the head has scrolled off is cut", () => {
      const drawn = draw(Array.from({ length: 60 }, (_, at) => `echo ${at}`).join("\n"), 100);
      const rows = drawn.split("\n");
      for (const kept of [30, 40, 50]) {
        const prompt = promptAt(rows.slice(-kept).join("\n"), 100);
        expect(prompt === null || prompt.cut || prompt.subject === null).toBe(true);
      }
    });
  });
}
