/** A tool that says it is blocked while nothing that asks is seen on its screen: after a while, a person should look. */
import { limits } from "../../contracts/limits.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import type { Detection } from "../prompt/detected.ts";
import { fingerprintOf } from "../prompt/fingerprint.ts";
import type { Snapshot } from "../screen/snapshot.ts";
import type { Doubt } from "./state.ts";

export class BlockedUnseen {
  #sinceMs: number | null = null;
  #doubt: Doubt | null = null;

  /** Why the prompt that was judged last is none that anybody recognised; null where it was. */
  get doubt(): Doubt | null {
    return this.#doubt;
  }

  /** The detection as it is, or a prompt of unknown kind once the tool has been blocked unseen for too long. */
  judge(detection: Detection, snapshot: Snapshot, nowMs: number): Detection {
    this.#doubt = null;
    if (detection.state === "waiting" || detection.announced?.state !== "blocked") {
      this.#sinceMs = null;
      return detection;
    }
    this.#sinceMs ??= nowMs;
    if (nowMs - this.#sinceMs < limits.blockedUnseenMs) return detection;
    const { announced, asks, state } = detection;
    const why = "the tool says that it is blocked, and no question is recognised on its screen";
    this.#doubt = { why, disagreed: { screen: state, announced: announced.state } };
    return {
      state: "waiting",
      prompt: unknownPrompt(announced.message, announced.by),
      place: { row: 0, top: 0, bottom: snapshot.rows - 1, dialog: true },
      announced,
      ...(asks === undefined ? {} : { asks }),
    };
  }
}

function unknownPrompt(message: string | null, by: "osc7501" | "title"): Prompt {
  const question = (message ?? "").slice(-limits.questionCharsMax);
  return {
    kind: "unknown",
    question,
    options: [],
    default: null,
    single_key: false,
    prefilled: null,
    subject: null,
    cut: true,
    confidence: "low",
    evidence: [`announced:${by}`, "text:not-recognised"],
    fingerprint: fingerprintOf({ kind: "unknown", question, labels: [], subject: null }),
  };
}
