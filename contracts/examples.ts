/** One valid example of each noun, for tests everywhere; a new kind of entry does not compile without its example. */
import type { Decision } from "./decision.ts";
import { agentId, promptId, sessionId } from "./ids.ts";
import type { Policy } from "./policy.ts";
import type { Prompt } from "./prompt.ts";
import type { EntryDraft, EntryKind } from "./trace.ts";

export const exampleAgentId = agentId.parse("0193a1b2-0000-7000-8000-00000000000a");
export const exampleSessionId = sessionId.parse("0193a1b2-0000-7000-8000-00000000000b");
export const examplePromptId = promptId.parse("0193a1b2-0000-7000-8000-00000000000c");

const hash = "5f".repeat(32);
const ofPrompt = { prompt_id: examplePromptId };

/** `Continue? [Y/n]` from a program that reads a line. */
export const examplePrompt: Prompt = {
  kind: "yes_no",
  question: "Continue? [Y/n]",
  options: [
    { label: "Y", key: "y", meaning: "yes", selected: true, checked: null },
    { label: "n", key: "n", meaning: "no", selected: false, checked: null },
  ],
  default: "y",
  single_key: false,
  prefilled: null,
  subject: {
    type: "shell",
    command: "apt-get install -y tmux",
    path: null,
    host: null,
    detail: null,
  },
  refuse_key: null,
  context: "After this operation, 1.2 MB of additional disk space will be used.",
  cut: false,
  confidence: "high",
  evidence: ["kernel:read", "pattern:bracket-yn"],
  fingerprint: hash,
};

export const exampleDecision: Decision = {
  action: "auto_reply",
  rule_id: "continue-yes",
  layer: "user",
  reason: 'rule "continue-yes" matched: prompt type and text',
  value: "y",
  secret: null,
  risk: "low",
  risk_factors: [],
  policy_hash: hash,
};

const everyConfidence = {
  contains_is_regex: false,
  min_confidence: "low",
  max_confidence: "high",
} as const;
const anyPrompt = { tool_id: "*", ...everyConfidence };

export const examplePolicy: Policy = {
  policy_version: "2",
  name: "example",
  autonomy_mode: "full",
  extends: "./team.yaml",
  brakes: { replies_per_minute: 60, same_prompt_per_minute: 10, replies_per_session: 1_000 },
  defaults: { no_match: "require_human", low_confidence: "require_human" },
  rules: [
    {
      id: "continue-yes",
      description: "Go on when a program only asks whether to go on.",
      match: {
        tool_id: "*",
        prompt_type: ["yes_no"],
        contains: "continue",
        contains_is_regex: false,
        min_confidence: "medium",
        max_confidence: "high",
      },
      action: { type: "auto_reply", value: "y" },
      max_auto_replies: 10,
    },
    {
      id: "read-docs",
      match: {
        tool_id: "claude",
        session_state: ["waiting"],
        environment: "dev",
        workspace_trusted: true,
        workspace_profile: "work",
        subject: ["shell"],
        command: ["curl **", { program: "wget", no_argument: ["-O*", "--output*"] }],
        path: ["inside", "~/docs/**"],
        host: ["*.example.com"],
        risk: ["low", "medium"],
        none_of: [{ ...anyPrompt, contains: "token" }],
        ...everyConfidence,
      },
      action: { type: "auto_reply", reply: "approve_once" },
      examples: {
        match: [{ command: "curl https://docs.example.com", host: "docs.example.com" }],
        not_match: [{ command: "curl https://example.com", host: "example.com" }],
      },
    },
  ],
};

type DraftOf<K extends EntryKind> = Extract<EntryDraft, { kind: K }>;

/** A draft of every kind, by kind. Those that may have content have it. */
export const exampleDrafts: { readonly [K in EntryKind]: DraftOf<K> } = {
  "trace.opened": {
    kind: "trace.opened",
    data: {
      runtime_version: "0.1.0",
      previous: {
        set_aside: "20261130T071200123Z",
        why: "damaged",
        head: { seq: 120, hash },
        signed: { size: 118, root: hash },
      },
    },
  },
  "session.started": {
    kind: "session.started",
    data: {
      tool: "git",
      pid: 4_321,
      cols: 80,
      rows: 24,
      pty: "native",
      mode: "full",
      policy_hash: hash,
      headless: false,
      asks: "yes",
      continued: true,
    },
    content: { command: ["git", "add", "-p"], cwd: "/home/ada/project", label: "tidy up" },
  },
  "session.ended": {
    kind: "session.ended",
    data: {
      exit_code: 0,
      signal: null,
      reason: "exited",
      prompts: 2,
      answered: 1,
      escalated: 1,
    },
  },
  "recording.closed": {
    kind: "recording.closed",
    data: { bytes: 4_096, sha256: hash, cut: "bytes_max" },
  },
  "prompt.detected": {
    kind: "prompt.detected",
    data: {
      ...ofPrompt,
      prompt_kind: "yes_no",
      confidence: "high",
      evidence: ["kernel:read", "pattern:bracket-yn"],
      options_count: 2,
      has_default: true,
      single_key: false,
      cut: false,
    },
    content: {
      question: "Continue? [Y/n]",
      options: [
        { label: "Y", key: "y" },
        { label: "n", key: "n" },
      ],
      default: "y",
      subject: examplePrompt.subject,
    },
  },
  "decision.made": {
    kind: "decision.made",
    data: {
      ...ofPrompt,
      action: "auto_reply",
      rule_id: "continue-yes",
      layer: "user",
      reason: exampleDecision.reason,
      risk: "low",
      risk_factors: [],
      policy_hash: hash,
      duration_us: 12,
    },
    content: { secret: "ssh-work" },
  },
  "prompt.escalated": {
    kind: "prompt.escalated",
    data: { ...ofPrompt, by: "policy", reason: "no rule matched" },
    content: { reply: "y" },
  },
  "reply.received": {
    kind: "reply.received",
    data: { ...ofPrompt, by: "cli", rule_id: "continue-yes", layer: "user" },
    content: { reply: "n" },
  },
  "reply.injected": {
    kind: "reply.injected",
    data: {
      ...ofPrompt,
      by: "policy",
      bytes: 2,
      steered: true,
      secret: true,
      latency_ms: 1.75,
      late_ms: 2_000,
    },
  },
  "prompt.closed": {
    kind: "prompt.closed",
    data: {
      ...ofPrompt,
      outcome: "answered",
      typed: true,
      bytes: 2,
      reason: "the prompt left the screen",
    },
  },
  "policy.loaded": {
    kind: "policy.loaded",
    data: {
      policy_hash: hash,
      name: "example",
      rules: 1,
      layers: [{ layer: "user", policy_hash: hash, rules: 1 }],
      pinned: true,
    },
  },
  "policy.changed": {
    kind: "policy.changed",
    data: {
      old_hash: hash,
      policy_hash: hash,
      name: "example",
      rules: 2,
      layers: [{ layer: "project", policy_hash: hash, rules: 2 }],
    },
  },
  "policy.kept": {
    kind: "policy.kept",
    data: { policy_hash: hash, reason: "what stands there now is not valid" },
  },
  "autopilot.changed": {
    kind: "autopilot.changed",
    data: { mode: "assist", by: "cli", action: "limited" },
  },
  "operator.acted": {
    kind: "operator.acted",
    data: { action: "workspace.trusted", by: "cli" },
    content: { folder: "/home/ada/project" },
  },
  "detector.disagreed": {
    kind: "detector.disagreed",
    data: { screen: "working", announced: "blocked", ...ofPrompt },
  },
  "asking.changed": {
    kind: "asking.changed",
    data: { asks: "no", reason: "the screen shows a mode in which the tool does not ask" },
  },
  "runtime.recovered": { kind: "runtime.recovered", data: { sessions: 1, prompts: 1 } },
  "content.erased": {
    kind: "content.erased",
    data: { from_seq: 1, to_seq: 9, of_session: exampleSessionId, reason: "asked" },
  },
  "upload.dropped": { kind: "upload.dropped", data: { from_seq: 10, to_seq: 12 } },
  "upload.incident": {
    kind: "upload.incident",
    data: { problem: "chain-fork", seq: 12 },
  },
  "key.changed": { kind: "key.changed", data: { public_key: "5f".repeat(32), lost: true } },
  "trace.archived": {
    kind: "trace.archived",
    data: { from_seq: 1, to_seq: 9, file: "2026-08.db" },
  },
  "trace.closed": { kind: "trace.closed", data: { reason: "archived" } },
  "audit.chosen": { kind: "audit.chosen", data: { audit_mode: "best_effort" } },
};
