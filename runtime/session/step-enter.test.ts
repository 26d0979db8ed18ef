/** Proves when the Enter behind a key is pressed: seen or unanswered, never behind anybody else's doing. */
import { describe, expect, test } from "bun:test";
import { limits } from "../../contracts/limits.ts";
import type { SessionEvent } from "./state.ts";
import { gone, pending, play, yes, yesNo } from "./step.example.ts";

describe("a reply by a key that may want an Enter", () => {
  const raw = { ...pending(yesNo).encoding, canonical: false, enter: "once echoed" } as const;
  const asked: SessionEvent = {
    type: "seen",
    sight: {
      what: "new",
      pending: { ...pending(yesNo), encoding: raw },
      personTyping: false,
      repeated: false,
    },
  };
  const pressed: SessionEvent[] = [asked, yes, { type: "recorded" }, { type: "typed" }];
  const seen = (behind: string | null, untouchedMs = 0, sameReader = true): SessionEvent => ({
    type: "seen",
    sight: { what: "same", prompt: yesNo, echo: { behind, untouchedMs, sameReader } },
  });
  const typed = (events: SessionEvent[]): string[] =>
    play([...pressed, ...events]).told.filter((line) => line.startsWith("type"));

  test("gets it when the key stands behind the question", () => {
    expect(typed([])).toEqual(['type "y"']);
    expect(typed([seen(""), seen("y"), { type: "typed" }, seen("y")])).toEqual([
      'type "y"',
      'type "\\r"',
    ]);
  });

  test("gets it when nothing at all has come of the key for long", () => {
    expect(typed([seen("", limits.echoMs - 1)])).toHaveLength(1);
    expect(typed([seen("", limits.echoMs)])).toHaveLength(2);
  });

  test("gets none where something else stands there, the prompt has gone, or a person goes on", () => {
    expect(typed([seen("yes"), seen(null, 9_999), gone])).toHaveLength(1);
    expect(typed([{ type: "person_typed" }, seen("y")])).toHaveLength(1);
  });

  test("gets none where somebody else reads, or that cannot be seen", () => {
    expect(typed([seen("y", 0, false), seen("", 9_999, false)])).toHaveLength(1);
  });

  test("is answered by the key alone, and recorded with what was typed", () => {
    const end = (events: SessionEvent[]) => play([...pressed, ...events]).state;
    expect(end([gone]).tally.answered).toBe(1);
    const entered = play([...pressed, seen("y"), { type: "typed" }, gone]);
    expect(entered.state.tally.answered).toBe(1);
  });
});
