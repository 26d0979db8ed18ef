/** Prompts of the past as a trace tells them, for tests of what goes through history. */
import { examplePromptId, exampleSessionId } from "../../contracts/examples.ts";
import { promptId, sessionId } from "../../contracts/ids.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import type { CompiledPolicy } from "./compile.ts";
import { byItself } from "./layers.ts";
import { examplePrompt } from "./examples.ts";
import type { PastDecision, PastEvent, PastPrompt } from "./history.ts";
import type { Counter, ReplayOptions } from "./replay.ts";

const number = (at: number): string => at.toString(16).padStart(12, "0");

/** The session of this number: `01…0007`. */
const pastSessionId = (at: number) =>
  sessionId.parse(`${exampleSessionId.slice(0, -12)}${number(at)}`);

const madeAt = 1_700_000_000_000;

export type PastChanges = Partial<Omit<PastPrompt, "prompt" | "decision">> & {
  prompt?: Partial<Prompt> | null;
  decision?: Partial<PastDecision> | null;
  /** Number of the prompt, and so its time in seconds. */
  nth?: number;
  inSession?: number;
};

/** Left to a person by no rule, and answered by them. */
export function pastPrompt(changes: PastChanges = {}): PastPrompt {
  const { nth = 0, inSession = 0, prompt: given = {}, decision: made = {}, ...rest } = changes;
  const prompt = given === null ? null : examplePrompt(given);
  const at = madeAt + nth * 1_000;
  const { kind, confidence, evidence, single_key, cut } = prompt ?? examplePrompt();
  const id = promptId.parse(`${examplePromptId.slice(0, -12)}${number(nth)}`);
  return {
    id,
    session: {
      id: pastSessionId(inSession),
      tool: "claude",
      cwd: "/home/ada/src",
      tag: null,
      mode: "full",
      headless: false,
    },
    at,
    data: {
      prompt_id: id,
      prompt_kind: kind,
      confidence,
      evidence,
      options_count: prompt?.options.length ?? 0,
      has_default: false,
      single_key,
      cut,
    },
    prompt,
    decision: made === null ? null : { ...asksPerson(id, at), ...made },
    escalated: true,
    typed: null,
    reply: null,
    outcome: "person",
    ...rest,
  };
}

function asksPerson(prompt_id: PastPrompt["id"], at: number): PastDecision {
  return {
    prompt_id,
    action: "require_human",
    rule_id: null,
    reason: "no rule matches, so defaults.no_match leaves it to a person",
    risk: "low",
    risk_factors: [],
    policy_hash: "0".repeat(64),
    duration_us: 1,
    at,
  };
}

/** What changes when policy answered it by a rule. */
export function answeredBy(rule_id: string, nth = 0): PastChanges {
  return {
    nth,
    decision: { action: "auto_reply", rule_id },
    escalated: false,
    typed: { at: madeAt + nth * 1_000, by: "policy" },
    outcome: "answered",
  };
}

export const toEvents = (prompts: readonly PastPrompt[]): PastEvent[] =>
  prompts.map((prompt) => ({ what: "prompt", prompt }));

/** Every path leads where it says, and nobody said anything of a folder. */
export function replayOptions(
  policy: CompiledPolicy,
  counter: (now: () => number) => Counter,
): ReplayOptions {
  const look = (): ReturnType<ReplayOptions["look"]> => {
    return { real: new Map(), workspace: { trusted: false, profile: null } };
  };
  const layered = byItself(policy);
  return { policyIn: () => layered, counter, environment: null, look };
}
