/** Words that ask for more than this once, and words that only seem to refuse. */
import { expect, test } from "bun:test";
import { endsAsking, omitsSomething, outlivesPrompt } from "./grants.ts";

test.each([
  "Yes, remember this",
  "Allow for this session",
  "immer erlauben",
  "Yes to all",
  "今後は聞かない",
])("%s outlives the prompt", (label) => {
  expect(outlivesPrompt(label)).toBe(true);
});

test.each(["Yes", "Yes, run it", "Allow once", "Run the tests for the first time"])(
  "%s does not",
  (label) => {
    expect(outlivesPrompt(label)).toBe(false);
  },
);

test("no more questions is a grant, whatever it begins with", () => {
  expect(endsAsking("Don't ask again")).toBe(true);
  expect(endsAsking("Don't delete it")).toBe(false);
});

test("what follows a no says whether it refuses", () => {
  expect(["No backup", "No sandbox, run directly"].map(omitsSomething)).toEqual([true, true]);
  expect(["No", "No, keep it", "No thanks", "Nothing"].map(omitsSomething)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});
