/** Counts results into a report, and holds a report against its gate; pure. */
import {
  type LabFalse,
  type LabGate,
  type LabGroup,
  type LabMiss,
  type LabRate,
  type LabReport,
} from "../../contracts/lab.ts";
import type { Detection } from "../prompt/detected.ts";
import type { Case } from "./case-files.ts";
import type { KernelSight } from "./evidence.ts";
import type { FalseAlarm, PromptResult } from "./fast.ts";
import { aspects, detectedKind } from "./judge.ts";

export type Counted = {
  pace: LabReport["pace"];
  sight: KernelSight;
  cases: readonly Case[];
  prompts: readonly PromptResult[];
  alarms: readonly FalseAlarm[];
  looks: number;
};

type Aspect = (typeof aspects)[number];

export function reportOf({ pace, sight, cases, prompts, alarms, looks }: Counted): LabReport {
  const typed = alarms.filter(({ effect }) => effect === "typed");
  const called = alarms.filter(({ effect }) => effect === "called");
  const of = (aspect: Aspect): LabRate => rate(prompts, aspect);
  return {
    pace,
    kernel_evidence: sight,
    cases: cases.length,
    prompts: prompts.length,
    negatives: cases.reduce((sum, one) => sum + one.expected.negatives.length, 0),
    looks,
    recall: of("recall"),
    answerable: of("answerable"),
    kind: of("kind"),
    question: of("question"),
    options: of("options"),
    default: of("default"),
    keys: of("keys"),
    subject: of("subject"),
    idle: of("idle"),
    confusion: confusionOf(prompts),
    by_program: groups(prompts, typed, {
      ofPrompt: (result) => result.case.expected.program,
      ofAlarm: (alarm) => alarm.case.expected.program,
    }),
    by_evidence: groups(prompts, [], { ofPrompt: ({ evidence }) => evidence, ofAlarm: () => "" }),
    false: typed.map(told),
    called: called.map(told),
    misses: prompts.flatMap(missOf),
  };
}

/** What a report misses of its gate, a sentence each; empty when all is met. */
export function unmetOf(report: LabReport, gate: LabGate): string[] {
  const unmet: string[] = [];
  for (const aspect of aspects) {
    const least = gate[aspect];
    const { right, of } = report[aspect];
    if (least === undefined || of === 0 || right / of >= least) continue;
    unmet.push(`${aspect} ${percent({ right, of })} is below ${(100 * least).toFixed(1)} %`);
  }
  const wrong = report.false.length;
  if (gate.false !== undefined && wrong > gate.false) {
    unmet.push(`answers where nobody asked: ${wrong}, at most ${gate.false}`);
  }
  return unmet;
}

export function percent({ right, of }: LabRate): string {
  return of === 0 ? "–" : `${((100 * right) / of).toFixed(1)} %`;
}

function rate(results: readonly PromptResult[], aspect: Aspect): LabRate {
  const said = results.map(({ verdict }) => verdict[aspect]).filter((value) => value !== null);
  return { right: said.filter(Boolean).length, of: said.length };
}

function confusionOf(results: readonly PromptResult[]): LabReport["confusion"] {
  const cells = new Map<string, LabReport["confusion"][number]>();
  for (const { prompt, detection, verdict } of results) {
    const detected = detectedKind(detection);
    const isOther = verdict.kind === true && prompt.kind !== detected;
    // Where two kinds are as right, the one that was detected is the one that was expected.
    const expected = isOther ? detected : prompt.kind;
    const key = `${expected}→${detected}`;
    const cell = cells.get(key) ?? { expected, detected, count: 0 };
    cells.set(key, { ...cell, count: cell.count + 1 });
  }
  return [...cells.values()].toSorted(
    (a, b) => a.expected.localeCompare(b.expected) || b.count - a.count,
  );
}

function groups(
  results: readonly PromptResult[],
  typed: readonly FalseAlarm[],
  by: { ofPrompt: (result: PromptResult) => string; ofAlarm: (alarm: FalseAlarm) => string },
): LabGroup[] {
  const names = new Set([...results.map(by.ofPrompt), ...typed.map(by.ofAlarm)]);
  return [...names].toSorted().map((name) => {
    const own = results.filter((result) => by.ofPrompt(result) === name);
    return {
      name,
      recall: rate(own, "recall"),
      kind: rate(own, "kind"),
      options: rate(own, "options"),
      false: typed.filter((alarm) => by.ofAlarm(alarm) === name).length,
    };
  });
}

function told({ case: one, atMs, why, detection }: FalseAlarm): LabFalse {
  return { case: one.name, at_ms: Math.round(atMs), why, detected: detectionText(detection) };
}

function missOf({ case: one, prompt, detection, verdict, cursorRow }: PromptResult): LabMiss[] {
  const wrong = aspects.filter((aspect) => verdict[aspect] === false);
  if (wrong.length === 0) return [];
  const options = prompt.options?.map(({ label, key }) => `${label}=${key ?? "–"}`).join(", ");
  const more = prompt.subject === null ? "" : ` subject ${JSON.stringify(prompt.subject)}`;
  const expected = `${prompt.kind} ${JSON.stringify(prompt.question)}`;
  return [
    {
      case: one.name,
      prompt: prompt.id,
      at_ms: Math.round(prompt.at_ms),
      wrong,
      expected: `${expected} [${options ?? "?"}] default ${prompt.default ?? "?"}${more}`,
      detected: detectionText(detection),
      row: cursorRow,
    },
  ];
}

function detectionText(detection: Detection): string {
  if (detection.state !== "waiting") return `${detection.state}: ${detection.why}`;
  const { kind, question, options, confidence, evidence, subject, default: def } = detection.prompt;
  const labels = options.map(({ label, key }) => `${label}=${key ?? "–"}`).join(", ");
  const more = subject === null ? "" : ` subject ${JSON.stringify(subject)}`;
  const sure = `${kind} (${confidence}) ${JSON.stringify(question)}`;
  return `${sure} [${labels}] default ${def ?? "–"}${more} by ${evidence.join(" ")}`;
}
