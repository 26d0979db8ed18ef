/** The last word before a keystroke: whether what was decided and recorded may still be typed. Pure. */
import type { Decision } from "../../contracts/decision.ts";
import type { PromptId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import type { Writer } from "../inject/inject.ts";
import type { Termios } from "../pty/pty.ts";
import type { Lookout } from "./lookout.ts";
import type { Effect, State, StepSettings } from "./state.ts";

export type TypeEffect = Extract<Effect, { do: "type" | "type_secret" }>;

export type NotTyped = { why: string; outcome: "withdrawn" | "expired" };

export type MayType = { may: "yes" | "next turn" } | ({ may: "no" } & NotTyped);

// When recording took longer than this, what came from outside meanwhile is read before anything is typed.
const heldUpMsMax = 20;

export function mayType({
  heldUpMs,
  standing,
  steering,
  asked,
  held,
  exposed,
}: {
  /** The keys are a secret, and the terminal would show them or has left it to the tool. */
  exposed: boolean;
  /** Why policy's keys are held back, the brake or another policy; null when they are not. */
  held: string | null;
  /** Since the decision. */
  heldUpMs: number;
  standing: ReturnType<Lookout["stillAsked"]>;
  steering: boolean;
  /** `again`: a turn of the event loop has brought nothing. */
  asked: "now" | "again";
}): MayType {
  if (held !== null) {
    const why = `${held} when the reply was about to be typed`;
    return { may: "no", why, outcome: "withdrawn" };
  }
  if (exposed) {
    const why = "the secret would have been shown as it was typed";
    return { may: "no", why, outcome: "withdrawn" };
  }
  if (heldUpMs > limits.replyExpiryMs) {
    const why = `the reply was older than ${limits.replyExpiryMs} ms when it could be typed`;
    return { may: "no", why, outcome: "expired" };
  }
  if (standing === "no") {
    const why = "the prompt had changed or gone when the reply was about to be typed";
    return { may: "no", why, outcome: "withdrawn" };
  }
  // Each step waits for the last one's effect.
  if (steering) return { may: "yes" };
  const mayBeStale = standing === "unseen" || heldUpMs > heldUpMsMax;
  const wait = standing === "woke" || (mayBeStale && asked === "now");
  return { may: wait ? "next turn" : "yes" };
}

/** What stands in the way of these keys where the session stands. */
export function conditionsOf(
  effect: TypeEffect,
  { stage, termios, settings }: { stage: State; termios: Termios | null; settings: StepSettings },
): { steering: boolean; exposed: boolean; braked: boolean } {
  return {
    steering: isSteered(stage, bytesOf(effect)),
    exposed: effect.do === "type_secret" && !hides(termios),
    braked: isPolicys(effect) && obeysPause(stage, settings),
  };
}

/** How many keys an effect types; of a secret that is not told. */
export function bytesOf(effect: TypeEffect): number {
  return effect.do === "type" ? effect.bytes.length : 0;
}

/** Nobody has confirmed it: the brakes hold for it, and it is counted. */
function isPolicys(effect: TypeEffect): boolean {
  return effect.do === "type_secret" || effect.by === "policy";
}

/** It is policy's own reply, and this its first key. */
export function countsAsReply(effect: TypeEffect, decision: Decision | null): decision is Decision {
  return isPolicys(effect) && decision?.action === "auto_reply";
}

/** A person's keys pass through; these are ours, which they have confirmed. */
export function writerOf({ by }: Extract<Effect, { do: "type" }>): Writer {
  return by === "terminal" ? "confirmed" : by;
}

/** Keys of this prompt's reply are still to go out. */
export function awaitsKeys(stage: State, id: PromptId): boolean {
  const isTyping =
    stage.name === "typing" ||
    stage.name === "steering" ||
    (stage.name === "confirming" && stage.enter === "pressed");
  return isTyping && stage.pending.id === id;
}

/** Its highlight was read from the screen just now; not so before the first key, which may come long after. */
export function isSteered(stage: State, bytes: number): boolean {
  return stage.name === "steering" && stage.typedBytes > bytes;
}

/** Only a line discipline that collects the line without echo keeps it from the screen. Unknown is no. */
function hides(termios: Termios | null): boolean {
  return termios !== null && termios.canonical && !termios.echo;
}

/** With nobody there a refusal is what a pause comes to as well; held back, its question would be asked for ever. */
function obeysPause(stage: State, { headless }: StepSettings): boolean {
  return !(headless && "reply" in stage && stage.reply.outcome === "denied");
}
