/** Made-up sessions and prompts for the tests of the console's pure parts. */
import type { LiveView } from "../../../contracts/dashboard.ts";
import { promptId, sessionId } from "../../../contracts/ids.ts";
import type { WaitingPrompt } from "../../../contracts/operator.ts";
import type { SessionSummary } from "../../../contracts/views.ts";
import {
  type ConsoleEvent,
  type ConsoleState,
  type Effect,
  initialState,
  type Key,
} from "./state.ts";
import { step } from "./step.ts";

const nowMs = 1_790_000_000_000;

const idOf = (at: number): string => `01a22bf9-6de4-746a-9abf-${String(at).padStart(12, "0")}`;

export function sessionAt(at: number, other: Partial<SessionSummary> = {}): SessionSummary {
  return {
    session_id: sessionId.parse(idOf(at)),
    tool: "bash",
    label: `label${at}`,
    command: ["bash", "-c", "true"],
    cwd: "/srv/project",
    mode: "full",
    pid: 1,
    policy_hash: "0".repeat(64) as SessionSummary["policy_hash"],
    started_at: nowMs - 60_000,
    ended_at: null,
    state: "running",
    activity: { state: "working", reason: "", prompt_kind: null, since: nowMs - 5_000 },
    exit_code: null,
    signal: null,
    reason: null,
    prompts: 0,
    answered: 0,
    escalated: 0,
    ...other,
  };
}

export function promptAt(at: number, other: Partial<WaitingPrompt> = {}): WaitingPrompt {
  return {
    prompt_id: promptId.parse(idOf(at + 500)),
    session_id: sessionId.parse(idOf(at)),
    fingerprint: "0".repeat(64) as WaitingPrompt["fingerprint"],
    tool: "bash",
    label: `label${at}`,
    since: nowMs - 125_000,
    reason: "no rule matches",
    kind: "yes_no",
    confidence: "high",
    question: `Go on with ${at}? [y/n]`,
    options: [],
    default: null,
    subject: null,
    cut: false,
    ...other,
  };
}

function liveWith(
  sessions: readonly SessionSummary[],
  waiting: readonly WaitingPrompt[],
): LiveView {
  return {
    sessions: [...sessions],
    waiting: [...waiting],
    unreachable: [],
    autopilot: { state: "running", mode: "full", changed_at: null, fault: null },
    entries: 1,
    trace_fault: null,
  };
}

/** A console to which things happen, a second apart unless told otherwise. */
export class Scene {
  state: ConsoleState = initialState;
  readonly effects: Effect[] = [];
  #atMs = 0;

  happens(event: ConsoleEvent, afterMs = 1_000): this {
    this.#atMs += afterMs;
    const at = { now: nowMs, monotonicMs: this.#atMs };
    const { state, effects } = step(this.state, event, at);
    this.state = state;
    this.effects.push(...effects);
    return this;
  }

  live(
    sessions: readonly SessionSummary[],
    waiting: readonly WaitingPrompt[],
    afterMs = 1_000,
  ): this {
    return this.happens({ on: "live", live: liveWith(sessions, waiting) }, afterMs);
  }

  /** Each letter is a key, each longer word the key's name. */
  presses(...keys: (string | Key)[]): this {
    for (const key of keys) this.happens({ on: "key", key: keyOf(key) });
    return this;
  }
}

function keyOf(key: string | Key): Key {
  if (typeof key !== "string") return key;
  if (key.length === 1) return { key: "text", text: key };
  return { key } as Key;
}
