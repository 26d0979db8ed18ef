/** The weight of each fact about waiting. */
import { expect, test } from "bun:test";
import type { KernelWait } from "../pty/kernel-wait.ts";
import type { WaitEvidence } from "./evidence.ts";
import { evidences } from "./testing.ts";
import { judgeWait, restedMs } from "./waiting.ts";

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

/** A wait in front, by what else its program has going on. */
function judged(
  parts: Partial<KernelWait>,
  rest: Partial<WaitEvidence> = {},
): ReturnType<typeof judgeWait> {
  const [base] = evidences.rawPoll.kernel.waits;
  if (base === undefined) throw new Error("there is no wait to begin with");
  const kernel = { waits: [{ ...base, ...parts }], blind: false };
  return judgeWait({ ...evidences.rawPoll, kernel, ...rest });
}

test("a loop with nothing but the terminal in it is believed sooner than any other poll", () => {
  const alone = judged({ timed: true, beside: { from: "loop", errands: [] } });
  expect(alone.evidence[0]).toBe("kernel:loop");
  expect(alone.needsQuietMs).toBeLessThan(judgeWait(evidences.rawPoll).needsQuietMs);
  expect(alone.doubtfulForMs).toBeNull();
});

test("a loop that was not read is no more than a poll, whatever else was not found", () => {
  const beside = { from: "descriptors", errands: [] } as const;
  expect(judged({ timed: false, beside }).evidence[0]).toBe("kernel:poll");
});

test("whoever has an errand is doubted, even while it reads", () => {
  for (const via of ["read", "poll"] as const) {
    for (const from of ["loop", "descriptors"] as const) {
      const busy = judged({ via, beside: { from, errands: ["child"] } });
      expect(busy.evidence.slice(0, 2)).toEqual(["kernel:busy", "work:child"]);
      expect(busy.doubtfulForMs).toBeGreaterThan(0);
      expect(busy.unknownQuietMs).toBeNull();
    }
  }
});

test("a reader that did not write last is doubted, and a person can still tell what it waits for", () => {
  const beside = { from: "descriptors", errands: ["unasked", "job"] } as const;
  const unasked = judged({ via: "read", timed: false, beside });
  expect(unasked.evidence[0]).toBe("kernel:busy");
  expect(unasked.doubtfulForMs).toBeGreaterThan(0);
  expect(unasked.unknownQuietMs).toBeGreaterThan(0);
  expect(judged({ timed: true, beside }).unknownQuietMs).toBeNull();
});

test("a relay stands for the program behind it", () => {
  expect(judged({ beside: { from: "inner", errands: [] } }).evidence[0]).toBe("kernel:inner");
});

test("a poll with a time-out must last, on a screen that is as quiet", () => {
  const settled = judged({ timed: true, steadyMs: 500 }, { quietMs: 500 });
  expect(settled).toMatchObject({ reliesOnText: "some", doubtfulForMs: null });
  expect(settled.evidence[0]).toBe("kernel:settled-poll");
  for (const [steadyMs, quietMs] of [
    [50, 500],
    [500, 50],
  ] as const) {
    const ticking = judged({ timed: true, steadyMs }, { quietMs });
    expect(ticking.evidence[0]).toBe("kernel:timed-poll");
    expect(ticking.doubtfulForMs).toBeGreaterThan(0);
  }
});

test("a poll with a short time-out ticks, however long it has lasted", () => {
  const judgedAt = (timeOutMs: number) =>
    judged({ timed: true, steadyMs: 500, timeOutMs }, { quietMs: 500 });
  expect(judgedAt(1_000).evidence[0]).toBe("kernel:timed-poll");
  expect(judgedAt(1_000).doubtfulForMs).toBeGreaterThan(0);
  expect(judgedAt(30_000).evidence[0]).toBe("kernel:settled-poll");
});

test("of several the strongest speaks", () => {
  const [base] = evidences.rawPoll.kernel.waits;
  if (base === undefined) throw new Error("there is no wait to begin with");
  const busy: KernelWait = { ...base, beside: { from: "loop", errands: ["timer"] } };
  const reads: KernelWait = { ...base, via: "read" };
  const kernel = { waits: [busy, reads], blind: false };
  expect(judgeWait({ ...evidences.rawPoll, kernel }).evidence[0]).toBe("kernel:read");
});

test("silence counts for as long as somebody has waited: what was just written may still be on its way", () => {
  const read = { pid: 1, tid: 1, comm: "sh", via: "read", timed: false, sleeps: 1 } as const;
  const rested = (steadyMs: readonly number[], foreground = true): number =>
    restedMs({
      kernel: {
        waits: steadyMs.map((ms) => ({ ...read, foreground, steadyMs: ms })),
        blind: false,
      },
      termios: null,
      quietMs: 500,
    });
  expect([rested([0]), rested([120]), rested([900]), rested([3, 120])]).toEqual([0, 120, 500, 120]);
  expect([rested([]), rested([0], false)]).toEqual([500, 500]);
});
