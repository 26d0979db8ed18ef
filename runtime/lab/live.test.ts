/** Proves that a recording played to a whole session counts what is typed, at the right moment and at the wrong one. */
import { describe, expect, test } from "bun:test";
import { systemClock } from "../clock.ts";
import { replayLive } from "./live.ts";
import { caseOf, expectedPrompt, input, output, reads } from "./testing.ts";

const asks = [
  output(50, "Overwrite a.txt? [y/N] "),
  reads(50),
  input(400, "y\r"),
  output(401, "y\r\ndone\r\n"),
  output(450, "bye\r\n"),
];
const prompt = expectedPrompt({ at_ms: 390, until_ms: 400, question: "Overwrite a.txt?" });
const live = { sight: "on", clock: systemClock } as const;

describe("a recording at its own speed", () => {
  test("is answered where it asks, and nowhere else", async () => {
    const negatives = [{ from_ms: 402, to_ms: 450, why: "copies" }];
    const { prompts, alarms } = await replayLive(caseOf(asks, [prompt], negatives), live);
    expect(prompts.map(({ verdict }) => verdict)).toMatchObject([
      { recall: true, kind: true, question: true },
    ]);
    expect(alarms).toEqual([]);
  });

  test("counts an answer where nobody asked", async () => {
    const negatives = [{ from_ms: 0, to_ms: 400, why: "imitates a question" }];
    const { alarms } = await replayLive(caseOf(asks, [], negatives), live);
    expect(alarms.map(({ why, effect }) => [why, effect])).toEqual([
      ["imitates a question", "typed"],
    ]);
  });

  test("lets an answer of several keys go on, up to the recorded answer's last", async () => {
    const menu = (first: string, second: string): string =>
      `\u001b[2J\u001b[HPick one\r\n${first} Yes, go on\r\n${second} No, exit\r\n\r\n Enter to confirm`;
    const events = [
      { atMs: 0, kind: "termios", termios: { canonical: false, echo: false, signals: false } },
      output(10, menu(" ", "❯")),
      reads(11),
      input(500, "\u001b[A"),
      output(510, menu("❯", " ")),
      reads(511),
      input(900, "\r"),
      output(910, "\u001b[2J\u001b[Hgone\r\n"),
    ] as const;
    const question = expectedPrompt({ kind: "multiple_choice", at_ms: 499, until_ms: 500 });
    const { alarms } = await replayLive(caseOf(events, [question]), live);
    expect(alarms).toEqual([]);
  });

  test("does not count what nothing is said about", async () => {
    const one = caseOf(asks, []);
    const unscored = [{ from_ms: 40, to_ms: 400 }];
    const { alarms } = await replayLive({ ...one, expected: { ...one.expected, unscored } }, live);
    expect(alarms).toEqual([]);
  });

  test("misses what is answered only when it has gone", async () => {
    // Nobody is seen to wait, so that the session waits for a silence that does not come.
    const { prompts, alarms } = await replayLive(caseOf(asks.slice(0, 1), [prompt]), {
      ...live,
      sight: "off",
    });
    expect(prompts[0]?.verdict.recall).toBe(false);
    expect(alarms).toEqual([]);
  });
});
