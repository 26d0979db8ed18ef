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
};

/** A poll without time-out: long enough that a program which prints between two polls is not caught. */
const POLL_QUIET_MS = 30;
/** A poll with a time-out says little: tools with a key listener sit in it at work, too. */
const TIMED_POLL_QUIET_MS = 150;
/** Without the kernel only silence separates asking from working. */
const UNSEEN_QUIET_MS = 300;

function hidesInput(evidence: WaitEvidence): boolean {
  return evidence.termios !== null && evidence.termios.canonical && !evidence.termios.echo;
}

function termiosFacts(evidence: WaitEvidence): string[] {
  if (evidence.termios === null) return [];
  if (hidesInput(evidence)) return ["termios:hidden"];
  return [evidence.termios.canonical ? "termios:line" : "termios:raw"];
}

function judgeVisible(waits: readonly KernelWait[], facts: readonly string[]): WaitJudgement {
  const inFront = waits.filter((wait) => wait.foreground);
  if (inFront.some((wait) => wait.via === "read")) {
    const evidence = ["kernel:read", ...facts];
    return { waits: "yes", evidence, needsQuietMs: 0, reliesOnText: "none" };
  }
  if (inFront.some((wait) => !wait.timed)) {
    const evidence = ["kernel:poll", ...facts];
    return { waits: "likely", evidence, needsQuietMs: POLL_QUIET_MS, reliesOnText: "some" };
  }
  const outside = inFront.length === 0;
  return {
    waits: "likely",
    evidence: [outside ? "kernel:outside" : "kernel:timed-poll", ...facts],
    needsQuietMs: TIMED_POLL_QUIET_MS,
    reliesOnText: outside ? "most" : "much",
  };
}

/** Judges the evidence alone; what the screen says, and whether it was still for long enough, comes on top. */
export function judgeWait(evidence: WaitEvidence): WaitJudgement {
  const facts = termiosFacts(evidence);
  const { kernel } = evidence;
  if (kernel !== null && kernel.waits.length > 0) return judgeVisible(kernel.waits, facts);
  if (kernel !== null && !kernel.blind) {
    return { waits: "no", evidence: ["kernel:nobody"], needsQuietMs: 0, reliesOnText: "most" };
  }
  const name = kernel === null ? "kernel:unseen" : "kernel:blind";
  return {
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
