/** Does the program wait for the person? Weighs the kernel, the line discipline and silence; pure. */
import type { KernelWait } from "../pty/kernel-wait.ts";
import type { WaitEvidence } from "./evidence.ts";

export type WaitJudgement = {
  /** `yes`: near proof. `likely`: waits in poll. `unknown`: nothing can be seen. `no`: seen that nobody waits. */
  waits: "yes" | "likely" | "no" | "unknown";
  /** Names of the facts, strongest first. */
  evidence: readonly string[];
  /** The screen must have been still for this long before the text may be believed. */
  needsQuietMs: number;
  /** How much the text must prove by itself: `none` beside a read, `most` where the kernel is silent. */
  reliesOnText: "none" | "some" | "much" | "most";
  /** Something speaks for work: a text is no more than a guess, and not even that before this much silence. */
  doubtfulForMs: number | null;
  /** A screen that says nothing is worth a person after this much silence; null: it is not. */
  unknownQuietMs: number | null;
};

/** Nothing but the terminal can wake the program: only a text that comes in pieces has to be waited for. */
const ALONE_QUIET_MS = 5;
/** A poll without time-out: long enough that a program which prints between two polls is not caught. */
const POLL_QUIET_MS = 30;
/** A poll with a time-out says little: tools with a key listener sit in it at work, too. */
const TIMED_POLL_QUIET_MS = 150;
/** A wait that has lasted for this long is not one of a program that looks for keys between two steps of its work. */
const STEADY_MS = 400;
/** A time-out up to this is a tick: whoever asks leaves more time for the answer, if not all. */
const TICK_MS = 2_000;
/** How long a program may be busy around its question before a person is asked to look. */
const DOUBT_MS = 500;
/** Without the kernel only silence separates asking from working. */
const UNSEEN_QUIET_MS = 300;
/** Nothing recognised: a waiting program still gets a person, once output has really ended. */
const UNKNOWN_QUIET_MS = { yes: 100, likely: 500 } as const;

const sure = { doubtfulForMs: null, unknownQuietMs: null } as const;

function hidesInput(evidence: WaitEvidence): boolean {
  return evidence.termios !== null && evidence.termios.canonical && !evidence.termios.echo;
}

function termiosFacts(evidence: WaitEvidence): string[] {
  if (evidence.termios === null) return [];
  if (hidesInput(evidence)) return ["termios:hidden"];
  return [evidence.termios.canonical ? "termios:line" : "termios:raw"];
}

/** Nothing is known that could end the wait but the terminal, and all of it is known. */
export function waitsAlone({ beside }: KernelWait): boolean {
  return beside !== undefined && beside.from !== "descriptors" && beside.errands.length === 0;
}

function isBusy({ beside }: KernelWait): boolean {
  return beside !== undefined && beside.errands.length > 0;
}

/** All that speaks for work is that whoever reads did not write last. */
export function isUnaskedAlone(facts: readonly string[]): boolean {
  const works = facts.filter((fact) => fact.startsWith("work:"));
  return works.length > 0 && works.every((fact) => fact === "work:unasked" || fact === "work:job");
}

/** The kinds of a wait in the foreground, the strongest first. */
type Row = "read" | "alone" | "poll" | "settled" | "timed" | "busy";
const rows: readonly Row[] = ["read", "alone", "poll", "settled", "timed", "busy"];

function rowOf(wait: KernelWait, quietMs: number): Row {
  if (isBusy(wait)) return "busy";
  if (wait.via === "read") return "read";
  if (waitsAlone(wait)) return "alone";
  if (!wait.timed) return "poll";
  if (wait.timeOutMs !== undefined && wait.timeOutMs <= TICK_MS) return "timed";
  return Math.min(wait.steadyMs ?? 0, quietMs) >= STEADY_MS ? "settled" : "timed";
}

const judgements: Readonly<Record<Row, Omit<WaitJudgement, "evidence">>> = {
  read: {
    ...sure,
    waits: "yes",
    needsQuietMs: 0,
    reliesOnText: "none",
    unknownQuietMs: UNKNOWN_QUIET_MS.yes,
  },
  alone: {
    ...sure,
    waits: "likely",
    needsQuietMs: ALONE_QUIET_MS,
    reliesOnText: "some",
    unknownQuietMs: UNKNOWN_QUIET_MS.likely,
  },
  poll: {
    ...sure,
    waits: "likely",
    needsQuietMs: POLL_QUIET_MS,
    reliesOnText: "some",
    unknownQuietMs: UNKNOWN_QUIET_MS.likely,
  },
  settled: { ...sure, waits: "likely", needsQuietMs: STEADY_MS, reliesOnText: "some" },
  timed: { ...sure, waits: "likely", needsQuietMs: TIMED_POLL_QUIET_MS, reliesOnText: "much" },
  busy: {
    ...sure,
    waits: "likely",
    needsQuietMs: TIMED_POLL_QUIET_MS,
    reliesOnText: "much",
    doubtfulForMs: DOUBT_MS,
  },
};

function nameOf(row: Row, wait: KernelWait): string {
  switch (row) {
    case "read":
      return "kernel:read";
    case "alone":
      return wait.beside?.from === "inner" ? "kernel:inner" : "kernel:loop";
    case "poll":
      return "kernel:poll";
    case "settled":
      return "kernel:settled-poll";
    case "timed":
      return "kernel:timed-poll";
    case "busy":
      return "kernel:busy";
  }
}

function judgeVisible(evidence: WaitEvidence, waits: readonly KernelWait[]): WaitJudgement {
  const facts = termiosFacts(evidence);
  const inFront = waits.filter((wait) => wait.foreground);
  const judged = (inFront.length > 0 ? inFront : waits)
    .map((wait) => ({ wait, row: rowOf(wait, evidence.quietMs) }))
    .toSorted((a, b) => rows.indexOf(a.row) - rows.indexOf(b.row));
  const [best] = judged;
  if (best === undefined) throw new RangeError("there is no wait to be judged");
  const { wait, row } = best;
  const works = wait.beside?.errands.map((errand) => `work:${errand}`) ?? [];
  const base = judgements[row];
  // Only one who has looked twice can tell a poll that lasts from one that comes and goes.
  const ticks = row === "timed" && wait.steadyMs !== undefined;
  const doubtfulForMs = ticks ? DOUBT_MS : base.doubtfulForMs;
  if (inFront.length > 0) {
    // It waits without end, and may have been asked for by another: whatever it is, a person can tell.
    const waits = !wait.timed && isUnaskedAlone(works);
    const unknownQuietMs = waits ? UNKNOWN_QUIET_MS.likely : base.unknownQuietMs;
    const evidence = [nameOf(row, wait), ...works, ...facts];
    return { ...base, doubtfulForMs, unknownQuietMs, evidence };
  }
  return {
    ...base,
    doubtfulForMs,
    waits: "likely",
    evidence: ["kernel:outside", ...works, ...facts],
    needsQuietMs: Math.max(TIMED_POLL_QUIET_MS, base.needsQuietMs),
    reliesOnText: "most",
    unknownQuietMs: null,
  };
}

/** Judges the evidence alone; what the screen says, and whether it was still for long enough, comes on top. */
export function judgeWait(evidence: WaitEvidence): WaitJudgement {
  const { kernel } = evidence;
  if (kernel !== null && kernel.waits.length > 0) return judgeVisible(evidence, kernel.waits);
  const facts = termiosFacts(evidence);
  if (kernel !== null && !kernel.blind) {
    return {
      ...sure,
      waits: "no",
      evidence: ["kernel:nobody"],
      needsQuietMs: 0,
      reliesOnText: "most",
    };
  }
  const name = kernel === null ? "kernel:unseen" : "kernel:blind";
  return {
    ...sure,
    waits: "unknown",
    evidence: [...facts, name],
    needsQuietMs: UNSEEN_QUIET_MS,
    reliesOnText: "most",
  };
}

/** Line input with echo off while waiting: in every recording a password. Raw input without echo says nothing. */
export function asksHidden(evidence: WaitEvidence): boolean {
  return hidesInput(evidence);
}

/**
 * For how long it has been silent and somebody has waited: one who waits only now may have asked something that is
 * still on its way here.
 */
export function restedMs({ kernel, quietMs }: WaitEvidence): number {
  const waits = kernel?.waits.filter((wait) => wait.foreground) ?? [];
  const steadiest = waits.map(({ steadyMs }) => steadyMs ?? quietMs);
  return Math.min(quietMs, ...(steadiest.length === 0 ? [] : [Math.max(...steadiest)]));
}
