/** Proves what a tape keeps of a session, and above all what it does not. */
import { describe, expect, test } from "bun:test";
import { promptId, sessionId } from "../../contracts/ids.ts";
import type { StoredEntry } from "../../contracts/trace.ts";
import { manualClock } from "../manual-clock.ts";
import { detect } from "../prompt/detect.ts";
import { systemRandom } from "../random.ts";
import { evidences, screenOf } from "../prompt/testing.ts";
import { proposeCase } from "./proposal.ts";
import { Tape } from "./tape.ts";
import { wait } from "./program-labels.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const shown = { canonical: true, echo: true, signals: true };
const reads = { waits: [wait({ comm: "ask" })], blind: false };
const ids = ["019ab000-0000-7000-8000-000000000001", "019ab000-0000-7000-8000-000000000002"];

/** A tape, and a session played to it by hand. */
function tapeOf() {
  const clock = manualClock();
  const tape = new Tape(clock, systemRandom);
  let next = 0;
  const entry = (kind: "prompt.detected" | "prompt.closed", at: number): void => {
    const data = { prompt_id: promptId.parse(ids[at]) };
    // Only the kind and the prompt's id are read.
    tape.entry({ kind, data, session_id: sessionId.parse(ids[0]) } as StoredEntry);
  };
  return {
    tape,
    clock,
    asks(text: string, evidence = evidences.lineRead) {
      tape.output(bytes(text));
      clock.advance(5);
      tape.looked(evidence.termios, reads);
      tape.detected(detect(screenOf(`${text}█`), evidence));
      entry("prompt.detected", next);
      clock.advance(500);
    },
    closes() {
      entry("prompt.closed", next);
      next += 1;
    },
    kept: () =>
      JSON.stringify(proposeCase(tape, { tool: "ask", command: ["ask"], publishing: null })),
  };
}

describe("a tape", () => {
  test("proposes a question with its answer, and the silence before it as a stretch without one", () => {
    const { tape, clock, asks, closes } = tapeOf();
    tape.looked(shown, { waits: [], blind: false });
    tape.output(bytes("copying\r\n"));
    clock.advance(1_000);
    asks("Overwrite? [y/N] ");
    tape.typed("policy", bytes("y\r"));
    tape.output(bytes("y\r\n"));
    closes();
    const { events, expected } = proposeCase(tape, {
      tool: "ask",
      command: ["ask", "-i"],
      publishing: null,
    });
    expect(expected.prompts).toMatchObject([
      { id: "p1", from_ms: 1_000, until_ms: 1_505, kind: "yes_no", answer: "y\r", default: "n" },
    ]);
    expect(expected.prompts[0]?.at_ms).toBeCloseTo(1_505, 1);
    expect(expected.negatives).toEqual([
      { from_ms: 0, to_ms: 950, why: "proposed: nothing was asked here" },
    ]);
    const kinds: string[] = events.map(({ kind }) => kind);
    expect(kinds).toEqual([
      ...["termios", "kernel", "output", "output", "kernel", "prompt", "input", "output"],
    ]);
  });

  test("keeps nothing of what is typed where no question is seen, nor behind an answer's Enter", () => {
    const { tape, asks, closes, kept } = tapeOf();
    tape.typed("terminal", bytes("early-secret\r"));
    asks("Continue? [y/n] ");
    tape.typed("terminal", bytes("y\rahead-secret\r"));
    tape.typed("terminal", bytes("more-secret"));
    closes();
    expect(kept()).toContain("y\\r");
    expect(kept()).not.toContain("secret");
  });

  test("keeps nothing of a password, typed key by key, pasted, echoed or shown again", () => {
    const { tape, asks, closes, kept } = tapeOf();
    asks("Password: ", evidences.hiddenRead);
    for (const key of "hidden-word\r") tape.typed("terminal", bytes(key));
    closes();
    asks("API token: ");
    for (const key of "echo-word") {
      tape.typed("terminal", bytes(key));
      tape.output(bytes(key));
    }
    tape.typed("terminal", bytes("\r"));
    tape.output(bytes("\r\nhidden-word and echo-"));
    tape.output(bytes("word are wrong\r\n"));
    closes();
    expect(kept()).not.toContain("hidden-word");
    expect(kept()).not.toContain("word are");
    expect(kept()).not.toContain('"e"');
    expect(kept()).toContain(" are wrong");
    expect(kept()).toContain("API token: ");
  });

  test("keeps nothing of the keychain's secret, not even how long it is, though the tool shows it later", () => {
    const { tape, asks, closes, kept } = tapeOf();
    asks("Password: ", evidences.hiddenRead);
    const keys = bytes("keychain-word\r");
    tape.typed("keychain", keys);
    keys.fill(0);
    tape.output(bytes("\r\nyou said keychain-"));
    tape.output(bytes("word\r\n"));
    closes();
    expect(kept()).not.toContain("keychain-");
    expect(kept()).toContain("you said *********");
    expect(kept()).toContain('"kind":"input","text":""');
    expect(kept()).toContain('"id":"p1"');
  });
});
