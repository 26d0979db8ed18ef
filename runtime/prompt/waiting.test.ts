/** The weight of each fact about waiting. */
import { expect, test } from "bun:test";
import { evidences } from "./testing.ts";
import { judgeWait } from "./waiting.ts";

test("a read by the foreground is proof at once", () => {
  const judgement = judgeWait({ ...evidences.lineRead, quietMs: 0 });
  expect(judgement).toMatchObject({ waits: "yes", needsQuietMs: 0 });
  expect(judgement.evidence[0]).toBe("kernel:read");
});

test("a poll needs silence, one with a time-out more of it", () => {
  const open = judgeWait(evidences.rawPoll);
  const timed = judgeWait(evidences.rawTimedPoll);
  expect(open.waits).toBe("likely");
  expect(timed.needsQuietMs).toBeGreaterThan(open.needsQuietMs);
  expect(timed.reliesOnText).toBe("much");
});

test("a visible kernel in which nobody waits is a veto", () => {
  expect(judgeWait(evidences.nobody).waits).toBe("no");
});

test("an unseen or blind kernel leaves it to silence and text", () => {
  for (const evidence of [evidences.unseenLine, evidences.blind]) {
    expect(judgeWait(evidence)).toMatchObject({ waits: "unknown", needsQuietMs: 300 });
  }
});

test("a waiter outside the foreground proves nothing by itself", () => {
  const outside = evidences.rawPoll.kernel.waits.map((wait) => ({ ...wait, foreground: false }));
  const judgement = judgeWait({ ...evidences.rawPoll, kernel: { waits: outside, blind: false } });
  expect(judgement).toMatchObject({ waits: "likely", reliesOnText: "most" });
});
