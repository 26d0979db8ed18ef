/** The prompts of the past, decided again by any policy, with its counts and brakes as they would have stood. Pure. */
import type { Decision, PolicyLayer } from "../../contracts/decision.ts";
import type { AutonomyMode } from "../../contracts/policy.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import type { PastEvent, PastPrompt } from "./history.ts";
import { decideInLayers, type LayeredFacts, type LayeredPolicy } from "./layers.ts";
import type { Facts } from "./match.ts";

/** What a prompt comes to for the person: `asks` and `tells` leave it to them, `suggests` too but says what it would do. */
export type Effect = "answers" | "denies" | "suggests" | "asks" | "tells";

/** Counts the replies of one session, as a session does. */
export type Counter = {
  of(layer: PolicyLayer): Facts["autoReplies"];
  add(rule: string, fingerprint: string, layer?: PolicyLayer): void;
  recent(fingerprint: string): Facts["recent"];
};

export type ReplayOptions = {
  /** What holds in the folder of a session: a project's policy is not every session's. */
  policyIn(cwd: string): LayeredPolicy;
  /** `now` is in milliseconds, and moves with the prompts. */
  counter(now: () => number): Counter;
  /** What stands on the disk, which the trace does not keep. */
  look(prompt: Prompt, cwd: string): Pick<Facts, "real" | "trees" | "workspace">;
  environment: string | null;
};

/** Why a prompt cannot be decided again: its content or its folder is gone, or policy was never asked. */
export type Undecidable = "no content" | "not asked";

export type Replayed = {
  past: PastPrompt;
  /** What really came of it. */
  was: Effect;
  again: { decision: Decision; effect: Effect; heldBack: boolean } | { undecidable: Undecidable };
};

/** In the order of the events; holds counts of open sessions only. */
export function* replay(events: Iterable<PastEvent>, options: ReplayOptions): Generator<Replayed> {
  const sessions = new Map<string, Session>();
  for (const event of events) {
    if (event.what === "ended") {
      sessions.delete(event.session);
      continue;
    }
    const { id } = event.prompt.session;
    const session = sessions.get(id) ?? openSession(options);
    sessions.set(id, session);
    yield replayOne(event.prompt, session, options);
  }
}

type Session = { counter: Counter; at(ms: number): void };

function openSession({ counter }: ReplayOptions): Session {
  let now = 0;
  return { counter: counter(() => now), at: (ms) => void (now = ms) };
}

function replayOne(past: PastPrompt, session: Session, options: ReplayOptions): Replayed {
  const was = effectOf(past);
  const facts = factsOf(past, session, options);
  if (typeof facts === "string") return { past, was, again: { undecidable: facts } };
  const policy = options.policyIn(facts.cwd);
  const decision = decideInLayers(facts, policy);
  const effect = effectIn(policy.mode ?? "full", decision.action);
  const withheld = isWithheld(past) && (effect === "answers" || effect === "denies");
  if (effect === "answers" && !withheld && decision.rule_id !== null) {
    session.at(past.typed?.at ?? facts.at);
    session.counter.add(decision.rule_id, facts.prompt.fingerprint, decision.layer);
  }
  const heldBack = decision.action !== "auto_reply" && answersUncounted(facts, policy);
  return { past, was, again: { decision, effect: withheld ? was : effect, heldBack } };
}

function factsOf(
  past: PastPrompt,
  session: Session,
  { look, environment }: ReplayOptions,
): (LayeredFacts & { at: number }) | Undecidable {
  const { prompt, decision, session: ran } = past;
  // Handed to the person before policy had a say: it would be again.
  if (decision === null && ran.mode !== "off") return "not asked";
  if (prompt === null || ran.cwd === null) return "no content";
  const at = decision?.at ?? past.at;
  session.at(at);
  return {
    at,
    prompt,
    tool: ran.tool,
    cwd: ran.cwd,
    tag: ran.tag,
    state: "waiting",
    environment,
    autoReplies: (layer) => session.counter.of(layer),
    recent: session.counter.recent(prompt.fingerprint),
    ...look(prompt, ran.cwd),
  };
}

/** Without the counts it would be answered: they alone hold it back. */
function answersUncounted(facts: LayeredFacts, policy: LayeredPolicy): boolean {
  if (facts.recent.session === 0) return false;
  const recent = { session: 0, lastMinute: 0, samePrompt: 0 };
  const uncounted = { ...facts, recent, autoReplies: () => new Map<string, number>() };
  return decideInLayers(uncounted, policy).action === "auto_reply";
}

/** What a decision comes to in a mode. */
function effectIn(mode: AutonomyMode, action: Decision["action"]): Effect {
  if (mode === "off") return "asks";
  if (action === "require_human") return "asks";
  if (action === "notify_only") return "tells";
  if (mode === "assist") return "suggests";
  return action === "deny" ? "denies" : "answers";
}

/** What really came of a prompt: of a reply that was decided and never typed, that the person was asked. */
export function effectOf(past: PastPrompt): Effect {
  const { decision, session, typed, outcome } = past;
  if (isWithheld(past)) return "asks";
  if (decision === null) return "asks";
  if (outcome === "denied" && typed === null) return "denies";
  return effectIn(session.mode, decision.action);
}

/** The reply was decided, but something else than policy held it back: doubt, a key of the person, a full disk. */
function isWithheld({ decision, session, typed, outcome }: PastPrompt): boolean {
  if (decision === null || session.mode !== "full" || outcome === "denied") return false;
  const types = decision.action === "auto_reply" || decision.action === "deny";
  return types && typed === null;
}
