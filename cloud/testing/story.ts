/** Sessions for tests that read: what a test says happened, as the entries an agent would have written of it. */
import type { UploadBatch, UploadEntry } from "../../contracts/upload.ts";
import { signedRequest, type TestAgent, type TestKey } from "./agent.ts";
import type { TestService } from "./service.ts";

export type PromptStory = {
  kind?: string;
  action?: "auto_reply" | "deny" | "require_human" | "notify_only";
  rule?: string | null;
  reason?: string;
  risk?: "low" | "medium" | "high" | "critical";
  question?: string;
  reply?: string;
  /** Null: it is still open. */
  outcome?: string | null;
};

export type SessionStory = {
  tool?: string;
  prompts?: readonly PromptStory[];
  /** It has not ended. */
  open?: boolean;
  shared?: { label?: string; command?: string[]; cwd?: string };
};

type Data = UploadEntry["data"];
const hash = "5f".repeat(32);

/** Returns the session's id. */
export function tell(agent: TestAgent, story: SessionStory): string {
  const session_id = agent.newId();
  const { tool = "claude", prompts = [], open = false, shared } = story;
  const add = (kind: string, data: Data, content?: Data) =>
    agent.write({ kind, data, session_id, ...(content === undefined ? {} : { content }) });
  add(
    "session.started",
    {
      ...{ tool, pid: 42, cols: 80, rows: 24, pty: "native", mode: "full", policy_hash: hash },
    },
    shared === undefined
      ? undefined
      : { command: shared.command ?? [tool], cwd: shared.cwd ?? "/", label: shared.label ?? null },
  );
  for (const prompt of prompts) tellPrompt({ add, id: agent.newId() }, prompt);
  if (!open) {
    const escalated = prompts.filter(({ action }) => action === "require_human").length;
    add("session.ended", {
      ...{ exit_code: 0, signal: null, reason: "exited", prompts: prompts.length },
      ...{ answered: prompts.length, escalated },
    });
  }
  return session_id;
}

const usual = {
  ...{ kind: "yes_no", action: "auto_reply", rule: "safe", reason: "it matched" },
  ...{ risk: "low", outcome: "answered" },
};

function tellPrompt(
  { add, id: prompt_id }: { add(kind: string, data: Data, content?: Data): unknown; id: string },
  prompt: PromptStory,
): void {
  const { kind, action, rule, reason, risk, question, reply, outcome } = { ...usual, ...prompt };
  const isPerson = action === "require_human";
  const by = isPerson ? "console" : "policy";
  add(
    "prompt.detected",
    {
      ...{ prompt_id, prompt_kind: kind, confidence: "high", evidence: ["kernel:read"] },
      ...{ options_count: 2, has_default: true, single_key: false, cut: false },
    },
    question === undefined ? undefined : { question, options: [], default: null, subject: null },
  );
  add("decision.made", {
    ...{ prompt_id, action, rule_id: rule, reason, risk, risk_factors: [] },
    ...{ policy_hash: hash, duration_us: 42 },
  });
  if (isPerson) add("prompt.escalated", { prompt_id, by: "policy" });
  if (outcome === null) return;
  if (isPerson) {
    add("reply.received", { prompt_id, by }, reply === undefined ? undefined : { reply });
  }
  add("reply.injected", { prompt_id, by, bytes: 2, latency_ms: 1.5 });
  add("prompt.closed", { prompt_id, outcome });
}

type Upload = { agent: TestAgent; key: TestKey; from: number; to?: number; size?: number };

/** Sends what the agent has written and not yet sent, in batches of so many entries. */
export async function upload(
  service: Pick<TestService, "post">,
  { agent, key, from, to: end = agent.seq, size = 500 }: Upload,
): Promise<void> {
  for (let first = from; first <= end; first += size) {
    const to = Math.min(first + size - 1, end);
    const batch: UploadBatch = agent.batch({ from: first, to, key, witnessed: first - 1 });
    const response = await service.post(signedRequest(batch, { key }));
    if (response.status !== 202) throw new Error(await response.text());
  }
}
