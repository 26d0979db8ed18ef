/** Weighs a known tool's dialog by whether dialogs of the version that runs have been seen. Pure. */
import type { Confidence } from "../../../contracts/prompt.ts";
import type { Detection } from "../detected.ts";
import type { ToolRules } from "./rules.ts";
import { tools } from "./tools.ts";

/** `version`: null where it could not be learnt. */
export function isLearnt({ versions }: ToolRules, version: string | null): boolean {
  return version !== null && versions.some((known) => version.startsWith(`${known}.`));
}

const oneStepLower: Readonly<Record<Confidence, Confidence>> = {
  high: "medium",
  medium: "low",
  low: "low",
};

/** What is known of the program that shows a tool's dialog. */
export type Running =
  /** Null: it was started as that tool, and does not tell its version. */
  | { is: "the tool"; version: string | null }
  /** Something that draws like it: what is recognised is all there is to go by. */
  | { is: "something else" };

/** `runningOf` is asked only about a tool of which a dialog stands on the screen. */
export function weighedByVersion(
  detection: Detection,
  runningOf: (rules: ToolRules) => Running,
): Detection {
  if (detection.state !== "waiting" || detection.tool === undefined) return detection;
  const rules = tools.find(({ tool }) => tool === detection.tool);
  if (rules === undefined) return detection;
  const running = runningOf(rules);
  if (running.is === "something else" || isLearnt(rules, running.version)) return detection;
  const { prompt } = detection;
  const confidence = oneStepLower[prompt.confidence];
  const evidence = [...prompt.evidence, "tool:another-version"];
  return { ...detection, prompt: { ...prompt, confidence, evidence } };
}
