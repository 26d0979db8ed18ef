/** The rehearsal goes the whole way of a reply, and stops when it is told to. */
import { expect, test } from "bun:test";
import type { Decision } from "../../contracts/decision.ts";
import { exampleDecision } from "../../contracts/examples.ts";
import { detect } from "../prompt/detect.ts";
import { openScreen } from "../screen/screen.ts";
import { rehearse } from "./rehearse.ts";

/** The questions that came as far as a decision. */
async function questionsUntil(turns: number): Promise<string[]> {
  const questions: string[] = [];
  const decide = (prompt: { question: string }): Decision => {
    questions.push(prompt.question);
    return exampleDecision;
  };
  let left = turns;
  await rehearse({ openScreen, detect, decide }, () => {
    left -= 1;
    return Promise.resolve(left < 0 ? "stop" : "go on");
  });
  return questions;
}

test("every question of the rehearsal is seen and decided", async () => {
  expect(await questionsUntil(Number.POSITIVE_INFINITY)).toEqual([
    "Continue? [y/N]",
    "Your choice:",
    "Project name: (demo)",
    "Delete everything? (yes/no)",
  ]);
});

test("a rehearsal that is told to stop decides nothing more", async () => {
  expect(await questionsUntil(0)).toEqual([]);
  expect(await questionsUntil(2)).toEqual(["Continue? [y/N]"]);
});
