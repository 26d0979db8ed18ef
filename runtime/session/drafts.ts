/** What the session writes about a prompt, as drafts for the trace. Pure. */
import type { Decision } from "../../contracts/decision.ts";
import type { PromptId } from "../../contracts/ids.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import type { EntryContent, EntryData, EntryDraft, PromptOutcome } from "../../contracts/trace.ts";
import type { Pty, PtyExit } from "../pty/pty.ts";
import type { SessionOptions } from "./parts.ts";
import type { Effect, Pending, Tally } from "./state.ts";

/** The session's first entry. */
export function startedDraft(
  { command, tool, policyHash, settings, label, asks }: SessionOptions,
  { pid, kind }: Pick<Pty, "pid" | "kind">,
): EntryDraft {
  return {
    kind: "session.started",
    data: {
      tool,
      pid,
      cols: command.size.cols,
      rows: command.size.rows,
      pty: kind,
      mode: settings.mode,
      policy_hash: policyHash,
      headless: settings.headless,
      asks: asks ?? "unknown",
    },
    content: { command: [...command.argv], cwd: command.cwd, label },
  };
}

/** That it was seen, and what the tool said against it. */
export function detectedDrafts(pending: Pending): EntryDraft[] {
  const disagreed = pending.doubt?.disagreed;
  if (disagreed === undefined) return [detectedDraft(pending)];
  const data = { ...disagreed, prompt_id: pending.id };
  return [detectedDraft(pending), { kind: "detector.disagreed", data }];
}

function detectedDraft({ id, prompt }: Pending): EntryDraft {
  return {
    kind: "prompt.detected",
    data: {
      prompt_id: id,
      prompt_kind: prompt.kind,
      confidence: prompt.confidence,
      evidence: prompt.evidence,
      options_count: prompt.options.length,
      has_default: prompt.default !== null,
      single_key: prompt.single_key,
      cut: prompt.cut,
    },
    content: detectedContent(prompt),
  };
}

/** What of a prompt came from the terminal. */
export function detectedContent(prompt: Prompt): EntryContent["prompt.detected"] {
  return {
    question: prompt.question,
    options: prompt.options.map(({ label, key }) => ({ label, key })),
    default: prompt.default,
    subject: prompt.subject,
  };
}

export function decisionDraft(
  id: PromptId,
  { decision, durationUs }: { decision: Decision; durationUs: number },
): EntryDraft {
  const { action, rule_id, layer, reason, risk, risk_factors, policy_hash } = decision;
  const { secret = null } = decision;
  return {
    kind: "decision.made",
    data: {
      prompt_id: id,
      action,
      rule_id,
      ...(layer === undefined ? {} : { layer }),
      reason,
      risk,
      risk_factors,
      policy_hash,
      duration_us: durationUs,
    },
    // The name stands in the operator's files, so it is content.
    ...(secret === null ? {} : { content: { secret } }),
  };
}

/** `latencyMs`: since the last output. */
export function injectedDraft(
  { promptId, by, bytes, as }: Extract<Effect, { do: "record_reply" }>,
  latencyMs: number,
): EntryDraft {
  const latency_ms = Math.round(latencyMs * 1_000) / 1_000;
  const marks = { type: {}, steer: { steered: true }, secret: { secret: true } } as const;
  const data = { prompt_id: promptId, by, bytes, ...marks[as], latency_ms };
  return { kind: "reply.injected", data };
}

export function closedDraft(
  id: PromptId,
  outcome: PromptOutcome,
  extra: { typed?: boolean; bytes?: number; reason?: string } = {},
): EntryDraft {
  return { kind: "prompt.closed", data: { prompt_id: id, outcome, ...extra } };
}

/** For the record: what was suggested, without the words of the reply, which are content. */
export function suggestion({ action, reason }: Decision): string {
  const what = action === "auto_reply" ? "a reply" : action;
  return `assist mode: policy suggests ${what} (${reason})`;
}

type Ended = {
  /** Why we ended the tool; null where it ended by itself. */
  why: EntryData["session.ended"]["reason"] | null;
  tally: Tally;
};

/** The session's last entries. */
export function endDrafts(
  { lastDrafts }: SessionOptions,
  exit: PtyExit,
  { why, tally }: Ended,
): EntryDraft[] {
  const reason = why ?? (exit.signal === null ? "exited" : "signaled");
  // Hung up: the tool was sent SIGHUP, but whether and how it ended is not known any more.
  const known = reason === "interrupted" ? { code: null, signal: null } : exit;
  const data = { exit_code: known.code, signal: known.signal, reason, ...tally };
  return [...(lastDrafts?.(exit) ?? []), { kind: "session.ended", data }];
}
