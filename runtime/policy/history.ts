/** The prompts of a trace, one after the other, each as policy saw it, as far as the trace tells. Pure. */
import type { PromptId, SessionId } from "../../contracts/ids.ts";
import type { Moment } from "../../contracts/moment.ts";
import type { OptionMeaning, Prompt, PromptKind, Subject } from "../../contracts/prompt.ts";
import {
  type Actor,
  type EntryData,
  entryContent,
  type EntryKind,
  type PromptOutcome,
  type StoredEntry,
} from "../../contracts/trace.ts";

/** Where and how a session ran; what is content is null once it was erased, or was never kept. */
export type PastSession = {
  id: SessionId;
  tool: string;
  cwd: string | null;
  tag: string | null;
  mode: EntryData["session.started"]["mode"];
  headless: boolean;
};

export type PastDecision = EntryData["decision.made"] & { at: Moment };

export type PastPrompt = {
  id: PromptId;
  session: PastSession;
  at: Moment;
  data: EntryData["prompt.detected"];
  /** Null: the trace has no content of it, so nobody can say what it asked. */
  prompt: Prompt | null;
  /** Null: none was made, as where the mode is off. */
  decision: PastDecision | null;
  escalated: boolean;
  /** When keys were typed, and on whose behalf; null: none were, or they were withheld at the last check. */
  typed: { at: Moment; by: Actor } | null;
  /** What the person answered, by its meaning, where that is recorded. */
  reply: string | null;
  /** Null: it is still open. */
  outcome: PromptOutcome | null;
};

export type PastEvent =
  | { what: "prompt"; prompt: PastPrompt }
  /** Its counts are over. */
  | { what: "ended"; session: SessionId };

/** What is known of prompts elsewhere, and is not in the trace word for word. */
export type Reading = {
  fingerprint(of: {
    kind: PromptKind;
    question: string;
    labels: readonly string[];
    subject: Subject | null;
  }): string;
  /** What choosing an option comes to. */
  meaning(
    option: { label: string; key: string | null },
    all: readonly string[],
  ): OptionMeaning | null;
};

/** The kinds of entry that it goes by: the others need not be read. */
export const historyKinds: readonly EntryKind[] = [
  "session.started",
  "session.ended",
  "prompt.detected",
  "decision.made",
  "prompt.escalated",
  "reply.received",
  "reply.injected",
  "prompt.closed",
];

type Open = { prompts: Map<PromptId, PastPrompt>; sessions: Map<SessionId, PastSession> };

/** In the order in which prompts ended; those still open come last. Holds only what is open. */
export function* pastEvents(
  entries: Iterable<StoredEntry>,
  reading: Reading,
): Generator<PastEvent> {
  const open: Open = { prompts: new Map(), sessions: new Map() };
  for (const entry of entries) {
    const { session_id: id } = entry;
    if (id === null) continue;
    if (entry.kind === "session.started") open.sessions.set(id, startedAs(id, entry));
    else if (entry.kind === "session.ended") {
      yield* left(open, id);
      yield { what: "ended", session: id };
    } else {
      const ended = tell(entry, { open, id, reading });
      if (ended !== null) yield { what: "prompt", prompt: ended };
    }
  }
  for (const prompt of open.prompts.values()) yield { what: "prompt", prompt };
}

/** The prompts of a session that ended without a word about them. */
function* left(open: Open, id: SessionId): Generator<PastEvent> {
  for (const [key, prompt] of open.prompts) {
    if (prompt.session.id !== id) continue;
    open.prompts.delete(key);
    yield { what: "prompt", prompt };
  }
  open.sessions.delete(id);
}

type EntryOf<K extends EntryKind> = Extract<StoredEntry, { kind: K }>;

function startedAs(id: SessionId, { data, content }: EntryOf<"session.started">): PastSession {
  const kept = entryContent["session.started"].safeParse(content).data;
  const { tool, mode, headless = false } = data;
  return { id, tool, cwd: kept?.cwd ?? null, tag: kept?.label ?? null, mode, headless };
}

type Place = { open: Open; id: SessionId; reading: Reading };

/** Returns the prompt when this entry ends it. */
function tell(entry: StoredEntry, { open, id, reading }: Place): PastPrompt | null {
  if (entry.kind === "prompt.detected") {
    const session = open.sessions.get(id);
    // Its start was archived: nobody knows where it ran.
    if (session === undefined) return null;
    open.prompts.set(entry.data.prompt_id, asked(entry, session, reading));
    return null;
  }
  const promptId = "prompt_id" in entry.data ? entry.data.prompt_id : undefined;
  const prompt = promptId === undefined ? undefined : open.prompts.get(promptId);
  if (prompt === undefined) return null;
  add(prompt, entry);
  if (entry.kind !== "prompt.closed") return null;
  open.prompts.delete(prompt.id);
  return prompt;
}

function add(prompt: PastPrompt, entry: StoredEntry): void {
  switch (entry.kind) {
    case "decision.made":
      prompt.decision = { ...entry.data, at: entry.at };
      return;
    case "prompt.escalated":
      prompt.escalated = true;
      return;
    case "reply.received":
      prompt.reply = entryContent["reply.received"].safeParse(entry.content).data?.reply ?? null;
      return;
    case "reply.injected":
      prompt.typed = { at: entry.at, by: entry.data.by };
      return;
    case "prompt.closed":
      prompt.outcome = entry.data.outcome;
      if (entry.data.typed === false) prompt.typed = null;
      return;
    default:
  }
}

function asked(
  entry: EntryOf<"prompt.detected">,
  session: PastSession,
  reading: Reading,
): PastPrompt {
  return {
    id: entry.data.prompt_id,
    session,
    at: entry.at,
    data: entry.data,
    prompt: promptOf(entry, reading),
    decision: null,
    escalated: false,
    typed: null,
    reply: null,
    outcome: null,
  };
}

function promptOf({ data, content }: EntryOf<"prompt.detected">, reading: Reading): Prompt | null {
  const kept = entryContent["prompt.detected"].safeParse(content).data;
  if (kept === undefined) return null;
  const { question, subject } = kept;
  const { prompt_kind: kind, confidence, evidence, single_key, cut } = data;
  const labels = kept.options.map(({ label }) => label);
  return {
    kind,
    question,
    options: kept.options.map(({ label, key }) => {
      const meaning = reading.meaning({ label, key }, labels);
      return { label, key, meaning, selected: label === kept.default, checked: null };
    }),
    default: kept.default,
    single_key,
    prefilled: null,
    subject,
    cut,
    confidence,
    evidence,
    fingerprint: reading.fingerprint({ kind, question, labels, subject }),
  };
}
