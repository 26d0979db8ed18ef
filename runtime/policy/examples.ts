/** A plain prompt and the facts around it, for tests and benches to change one thing of. */
import type { Prompt, Subject } from "../../contracts/prompt.ts";
import { readAsked } from "./asked.ts";
import type { Facts } from "./match.ts";
import { classifyRisk } from "./risk.ts";

export function examplePrompt(changes: Partial<Prompt> = {}): Prompt {
  return {
    kind: "yes_no",
    question: "Continue? [y/n]",
    options: [],
    default: null,
    single_key: false,
    prefilled: null,
    subject: null,
    cut: false,
    confidence: "high",
    evidence: ["kernel:read"],
    fingerprint: "a".repeat(64),
    ...changes,
  };
}

export function exampleFacts(
  prompt: Partial<Prompt> = {},
  changes: Partial<Omit<Facts, "prompt">> = {},
): Facts {
  const rest = {
    tool: "claude",
    tag: null,
    state: "waiting" as const,
    environment: null,
    workspace: { trusted: false, profile: null },
    cwd: "/home/ada/src",
    autoReplies: new Map<string, number>(),
    recent: { session: 0, lastMinute: 0, samePrompt: 0 },
    real: new Map<string, string | null>(),
  };
  return { prompt: examplePrompt(prompt), ...rest, ...changes };
}

/** The risk of such a prompt, in the example's folder and home. */
export function exampleRisk(prompt: Partial<Prompt>, changes: Partial<Omit<Facts, "prompt">> = {}) {
  const facts = exampleFacts(prompt, changes);
  const userHome = "/home/ada";
  const asked = readAsked(facts.prompt, { cwd: facts.cwd, userHome });
  return classifyRisk({ ...facts, userHome, asked });
}

export function shellSubject(command: string): Subject {
  return { type: "shell", command, path: null, host: null };
}
