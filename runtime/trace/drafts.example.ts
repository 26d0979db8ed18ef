/** Drafts as sessions write them, for tests and benches. */
import { type PromptId, promptId, type SessionId, sessionId } from "../../contracts/ids.ts";
import type { EntryDraft, PromptOutcome } from "../../contracts/trace.ts";
import { systemRandom } from "../random.ts";
import type { SessionHolder, TraceStore } from "./store.ts";

const policyHash = "ab".repeat(32);

export const newSession = (): SessionId => sessionId.parse(systemRandom.uuidv7());
export const newPrompt = (): PromptId => promptId.parse(systemRandom.uuidv7());
export const someHolder: SessionHolder = { pid: 4_242, startedAs: "test 1" };

export const started = (tool = "bash", label: string | null = null): EntryDraft => ({
  kind: "session.started",
  data: {
    tool,
    pid: 77,
    cols: 80,
    rows: 24,
    pty: "native",
    mode: "full",
    policy_hash: policyHash,
  },
  content: { command: [tool, "-c", "true"], cwd: "/tmp", label },
});

export const detected = (id: PromptId, question = "Continue? [y/n]"): EntryDraft => ({
  kind: "prompt.detected",
  data: {
    prompt_id: id,
    prompt_kind: "yes_no",
    confidence: "high",
    evidence: ["kernel:read", "pattern:bracket-yn"],
    options_count: 2,
    has_default: false,
    single_key: false,
    cut: false,
  },
  content: {
    question,
    options: [
      { label: "y", key: "y" },
      { label: "n", key: "n" },
    ],
    default: null,
    subject: null,
  },
});

export const decided = (id: PromptId): EntryDraft => ({
  kind: "decision.made",
  data: {
    prompt_id: id,
    action: "auto_reply",
    rule_id: "yes",
    reason: "rule yes matched",
    risk: "low",
    risk_factors: [],
    policy_hash: policyHash,
    duration_us: 12,
  },
});

export const escalated = (id: PromptId): EntryDraft => ({
  kind: "prompt.escalated",
  data: { prompt_id: id, by: "policy", reason: "no rule matched" },
});

export const injected = (id: PromptId): EntryDraft => ({
  kind: "reply.injected",
  data: { prompt_id: id, by: "policy", bytes: 2, latency_ms: 1.5 },
});

export const closed = (id: PromptId, outcome: PromptOutcome = "answered"): EntryDraft => ({
  kind: "prompt.closed",
  data: { prompt_id: id, outcome },
});

export const ended = (counts = { prompts: 1, answered: 1, escalated: 0 }): EntryDraft => ({
  kind: "session.ended",
  data: { exit_code: 0, signal: null, reason: "exited", ...counts },
});

export const noted = (action = "noted"): EntryDraft => ({
  kind: "operator.acted",
  data: { action, by: "cli" },
});

/** The appends of one answered prompt, as a session makes them. */
export function draftsOfPrompt(): { drafts: EntryDraft[]; claim: { claim?: PromptId } }[] {
  const prompt = newPrompt();
  return [
    { drafts: [detected(prompt), decided(prompt)], claim: {} },
    { drafts: [injected(prompt)], claim: { claim: prompt } },
    { drafts: [closed(prompt)], claim: {} },
  ];
}

/** A whole session with `prompts` answered prompts, as six or more appends. */
export function writeSession(store: TraceStore, prompts = 1): SessionId {
  const id = newSession();
  store.append([started()], { sessionId: id, opens: someHolder });
  for (let count = 0; count < prompts; count += 1) {
    for (const { drafts, claim } of draftsOfPrompt()) {
      store.append(drafts, { sessionId: id, ...claim });
    }
  }
  store.append([ended({ prompts, answered: prompts, escalated: 0 })], { sessionId: id });
  return id;
}
