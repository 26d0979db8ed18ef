/** The session machine: one pure function from a state and an event to the next state and what to do. */
import { limits } from "../../contracts/limits.ts";
import type { EntryDraft } from "../../contracts/trace.ts";
import type { PromptId } from "../../contracts/ids.ts";
import { deny, endTool, escalate, handOver, reply, toPerson, type Within } from "./answers.ts";
import { closedDraft, decisionDraft, detectedDrafts } from "./drafts.ts";
import { replyKeystrokes } from "../inject/keystrokes.ts";
import { type Echo, wantsEnter } from "./echo.ts";
import { type Closing, closingOf, steeredBytes, withOutcome } from "./closing.ts";
import { followedBy, stay, tallied, to } from "./next.ts";
import type {
  Effect,
  Pending,
  Reply,
  SessionEvent,
  SessionState,
  Sight,
  State,
  Step,
  StepSettings,
} from "./state.ts";
import { answered } from "./local-answer.ts";
import { typedSoFar, unreadableKeys } from "./person-reply.ts";
import { asksSeen, disagreed } from "./remarks.ts";
import { steer } from "./steer.ts";
import { confirmed, suggest } from "./suggest.ts";

const enterKey = Uint8Array.of(0x0d);

export const initialState: SessionState = {
  stage: { name: "watching" },
  tally: { prompts: 0, answered: 0, escalated: 0 },
  asks: "unknown",
};

/** Events that mean nothing where the session stands leave it as it is. */
export function step(state: SessionState, event: SessionEvent, settings: StepSettings): Step {
  switch (event.type) {
    case "seen":
      return seen(state, event.sight, settings);
    case "decided":
      return decided(state, event, settings);
    case "fetched":
      return fetched(state, event.promptId);
    case "not_fetched":
      return notFetched(state, event, settings);
    case "recorded":
      return recorded(state);
    case "not_recorded":
      return notRecorded(state, event.why, settings);
    case "typed":
      return typed(state);
    case "not_typed":
      return notTyped(state, event);
    case "effect_timeout":
      return effectTimeout(state, settings);
    case "person_typed":
      return personTyped(state, event.keys);
    case "confirmed":
      return confirmed(state);
    case "answered":
      return answered(state, event);
    case "asks_seen":
      return asksSeen(state, event.asks);
    case "disagreed":
      return disagreed(state, event);
    case "exited":
      return exited(state);
  }
}

// --- what the screen shows -------------------------------------------------

function seen(state: SessionState, sight: Sight, settings: StepSettings): Step {
  const { stage } = state;
  switch (stage.name) {
    case "watching":
      return sight.what === "new" ? meet(state, sight, settings) : stay(state);
    case "lingering":
      if (sight.what === "same") return stay(state);
      return followedBy(to(state, { name: "watching" }), (next) => seen(next, sight, settings));
    case "steering":
      if (sight.what === "same") return steered(state, stage, sight.prompt);
      return leave(state, { pending: stage.pending, ...closingOf(stage), settings }, sight);
    case "fetching":
    case "confirming":
    case "asking":
      if (sight.what === "same") return stillThere(state, sight);
      return leave(state, { pending: stage.pending, ...closingOf(stage), settings }, sight);
    case "deciding":
    case "recording":
    case "typing":
    case "closed":
      return stay(state);
  }
}

/** What is suggested is for the prompt as it looks now: its tool may have moved the highlight. */
function stillThere(state: SessionState, sight: Extract<Sight, { what: "same" }>): Step {
  const { stage } = state;
  if (stage.name !== "asking" || stage.suggestion === undefined) return enterDue(state, sight.echo);
  return to(state, { ...stage, pending: { ...stage.pending, prompt: sight.prompt } });
}

/** The key stands behind the question: what takes keys one by one would have acted on it. */
function enterDue(state: SessionState, echo: Echo | undefined): Step {
  const { stage } = state;
  if (stage.name !== "confirming" || stage.enter !== "due" || echo === undefined)
    return stay(state);
  const { keys, by } = stage.reply;
  if (keys.how !== "type" || !wantsEnter(keys, echo)) return stay(state);
  const effect: Effect = { do: "type", by, bytes: enterKey, promptId: stage.pending.id };
  return to(state, { ...stage, enter: "pressed" }, [effect]);
}

/** A prompt that was not there before. */
function meet(
  state: SessionState,
  sight: Extract<Sight, { what: "new" }>,
  settings: StepSettings,
): Step {
  const counted = tallied(state, "prompts");
  const { pending, personTyping, repeated } = sight;
  if (repeated) {
    const why = "it was answered, and has not been asked again since";
    return handOver(counted, pending, { drafts: detectedDrafts(pending), why, settings });
  }
  if (settings.mode === "off") {
    const because = { drafts: detectedDrafts(pending), why: "mode is off", settings };
    return toPerson(counted, pending, because);
  }
  const stage: State = { name: "deciding", pending, personTyping };
  return to(counted, stage, [{ do: "decide", prompt: pending.prompt }]);
}

/** The pending prompt has left the screen: record how it ended, then look at what stands there now. */
function leave(
  state: SessionState,
  { pending, outcome, before, extra, settings }: Closing & Within,
  sight: Sight,
): Step {
  const drafts = [...before, closedDraft(pending.id, outcome, extra)];
  const left = to(withOutcome(state, outcome), { name: "watching" }, [{ do: "record", drafts }]);
  return followedBy(left, (next) => seen(next, sight, settings));
}

// --- what policy says ------------------------------------------------------

function decided(
  state: SessionState,
  event: Extract<SessionEvent, { type: "decided" }>,
  settings: StepSettings,
): Step {
  const { stage } = state;
  if (stage.name !== "deciding") return stay(state);
  const { pending } = stage;
  const { decision } = event;
  const drafts = [...detectedDrafts(pending), decisionDraft(pending.id, event)];
  if (pending.doubt !== undefined) {
    return handOver(state, pending, { drafts, why: pending.doubt.why, settings });
  }
  if (stage.personTyping && !settings.headless) {
    return escalate(state, pending, { drafts, why: "you were typing when it asked" });
  }
  if (settings.mode === "assist") return suggest(state, pending, { drafts, decision, settings });
  switch (decision.action) {
    case "auto_reply": {
      const { secret = null } = decision;
      if (secret !== null) return askKeychain(state, pending, { drafts, entry: secret });
      const keys = replyKeystrokes(pending.prompt, decision.value ?? "", pending.encoding);
      if (keys.how === "impossible") {
        return toPerson(state, pending, { drafts, why: keys.why, settings });
      }
      return reply(state, pending, { drafts, reply: { by: "policy", keys, outcome: "answered" } });
    }
    case "deny":
      return deny(state, pending, { drafts, why: decision.reason, settings });
    case "require_human":
    case "notify_only":
      return toPerson(state, pending, { drafts, why: decision.reason, settings });
  }
}

// --- a secret as the reply --------------------------------------------------

/** Asked for only now that it is decided. Nothing is claimed yet: without it the prompt is a person's. */
function askKeychain(
  state: SessionState,
  pending: Pending,
  { drafts, entry }: { drafts: EntryDraft[]; entry: string },
): Step {
  return to(state, { name: "fetching", pending }, [
    { do: "record", drafts },
    { do: "fetch_secret", entry, promptId: pending.id },
  ]);
}

function fetched(state: SessionState, id: PromptId): Step {
  const { stage } = state;
  if (stage.name !== "fetching" || stage.pending.id !== id) return stay(state);
  const answer: Reply = { by: "policy", keys: { how: "secret" }, outcome: "answered" };
  return reply(state, stage.pending, { drafts: [], reply: answer });
}

function notFetched(
  state: SessionState,
  { promptId: id, why, advice }: Extract<SessionEvent, { type: "not_fetched" }>,
  settings: StepSettings,
): Step {
  const { stage } = state;
  if (stage.name !== "fetching" || stage.pending.id !== id) return stay(state);
  const handed = toPerson(state, stage.pending, { drafts: [], why, settings });
  return { ...handed, effects: [...handed.effects, { do: "tell_person", line: advice }] };
}

// --- recorded, typed, and what came of it ----------------------------------

function recorded(state: SessionState): Step {
  const { stage } = state;
  if (stage.name !== "recording") return stay(state);
  const { pending, reply: answer } = stage;
  const { keys, by } = answer;
  if (keys.how === "steer") {
    const first: Extract<State, { name: "steering" }> = {
      name: "steering",
      pending,
      reply: answer,
      typedBytes: 0,
    };
    return steered(state, first, pending.prompt);
  }
  const effect: Effect =
    keys.how === "secret"
      ? { do: "type_secret", promptId: pending.id }
      : { do: "type", by, bytes: keys.bytes, promptId: pending.id };
  return to(state, { name: "typing", pending, reply: answer }, [effect]);
}

/** Strict audit: what cannot be recorded is not typed, the person is asked instead. */
function notRecorded(state: SessionState, why: string, settings: StepSettings): Step {
  const { stage } = state;
  if (stage.name !== "recording") return stay(state);
  const reason = `the decision could not be recorded: ${why}`;
  if (!settings.headless) return escalate(state, stage.pending, { drafts: [], why: reason });
  const drafts = [closedDraft(stage.pending.id, "denied", { reason })];
  return endTool(state, stage.pending, { drafts, why: reason });
}

function steered(
  state: SessionState,
  stage: Extract<State, { name: "steering" }>,
  shown: Pending["prompt"],
): Step {
  const move = steer(stage, shown);
  const type = (bytes: Uint8Array): Effect => ({
    do: "type",
    by: stage.reply.by,
    bytes,
    promptId: stage.pending.id,
  });
  const timer: Effect = { do: "effect_timer", ms: limits.effectMs };
  const pending: Pending = { ...stage.pending, prompt: shown };
  switch (move.do) {
    case "wait":
      return stay(state);
    case "press": {
      const typedBytes = stage.typedBytes + move.bytes.length;
      return to(state, { ...stage, pending, typedBytes }, [type(move.bytes), timer]);
    }
    case "take": {
      const reply: Reply = { ...stage.reply, typedBytes: stage.typedBytes };
      return to(state, { name: "typing", pending, reply }, [type(move.bytes)]);
    }
    case "give_up":
      return noEffect(state, { ...stage, pending }, move.why);
  }
}

function typed(state: SessionState): Step {
  const { stage } = state;
  if (stage.name === "confirming" && stage.enter === "pressed") {
    const typedBytes = (stage.reply.typedBytes ?? 0) + enterKey.length;
    return to(state, { ...stage, reply: { ...stage.reply, typedBytes } });
  }
  if (stage.name !== "typing") return stay(state);
  const { pending, reply: answer } = stage;
  const timer: Effect = { do: "effect_timer", ms: limits.effectMs };
  if (answer.keys.how === "type" && answer.keys.enter !== undefined) {
    const reply: Reply = { ...answer, typedBytes: answer.keys.bytes.length };
    return to(state, { name: "confirming", pending, reply, enter: "due" }, [timer]);
  }
  // A steered reply ends with one Enter.
  const { typedBytes } = answer;
  const done = typedBytes === undefined ? answer : { ...answer, typedBytes: typedBytes + 1 };
  return to(state, { name: "confirming", pending, reply: done }, [timer]);
}

/** The last check forbade the keys: the entry stands, and says that nothing was typed. */
function notTyped(
  state: SessionState,
  { why, outcome, bytes: untyped }: Extract<SessionEvent, { type: "not_typed" }>,
): Step {
  const { stage } = state;
  if (stage.name !== "typing" && stage.name !== "steering") return stay(state);
  // A step of steering was counted before it was typed.
  const counted = steeredBytes(stage).bytes ?? 0;
  const bytes = stage.name === "steering" ? counted - untyped : counted;
  const extra = bytes === 0 ? { typed: false } : { bytes };
  const close = closedDraft(stage.pending.id, outcome, { ...extra, reason: why });
  return to(state, { name: "watching" }, [{ do: "record", drafts: [close] }]);
}

function effectTimeout(state: SessionState, settings: StepSettings): Step {
  const { stage } = state;
  if (stage.name !== "confirming" && stage.name !== "steering") return stay(state);
  const step = noEffect(state, stage, "the reply was typed, but the prompt is still there");
  if (!settings.headless) return step;
  return { ...step, effects: [...step.effects, { do: "end_tool", why: "a reply had no effect" }] };
}

/** Never typed again blindly: the person is told, and the prompt is left to them. */
function noEffect(
  state: SessionState,
  stage: Extract<State, { name: "confirming" | "steering" }>,
  why: string,
): Step {
  const { pending } = stage;
  const data = { prompt_id: pending.id, by: "policy", reason: why } as const;
  const drafts: EntryDraft[] = [
    { kind: "prompt.escalated", data },
    closedDraft(pending.id, "no_effect", { ...steeredBytes(stage), reason: why }),
  ];
  return to(tallied(state, "escalated"), { name: "lingering", pending }, [
    { do: "record", drafts },
    { do: "call_person", prompt: pending.prompt, reason: why },
  ]);
}

// --- the person and the end ------------------------------------------------

function personTyped(state: SessionState, keys?: Uint8Array): Step {
  const { stage } = state;
  if (stage.name === "steering") return takeOver(state, stage);
  // They go on from the key: no Enter of ours behind theirs.
  if (stage.name === "confirming" && stage.enter === "due") {
    return to(state, { ...stage, enter: "pressed" });
  }
  if (stage.name === "fetching") return takeOver(state, stage);
  if (stage.name !== "asking") return stay(state);
  return to(state, { ...stage, personTyped: true, keys: typedSoFar(stage.keys, keys) });
}

/** The person moves in the menu that is being steered, or types: it is theirs from here on, no further key of ours. */
function takeOver(
  state: SessionState,
  { pending, ...stage }: Extract<State, { name: "steering" | "fetching" }>,
): Step {
  const data = { prompt_id: pending.id, by: "terminal", reason: "you took over" } as const;
  const typed = stage.name === "steering" ? { typedBytes: stage.typedBytes } : {};
  const known = { personTyped: true, keys: unreadableKeys };
  const asking: State = { name: "asking", pending, ...known, ...typed };
  const record: Effect = { do: "record", drafts: [{ kind: "prompt.escalated", data }] };
  return to(tallied(state, "escalated"), asking, [record]);
}

function exited(state: SessionState): Step {
  const { stage } = state;
  const closed = (next: SessionState, drafts: EntryDraft[]): Step =>
    to(next, { name: "closed" }, drafts.length > 0 ? [{ do: "record", drafts }] : []);
  switch (stage.name) {
    case "watching":
    case "lingering":
    case "closed":
      return closed(state, []);
    case "fetching":
    case "confirming":
    case "asking": {
      // A tool that ends after the keys came has taken them.
      const { outcome, before, extra } = closingOf(stage);
      const ended = outcome === "withdrawn" ? "session_ended" : outcome;
      return closed(withOutcome(state, ended), [
        ...before,
        closedDraft(stage.pending.id, ended, extra),
      ]);
    }
    case "deciding":
      return closed(state, [
        ...detectedDrafts(stage.pending),
        closedDraft(stage.pending.id, "session_ended"),
      ]);
    case "recording":
    case "typing":
    case "steering": {
      const extra = steeredBytes(stage);
      return closed(state, [closedDraft(stage.pending.id, "session_ended", extra)]);
    }
  }
}
