/** Replays cases as fast as they can be read: what is detected at each prompt, and where nobody asks; pure. */
import { detect } from "../prompt/detect.ts";
import type { Detection } from "../prompt/detected.ts";
import type { WaitEvidence } from "../prompt/evidence.ts";
import type { Snapshot } from "../screen/snapshot.ts";
import type { ExpectedPrompt, Negative } from "./case.ts";
import type { Case } from "./case-files.ts";
import { evidenceName, type KernelSight, seenWith, worstIn } from "./evidence.ts";
import { isActedOn, judge, type Verdict } from "./judge.ts";
import { play } from "./play.ts";

export type PromptResult = {
  case: Case;
  prompt: ExpectedPrompt;
  detection: Detection;
  verdict: Verdict;
  /** Name of what was known of waiting, to group by. */
  evidence: string;
  /** The row of the cursor, to show what was looked at. */
  cursorRow: string;
};

/** A detection where nobody asks: `typed` where a policy could have answered it, else a person was called. */
export type FalseAlarm = {
  case: Case;
  atMs: number;
  why: string;
  detection: Detection;
  effect: "typed" | "called";
};

export type FastResult = { prompts: PromptResult[]; alarms: FalseAlarm[]; looks: number };

/** Between outputs a negative is looked at this often, as long as silence can still change the verdict. */
const stepMs = 50;
const silenceMsMax = 3_000;

export function replayFast(one: Case, sight: KernelSight): FastResult {
  const { prompts } = one.expected;
  const results: PromptResult[] = [];
  let next = 0;
  play(
    one.recording,
    prompts.map(({ at_ms: at }) => at),
    {
      look: ({ snapshot, evidence }) => {
        const prompt = prompts[next];
        next += 1;
        if (prompt === undefined) return;
        const known = { ...evidence, kernel: seenWith(sight, evidence.kernel) };
        results.push(resultOf(one, prompt, { snapshot, evidence: known }));
      },
    },
  );
  const alarms = alarmsAtPrompts(results);
  let looks = next;
  for (const negative of one.expected.negatives) {
    const found = replayNegative(one, negative, sight);
    alarms.push(...found.alarms);
    looks += found.looks;
  }
  return { prompts: results, alarms, looks };
}

function resultOf(
  one: Case,
  prompt: ExpectedPrompt,
  { snapshot, evidence }: { snapshot: Snapshot; evidence: WaitEvidence },
): PromptResult {
  const detection = detect(snapshot, evidence);
  return {
    case: one,
    prompt,
    detection,
    verdict: judge(prompt, detection),
    evidence: evidenceName(evidence),
    cursorRow: snapshot.screen[snapshot.cursor.y]?.text ?? "",
  };
}

/** Whatever would be typed into an idle box is false. */
function alarmsAtPrompts(results: readonly PromptResult[]): FalseAlarm[] {
  return results
    .filter(({ prompt, detection }) => prompt.kind === "idle" && isActedOn(detection))
    .map(({ case: one, prompt, detection }) => ({
      case: one,
      atMs: prompt.at_ms,
      why: `idle box ${prompt.id}`,
      detection,
      effect: "typed",
    }));
}

/** The evidence as recorded, and the worst that the program could have given, at every moment. */
function replayNegative(
  one: Case,
  { from_ms: from, to_ms: to, why }: Negative,
  sight: KernelSight,
): { alarms: FalseAlarm[]; looks: number } {
  const { events } = one.recording;
  const times = timesOf(
    events.filter(({ kind }) => kind === "output").map(({ atMs }) => atMs),
    from,
    to,
  );
  const worst = worstIn(events, from, to);
  let alarm: FalseAlarm | null = null;
  let looks = 0;
  play(one.recording, times, {
    look: ({ ms, snapshot, evidence }) => {
      if (alarm?.effect === "typed") return;
      const kernels = sight === "on" ? new Set([evidence.kernel, worst]) : [null];
      for (const kernel of kernels) {
        looks += 1;
        const detection = detect(snapshot, { ...evidence, kernel: seenWith(sight, kernel) });
        if (detection.state !== "waiting") continue;
        const effect = isActedOn(detection) ? "typed" : "called";
        if (effect === "typed" || alarm === null) {
          alarm = { case: one, atMs: ms, why, detection, effect };
        }
      }
    },
  });
  return { alarms: alarm === null ? [] : [alarm], looks };
}

/** Just before and after each output, and in steps through the silence behind it. */
export function timesOf(outputs: readonly number[], from: number, to: number): number[] {
  const edges = outputs.filter((ms) => from <= ms && ms < to);
  const before = outputs.findLast((ms) => ms < from) ?? from;
  const times: number[] = [];
  for (const [index, ms] of [before, ...edges].entries()) {
    const end = Math.min(edges[index] ?? to, ms + silenceMsMax);
    for (let at = ms + stepMs; at < end; at += stepMs) times.push(at);
    times.push(ms + 0.01, (edges[index] ?? to) - 0.01);
  }
  return times.filter((ms) => from <= ms && ms < to).sort((a, b) => a - b);
}
