/** A dialog of a known tool counts one step less where the version that runs is not one that was learnt. */
import { expect, test } from "bun:test";
import { detect } from "../detect.ts";
import { evidences, screenOf } from "../testing.ts";
import { claude } from "./claude/rules.ts";
import { weighedByVersion } from "./version.ts";

const dialog = claude.dialogs[0]?.example ?? "";
const plain = detect(screenOf(dialog), evidences.rawTimedPoll);
const sure = detect(
  screenOf(dialog, { announced: "state=blocked:app=claude-code" }),
  evidences.rawTimedPoll,
);

function weighed(detection: typeof plain, version: string | null): string[] {
  const found = weighedByVersion(detection, () => ({ is: "the tool", version }));
  if (found.state !== "waiting") throw new Error(found.why);
  return [found.prompt.confidence, ...found.prompt.evidence.filter((one) => /version/.test(one))];
}

test("a version that was learnt leaves it as it is", () => {
  expect(weighed(sure, "2.1.400")).toEqual(["high"]);
  expect(weighed(plain, "2.1.0")).toEqual(["medium"]);
});

test.each(["2.10.0", "3.0.0", "2.1", null])("version %s takes one step", (version) => {
  expect(weighed(sure, version)).toEqual(["medium", "tool:another-version"]);
  expect(weighed(plain, version)).toEqual(["low", "tool:another-version"]);
});

test("what only draws like the tool is as sure as what is recognised", () => {
  expect(weighedByVersion(plain, () => ({ is: "something else" }))).toBe(plain);
});

test("nobody asks for a version where no dialog of a known tool stands", () => {
  const line = detect(screenOf("Continue? [y/n] "), evidences.lineRead);
  const never = (): never => {
    throw new Error("asked");
  };
  expect(weighedByVersion(line, never)).toBe(line);
});
