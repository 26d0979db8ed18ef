/** Prompts and events by which the session machine is tested. */
import type { Decision } from "../../contracts/decision.ts";
import { promptId } from "../../contracts/ids.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import type { EntryDraft } from "../../contracts/trace.ts";
import type { Effect, Pending, SessionEvent, SessionState, StepSettings } from "./state.ts";
import { initialState, step } from "./step.ts";

export const full: StepSettings = { mode: "full", headless: false };
export const headless: StepSettings = { mode: "full", headless: true };

const ids = [1, 2, 3].map((n) => promptId.parse(`01890000-0000-7000-8000-00000000000${n}`));

export const yesNo: Prompt = {
  kind: "yes_no",
  question: "Continue?",
  options: [
    { label: "yes", key: "y", meaning: "yes", selected: false, checked: null },
    { label: "no", key: "n", meaning: "no", selected: false, checked: null },
  ],
  default: null,
  single_key: false,
  prefilled: null,
  subject: null,
  cut: false,
  confidence: "high",
  evidence: ["kernel:read"],
  fingerprint: "0".repeat(64),
};
export const secret: Prompt = { ...yesNo, kind: "password", question: "Password:", options: [] };

export function pending(prompt: Prompt, n = 0): Pending {
  const id = ids[n];
  if (id === undefined) throw new Error("not so many ids");
  const encoding = { bracketedPaste: false, canonical: true, applicationCursorKeys: false };
  return { id, prompt, encoding };
}

export function decision(action: Decision["action"], value: string | null = null): SessionEvent {
  const policy_hash = "a".repeat(64);
  const rest = { reason: "because", risk: "low" as const, risk_factors: [], policy_hash };
  return { type: "decided", decision: { action, value, rule_id: "r", ...rest }, durationUs: 5 };
}

/** The rule names an entry of the keychain. */
export const lends: SessionEvent = {
  type: "decided",
  decision: {
    action: "auto_reply",
    value: null,
    secret: "work.key",
    rule_id: "r",
    reason: "because",
    risk: "low",
    risk_factors: [],
    policy_hash: "a".repeat(64),
  },
  durationUs: 5,
};

export const met = (prompt: Prompt, n = 0, personTyping = false): SessionEvent => ({
  type: "seen",
  sight: { what: "new", pending: pending(prompt, n), personTyping, repeated: false },
});
export const gone: SessionEvent = { type: "seen", sight: { what: "nothing" } };
export const same: SessionEvent = { type: "seen", sight: { what: "same", prompt: yesNo } };

export function highlighted(selected: number): Prompt {
  const options = ["Red", "Green", "Blue"].map((label, at) => ({
    label,
    key: null,
    meaning: null,
    selected: at === selected,
    checked: null,
  }));
  return { ...yesNo, kind: "multiple_choice", options };
}
export const menu = highlighted(0);

export const yes = decision("auto_reply", "y");

/** Plays events from the beginning: where the session stands then, and what it was told to do, in short. */
export function play(
  events: SessionEvent[],
  settings = full,
): { state: SessionState; told: string[] } {
  let state = initialState;
  const told: string[] = [];
  for (const event of events) {
    const next = step(state, event, settings);
    state = next.state;
    for (const effect of next.effects) told.push(...tell(effect));
  }
  return { state, told };
}

function tell(effect: Effect): string[] {
  switch (effect.do) {
    case "record":
      return effect.drafts.map(tellDraft);
    case "record_reply":
      return [...effect.drafts.map(tellDraft), "claim+reply.injected"];
    case "type":
      return [`type ${JSON.stringify(new TextDecoder().decode(effect.bytes))}`];
    default:
      return [effect.do];
  }
}

function tellDraft(draft: EntryDraft): string {
  if (draft.kind !== "prompt.closed") return draft.kind;
  const { outcome, bytes } = draft.data;
  return bytes === undefined ? `closed ${outcome}` : `closed ${outcome} ${bytes} bytes`;
}
