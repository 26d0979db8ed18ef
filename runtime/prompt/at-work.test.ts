/** What programs show that listen for keys while they work: nothing of it may be answered by a policy. */
import { expect, test } from "bun:test";
import type { ScreenRow } from "../screen/snapshot.ts";
import { detect } from "./detect.ts";
import { evidences, screenOf } from "./testing.ts";

const hidden = { x: 0, y: 0, visible: false };
const node = { ...evidences.rawTimedPoll, quietMs: 1500 };

function mayBeAnswered(text: string, shown: "hidden" | "shown" = "hidden"): boolean {
  const cursor = shown === "hidden" ? { cursor: hidden } : {};
  const detection = detect(screenOf(text, cursor), node);
  if (detection.state !== "waiting") return false;
  return detection.prompt.kind !== "unknown" && detection.prompt.confidence !== "low";
}

const list = "Which region?\n❯ Paris\n  Tokyo\n  Lima";

test("a list with a question is answered where its library has hidden the cursor", () => {
  expect(mayBeAnswered(list)).toBe(true);
  expect(mayBeAnswered(`${list}\n`, "shown")).toBe(false);
});

test("of a program whose threads draw and read apart, a list without a cursor is answered, a line is not", () => {
  const beside = { from: "descriptors", errands: ["unasked"] } as const;
  const waits = evidences.rawPoll.kernel.waits.map((wait) => ({ ...wait, beside }));
  const evidence = { ...node, kernel: { waits, blind: false } };
  const confidence = (text: string, shown = {}): string => {
    const detection = detect(screenOf(text, shown), evidence);
    return detection.state === "waiting" ? detection.prompt.confidence : detection.state;
  };
  expect(confidence(list, { cursor: hidden })).not.toBe("low");
  expect(confidence(`${list}\n`)).toBe("low");
  expect(confidence("Delete everything? [y/N] ")).toBe("low");
});

test("a list above which nothing is asked is a person's", () => {
  expect(mayBeAnswered("❯ Building packages\n  core\n  cli")).toBe(false);
  expect(mayBeAnswered(" Press q to quit, enter for details\n❯ web\n  db")).toBe(false);
});

test("a list whose rows all have the pointer has none", () => {
  const watch = "Watch Usage\n › Press a to run all.\n › Press q to quit.\n";
  expect(mayBeAnswered(`${watch} › Press p to filter.\n`)).toBe(false);
});

test("Enter among the keys of a legend asks nothing, after a sentence it does", () => {
  const legend = "Press a to run all.\nPress q to quit.\nPress Enter to trigger a run.";
  expect(mayBeAnswered(legend, "shown")).toBe(false);
  expect(mayBeAnswered("All is ready.\nPress q to quit.\nPress Enter to continue.", "shown")).toBe(
    true,
  );
});

test("what stands above a row that turns is a person's, unless the row says that it waits", () => {
  const box =
    "╭──────────────╮\n│ Allow this?  │\n│ ❯ 1. Yes     │\n│   2. No      │\n╰──────────────╯\n";
  expect(mayBeAnswered(box)).toBe(true);
  expect(mayBeAnswered(`${box}\n⠙ Generating a response...`)).toBe(false);
  expect(mayBeAnswered(`${box}\n⠙ Waiting for your approval...`)).toBe(true);
});

test("a key that only cancels is not pressed", () => {
  expect(mayBeAnswered("Rebooting in 10 s - press any key to cancel", "shown")).toBe(false);
  expect(mayBeAnswered("All is done - press any key to exit", "shown")).toBe(true);
});

test("a list below a title on a screen of its own is a person's", () => {
  const on = (text: string): string => {
    const detection = detect(screenOf(text, { cursor: hidden, alternate: true }), node);
    return detection.state === "waiting" ? detection.prompt.confidence : detection.state;
  };
  expect(on("Tasks\n❯ build\n  lint\n  test\n\n ↑ ↓ - Select")).toBe("low");
  expect(on("Which task?\n❯ build\n  lint\n  test\n\n ↑ ↓ - Select")).toBe("medium");
});

test("a question within code, and a library's farewell, ask nothing", () => {
  expect(mayBeAnswered('if input("Are you sure? (y/n) ") == "y":', "shown")).toBe(false);
  expect(mayBeAnswered("Are you sure? (y/n) ", "shown")).toBe(true);
  expect(mayBeAnswered("└  Bye:", "shown")).toBe(false);
});

test("a line on the screen of a viewer, whose bar stands below, is a person's", () => {
  const bar = "a.log   *Press F1 for help*".padEnd(120);
  const shown = screenOf(`one\nContinue? [y/n]█\n${bar}`, { alternate: true, rows: 3 });
  const plain = { bold: false, dim: false, underline: false, fg: 7, bg: 0 };
  const lit = { start: 0, end: 120, text: bar, inverse: true, ...plain };
  const screen = shown.screen.map((row, at) => (at === 2 ? { ...row, runs: [lit] } : row));
  const confidence = (evidence: keyof typeof evidences, rows: readonly ScreenRow[] = screen) => {
    const detection = detect(
      { ...shown, screen: rows },
      { ...evidences[evidence], quietMs: 1_500 },
    );
    return detection.state === "waiting" ? detection.prompt.confidence : detection.state;
  };
  expect(confidence("rawPoll")).toBe("low");
  expect(confidence("rawPoll", shown.screen)).not.toBe("low");
  expect(confidence("rawRead")).not.toBe("low");
});
