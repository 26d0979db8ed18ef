/** Detection holds its figures on the open corpus, wherever that folder lies beside the repository. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  isActedOn,
  modes,
  readCorpus,
  rightDefault,
  rightKind,
  rightOptions,
  runNegatives,
  runPrompts,
} from "./detect.ts";

const folder = join(import.meta.dir, "../../shared/prompt-corpus");
const here = existsSync(folder);

function share(values: readonly (boolean | null)[]): number {
  const counted = values.filter((value) => value !== null);
  return counted.filter(Boolean).length / Math.max(1, counted.length);
}

test.if(here)("nearly every prompt is seen, and seen for what it is", () => {
  const results = runPrompts(folder, readCorpus(folder).prompts, "kernel");
  const kinds = results.map(({ prompt, detection }) =>
    rightKind(prompt, detection.state === "waiting" ? detection.prompt.kind : detection.state),
  );
  expect(share(results.map((one) => isActedOn(one.detection)))).toBeGreaterThanOrEqual(0.97);
  expect(share(kinds)).toBeGreaterThanOrEqual(0.97);
  expect(share(results.map((one) => rightOptions(one.prompt, one.detection)))).toBeGreaterThan(0.9);
  expect(share(results.map((one) => rightDefault(one.prompt, one.detection)))).toBeGreaterThan(
    0.95,
  );
});

for (const mode of modes) {
  test.if(here)(`nothing is answered where nobody asks (${mode})`, () => {
    const results = runNegatives(folder, readCorpus(folder).negatives, mode);
    const acted = results.filter((one) => isActedOn(one.detection));
    expect(acted.map((one) => `${one.negative.id} at ${one.ms}`)).toEqual([]);
  });
}
