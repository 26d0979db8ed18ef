/** Tells how detection comes to its verdict on one screen: every rule asked, every piece of evidence; pure. */
import type { Explanation } from "../../contracts/explain.ts";
import type { Snapshot } from "../screen/snapshot.ts";
import { detect } from "./detect.ts";
import type { Detection } from "./detected.ts";
import type { WaitEvidence } from "./evidence.ts";
import type { Scene, Step } from "./reading.ts";
import { judgeWait } from "./waiting.ts";

export type Detect = typeof detect;

/** Detects as `detect` does, in the same words of the same engine; `by`: as a session does that knows more besides. */
export function explain(
  snapshot: Snapshot,
  evidence: WaitEvidence,
  by: Detect = detect,
): Explanation {
  const steps: Step[] = [];
  const detection = by(snapshot, evidence, (step) => steps.push(step));
  const judgement = steps.find((one) => one.step === "judged")?.judgement ?? judgeWait(evidence);
  return {
    evidence: evidenceTold(evidence),
    waiting: {
      waits: judgement.waits,
      facts: [...judgement.evidence],
      needs_quiet_ms: judgement.needsQuietMs,
      relies_on_text: judgement.reliesOnText,
    },
    announced: { title: snapshot.title, osc7501: snapshot.announced ?? null },
    screen: {
      cols: snapshot.cols,
      rows: snapshot.rows,
      cursor: { ...snapshot.cursor },
      alternate: snapshot.alternate,
      text: snapshot.screen.map(({ text }) => text),
    },
    scene: sceneTold(steps.find((one) => one.step === "seen")?.scene),
    rules: steps.flatMap(ruleTold),
    detection: detectionTold(detection),
  };
}

function evidenceTold({ kernel, termios, quietMs }: WaitEvidence): Explanation["evidence"] {
  const waits = kernel?.waits.map(({ comm, via, timed, foreground, beside }) => ({
    comm,
    via,
    timed,
    foreground,
    ...(beside === undefined
      ? {}
      : { beside: { from: beside.from, errands: [...beside.errands] } }),
  }));
  return {
    kernel: kernel === null ? null : { waits: waits ?? [], blind: kernel.blind },
    termios: termios === null ? null : { ...termios },
    quiet_ms: Math.max(0, Math.round(quietMs)),
  };
}

function sceneTold(scene: Scene | undefined): Explanation["scene"] {
  if (scene === undefined) return null;
  const { before, after, hanging } = scene.region;
  return { line: scene.line, before_cursor: before, after_cursor: after, hanging };
}

function ruleTold(step: Step): Explanation["rules"] {
  if (step.step !== "tried") return [];
  const { rule, reading } = step;
  if (reading === null) return [{ rule, read: null }];
  const { rule: name, kind, strength, question } = reading;
  return [{ rule, read: { name, kind, strength, question } }];
}

function detectionTold(detection: Detection): Explanation["detection"] {
  const shared = { disagrees: detection.disagrees === true, asks: detection.asks ?? null };
  if (detection.state !== "waiting") {
    const { state, why } = detection;
    return { state, why, prompt: null, confidence: null, place: null, ...shared };
  }
  const { state, prompt, place } = detection;
  const { row, top, bottom, dialog } = place;
  return {
    state,
    why: null,
    prompt,
    confidence: prompt.confidence,
    place: { row, top, bottom, dialog },
    ...shared,
  };
}
