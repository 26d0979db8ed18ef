/** Spares the second look at a prompt the reading of a screen that has not changed since the first; pure but for its memory. */
import type { Detection } from "../prompt/detected.ts";
import type { WaitEvidence } from "../prompt/evidence.ts";
import { judgeWait } from "../prompt/waiting.ts";
import type { Snapshot } from "../screen/snapshot.ts";

type Detect = (snapshot: Snapshot, evidence: WaitEvidence) => Detection;

/**
 * The same detection for the same picture, as long as the evidence comes to the same. Only of prompts that were
 * recognised: whatever else a screen comes to may change with silence alone.
 */
export function remembered(detect: Detect): Detect {
  let last: { snapshot: Snapshot; weighed: string; detection: Detection } | null = null;
  return (snapshot, evidence) => {
    const weighed = weigh(evidence);
    if (last !== null && last.snapshot === snapshot && last.weighed === weighed) {
      return last.detection;
    }
    const detection = detect(snapshot, evidence);
    const isRead = detection.state === "waiting" && detection.prompt.kind !== "unknown";
    last = isRead ? { snapshot, weighed, detection } : null;
    return detection;
  };
}

/** All that detection takes from the evidence, but for the length of the silence. */
function weigh(evidence: WaitEvidence): string {
  const { kernel, termios, afterSecret = false } = evidence;
  const waits = kernel?.waits.map(({ via, foreground, beside }) => [via, foreground, beside]);
  return JSON.stringify([
    judgeWait(evidence),
    waits ?? null,
    kernel?.blind ?? null,
    termios,
    afterSecret,
  ]);
}
