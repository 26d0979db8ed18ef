/** Where somebody returns to after signing in is here, whatever was asked for. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { returnPathOf } from "./errand.ts";

test("a path to return to never leads away", () => {
  const here = "https://cloud.example";
  const pieces = fc.constantFrom(
    "/",
    "\\",
    ".",
    "..",
    ":",
    "@",
    "//",
    "evil.example",
    "https:",
    "\t",
    "a",
    "?",
    "#",
    "%2f",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(pieces).map((all) => all.join("")),
      ),
      (text) => {
        const path = returnPathOf(text, here);
        expect(new URL(path, here).origin).toBe(here);
        expect(path).toMatch(/^\/(?![/\\])/);
      },
    ),
    { numRuns: 3_000 },
  );
});
