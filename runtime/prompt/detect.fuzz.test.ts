/** Whatever stands on the screen: detection answers, within the schema, the same twice, and never without a waiter. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { prompt as promptSchema } from "../../contracts/prompt.ts";
import { detect } from "./detect.ts";
import { evidences, screenOf } from "./testing.ts";

const piece = fc.constantFrom(
  "Continue?",
  " [y/N]",
  " (yes/no)",
  "❯ one",
  "  two",
  "1) a",
  "2) b",
  ": ",
  "? ",
  "> ",
  "Password",
  "\n",
  "█",
  "│",
  "<OK>",
  "┌─┐",
  "密",
  "\u00a0",
  "-- More --",
  "x".repeat(200),
);
const text = fc.array(fc.oneof(piece, fc.string({ maxLength: 8 })), { maxLength: 40 });
const evidence = fc.constantFrom(...Object.values(evidences));

test("any screen gives a lawful detection, twice the same", () => {
  fc.assert(
    fc.property(text, evidence, fc.boolean(), (parts, known, alternate) => {
      const rows = parts.join("").split("\n").slice(0, 40).join("\n");
      const snapshot = screenOf(rows, { alternate });
      const detection = detect(snapshot, known);
      expect(detect(snapshot, known)).toEqual(detection);
      if (detection.state !== "waiting") return;
      promptSchema.parse(detection.prompt);
      expect(detection.place.top).toBeGreaterThanOrEqual(0);
      expect(detection.place.bottom).toBeGreaterThanOrEqual(detection.place.top);
    }),
    { numRuns: 1500 },
  );
  // On a busy machine it takes longer than the five seconds that a test has by itself.
}, 60_000);

test("where the kernel says that nobody waits there is no prompt", () => {
  fc.assert(
    fc.property(text, (parts) => {
      const snapshot = screenOf(parts.join("").split("\n").slice(0, 40).join("\n"));
      expect(detect(snapshot, evidences.nobody).state).toBe("working");
    }),
    { numRuns: 300 },
  );
});
