/** The weight of each fact about waiting. */
import { describe, expect, test } from "bun:test";
import type { Errand, KernelWait } from "../pty/kernel-wait.ts";
import type { WaitEvidence } from "./evidence.ts";
import { evidences } from "./testing.ts";
import {
  asksHidden,
  isUnaskedAlone,
  judgeWait,
  restedMs,
  waitsAlone,
  type WaitJudgement,
} from "./waiting.ts";

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

/** From the strongest to the weakest. */
const kinds: Record<string, Partial<KernelWait>> = {
  read: { via: "read" },
  loop: { beside: { from: "loop", errands: [] } },
  poll: { beside: { from: "descriptors", errands: [] } },
  "settled-poll": { timed: true, steadyMs: 400 },
  "timed-poll": { timed: true },
  busy: { beside: { from: "loop", errands: ["timer", "child"] } },
};

test("of any two the stronger speaks, in whatever order they are met", () => {
  const names = Object.keys(kinds);
  const [base] = evidences.rawPoll.kernel.waits;
  if (base === undefined) throw new Error("there is no wait to begin with");
  for (const [at, stronger] of names.entries()) {
    for (const weaker of names.slice(at)) {
      const pair = [stronger, weaker].map((name) => ({ ...base, ...kinds[name] }));
      for (const waits of [pair, pair.toReversed()]) {
        const kernel = { waits, blind: false };
        const { evidence } = judgeWait({ ...evidences.rawPoll, kernel, quietMs: 400 });
        expect([stronger, weaker, evidence[0]]).toEqual([stronger, weaker, `kernel:${stronger}`]);
      }
    }
  }
});

describe("the whole judgement", () => {
  const likely = { waits: "likely", doubtfulForMs: null, unknownQuietMs: null } as const;
  const inFront: Record<string, Omit<WaitJudgement, "evidence">> = {
    read: { ...likely, waits: "yes", needsQuietMs: 0, reliesOnText: "none", unknownQuietMs: 100 },
    loop: { ...likely, needsQuietMs: 5, reliesOnText: "some", unknownQuietMs: 500 },
    poll: { ...likely, needsQuietMs: 30, reliesOnText: "some", unknownQuietMs: 500 },
    "settled-poll": { ...likely, needsQuietMs: 400, reliesOnText: "some" },
    "timed-poll": { ...likely, needsQuietMs: 150, reliesOnText: "much" },
    busy: { ...likely, needsQuietMs: 150, reliesOnText: "much", doubtfulForMs: 500 },
  };
  const works = (name: string): string[] => (name === "busy" ? ["work:timer", "work:child"] : []);

  test.each(Object.entries(inFront))("of one who waits in front: %s", (name, expected) => {
    const evidence = [`kernel:${name}`, ...works(name), "termios:raw"];
    expect(judged(kinds[name] ?? {}, { quietMs: 400 })).toEqual({ ...expected, evidence });
  });

  test.each(Object.entries(inFront))("of one who waits elsewhere: %s", (name, expected) => {
    const parts = { ...kinds[name], foreground: false };
    expect(judged(parts, { quietMs: 400 })).toEqual({
      ...{ ...expected, waits: "likely", reliesOnText: "most", unknownQuietMs: null },
      needsQuietMs: Math.max(150, expected.needsQuietMs),
      evidence: ["kernel:outside", ...works(name), "termios:raw"],
    });
  });

  test("of those in front alone, where there are any", () => {
    const [base] = evidences.rawPoll.kernel.waits;
    if (base === undefined) throw new Error("there is no wait to begin with");
    const reads: KernelWait = { ...base, via: "read", foreground: false };
    const kernel = { waits: [reads, base], blind: false };
    expect(judgeWait({ ...evidences.rawPoll, kernel }).evidence[0]).toBe("kernel:poll");
  });

  test("of a kernel in which nobody is seen, or nothing", () => {
    const unseen = {
      ...likely,
      needsQuietMs: 300,
      reliesOnText: "most",
      waits: "unknown",
    } as const;
    expect(judgeWait(evidences.nobody)).toEqual({
      ...{ ...unseen, waits: "no", needsQuietMs: 0, evidence: ["kernel:nobody"] },
    });
    const cases = [
      [evidences.blind, "termios:line", "kernel:blind"],
      [evidences.unseenLine, "termios:line", "kernel:unseen"],
      [evidences.unseenRaw, "termios:raw", "kernel:unseen"],
      [evidences.unseenHidden, "termios:hidden", "kernel:unseen"],
    ] as const;
    for (const [evidence, ...names] of cases) {
      expect(judgeWait(evidence)).toEqual({ ...unseen, evidence: names });
    }
    const nothing = judgeWait({ ...evidences.blind, termios: null });
    expect(nothing).toEqual({ ...unseen, evidence: ["kernel:blind"] });
  });
});

test("a time-out that is a tick is never one that lasts", () => {
  const lasting = (timeOutMs: number): string | undefined =>
    judged({ timed: true, timeOutMs, steadyMs: 400 }, { quietMs: 400 }).evidence[0];
  expect([lasting(2_000), lasting(2_001)]).toEqual(["kernel:timed-poll", "kernel:settled-poll"]);
});

test("nothing but that another wrote last is worth a person's look, unless there is an end to the wait", () => {
  const unasked = ["work:unasked", "work:job"];
  expect(unasked.map((fact) => isUnaskedAlone(["kernel:busy", fact]))).toEqual([true, true]);
  expect(isUnaskedAlone([...unasked, "work:child"])).toBe(false);
  expect(isUnaskedAlone(["kernel:busy"])).toBe(false);
  const lookAfter = (errands: readonly Errand[], timed = false): number | null =>
    judged({ timed, beside: { from: "loop", errands } }).unknownQuietMs;
  expect(lookAfter(["unasked"])).toBe(500);
  expect([lookAfter(["unasked"], true), lookAfter(["unasked", "child"])]).toEqual([null, null]);
});

test("input is hidden where lines are read without echo, and nowhere else", () => {
  const hidden = (termios: WaitEvidence["termios"]): boolean =>
    asksHidden({ ...evidences.blind, termios });
  const { termios: lines } = evidences.lineRead;
  const { termios: keys } = evidences.rawRead;
  expect([hidden(null), hidden(lines), hidden({ ...lines, echo: false })]).toEqual([
    false,
    false,
    true,
  ]);
  expect([hidden({ ...keys, echo: false }), hidden({ ...keys, echo: true })]).toEqual([
    false,
    false,
  ]);
});

test("alone waits who has nothing else, of which all is known", () => {
  const [base] = evidences.rawPoll.kernel.waits;
  if (base === undefined) throw new Error("there is no wait to begin with");
  const alone = (beside: KernelWait["beside"]): boolean =>
    waitsAlone(beside === undefined ? base : { ...base, beside });
  expect(alone(undefined)).toBe(false);
  for (const from of ["loop", "inner"] as const) {
    expect([alone({ from, errands: [] }), alone({ from, errands: ["pipe"] })]).toEqual([
      true,
      false,
    ]);
  }
  expect(alone({ from: "descriptors", errands: [] })).toBe(false);
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
  expect(restedMs(evidences.unseenRaw)).toBe(1_000);
});
