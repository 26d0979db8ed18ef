/** The last word before a keystroke: whether what was decided and recorded may still be typed. Pure. */
import { limits } from "../../contracts/limits.ts";
import type { Lookout } from "./lookout.ts";

export type MayType =
  | { may: "yes" | "next turn" }
  | { may: "no"; why: string; outcome: "withdrawn" | "expired" };

// When recording took longer than this, what came from outside meanwhile is read before anything is typed.
const heldUpMsMax = 20;

export function mayType({
  heldUpMs,
  standing,
  steering,
  asked,
}: {
  /** Since the decision. */
  heldUpMs: number;
  standing: ReturnType<Lookout["stillAsked"]>;
  steering: boolean;
  /** `again`: a turn of the event loop has brought nothing. */
  asked: "now" | "again";
}): MayType {
  if (heldUpMs > limits.replyExpiryMs) {
    const why = `the reply was older than ${limits.replyExpiryMs} ms when it could be typed`;
    return { may: "no", why, outcome: "expired" };
  }
  if (standing === "no") {
    const why = "the prompt had changed or gone when the reply was about to be typed";
    return { may: "no", why, outcome: "withdrawn" };
  }
  // While steering the highlight was read from the screen just now, and each step waits for the last one's effect.
  if (steering) return { may: "yes" };
  const mayBeStale = standing === "unseen" || heldUpMs > heldUpMsMax;
  const wait = standing === "woke" || (mayBeStale && asked === "now");
  return { may: wait ? "next turn" : "yes" };
}
