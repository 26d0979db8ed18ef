/** Where a governed session can stand, what can happen to it, and what it can ask its shell to do. Types only. */
import type { Decision } from "../../contracts/decision.ts";
import type { PromptId } from "../../contracts/ids.ts";
import type { AutonomyMode } from "../../contracts/policy.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import type { Actor, Asking, EntryDraft, PromptOutcome } from "../../contracts/trace.ts";
import type { Echo } from "./echo.ts";
import type { KeyEncoding, Keystrokes } from "../inject/keystrokes.ts";

/** A prompt that has been seen and has not ended yet. */
export type Pending = {
  id: PromptId;
  prompt: Prompt;
  encoding: KeyEncoding;
  /** It may not be what it seems: nothing is ever typed into it on a policy's behalf. */
  doubt?: Doubt;
};

export type Doubt = {
  why: string;
  /** Names of states: what the screen shows, and what the tool says of itself. */
  disagreed?: { screen: string; announced: string };
};

/** A reply on its way: who gave it, which keys say it, and how the prompt ends when they work. */
export type Reply = {
  by: Actor;
  keys: Exclude<Keystrokes, { how: "impossible" }> | { how: "secret" };
  /** Where the keys are chosen one by one: how much has been typed of what was recorded. */
  typedBytes?: number;
  outcome: Extract<PromptOutcome, "answered" | "denied" | "person">;
};

export type State =
  /** Nothing is asked, as far as is known. */
  | { name: "watching" }
  | { name: "deciding"; pending: Pending; personTyping: boolean }
  /** The reply is a secret, and the keychain is asked for it. Recorded so far: that it is to be. */
  | { name: "fetching"; pending: Pending }
  /** The reply waits for the store's acknowledgement; nothing may be typed before it. */
  | { name: "recording"; pending: Pending; reply: Reply }
  /** Recorded; the keys go out now. */
  | { name: "typing"; pending: Pending; reply: Reply }
  /** A highlight is moved to the wanted option, one step at a time. */
  | { name: "steering"; pending: Pending; reply: Reply; typedBytes: number }
  /** Typed once; the prompt has to leave the screen. */
  | {
      name: "confirming";
      pending: Pending;
      reply: Reply;
      /** An Enter may have to follow the key. */
      enter?: "due" | "pressed";
    }
  /** A person has to answer. */
  | {
      name: "asking";
      pending: Pending;
      personTyped: boolean;
      /** What policy would do, shown to the person: one key of theirs does it, any other withdraws it. */
      suggestion?: Decision;
      /** What the person has typed into it so far, its first part. */
      keys?: string;
      /** Of a steered reply that the person took over. */
      typedBytes?: number;
    }
  /** The prompt's story has ended but it is still on the screen: it is not a new one. */
  | { name: "lingering"; pending: Pending }
  | { name: "closed" };

/** What a look at the screen showed, compared with the pending prompt. */
export type Sight =
  | { what: "nothing" }
  /** `echo`: of a line prompt. */
  | { what: "same"; prompt: Prompt; echo?: Echo }
  | {
      what: "new";
      pending: Pending;
      personTyping: boolean;
      /** It cannot be told from a prompt that has been answered: the tool has written nothing since. */
      repeated: boolean;
    };

export type SessionEvent =
  | { type: "seen"; sight: Sight }
  | { type: "decided"; decision: Decision; durationUs: number }
  /** The keychain's answer. Where there is a secret, the shell holds it. */
  | { type: "fetched"; promptId: PromptId }
  | { type: "not_fetched"; promptId: PromptId; why: string; advice: string }
  | { type: "recorded" }
  | { type: "not_recorded"; why: string }
  | { type: "typed" }
  /** `bytes`: how many were to be typed. */
  | {
      type: "not_typed";
      why: string;
      outcome: Extract<PromptOutcome, "withdrawn" | "expired">;
      bytes: number;
    }
  | { type: "effect_timeout" }
  /** The person has confirmed what was suggested. */
  | { type: "confirmed" }
  /** A person has answered from elsewhere. `meaning`: for the record; null where it is kept out of it. */
  | {
      type: "answered";
      promptId: PromptId;
      by: Actor;
      keys: Exclude<Keystrokes, { how: "impossible" }>;
      meaning: string | null;
    }
  /** A key of the person at the terminal has gone to the tool. */
  | { type: "person_typed"; keys?: Uint8Array }
  /** The screen has told for a while whether the tool asks before it acts. */
  | { type: "asks_seen"; asks: "yes" | "no" }
  /** With no prompt in sight, the screen and what the tool announces have told different things for a while. */
  | { type: "disagreed"; screen: string; announced: string }
  | { type: "exited" };

export type Effect =
  | { do: "decide"; prompt: Prompt }
  /** Make the drafts durable; failure is remembered and tried again with the next, nothing waits for it. */
  | { do: "record"; drafts: EntryDraft[] }
  /** Make drafts and the injection durable and claim the prompt; answer with `recorded` or `not_recorded`. */
  | {
      do: "record_reply";
      drafts: EntryDraft[];
      promptId: PromptId;
      by: Actor;
      bytes: number;
      as: Reply["keys"]["how"];
    }
  /** Check once more and type; answer with `typed` or `not_typed`. */
  | { do: "type"; by: Actor; bytes: Uint8Array; promptId: PromptId }
  /** Ask the keychain for this entry; answer with `fetched` or `not_fetched`, in some turn to come. */
  | { do: "fetch_secret"; entry: string; promptId: PromptId }
  /** As `type`, with the secret that was fetched: no state and no effect ever holds it. */
  | { do: "type_secret"; promptId: PromptId }
  /** Call back with `effect_timeout`; a later timer replaces an earlier one, leaving the state cancels it. */
  | { do: "effect_timer"; ms: number }
  /** Nobody can answer and refusing has no key: the tool has to end. */
  | { do: "end_tool"; why: string }
  /** Something that the person should know of. */
  | { do: "tell_person"; line: string }
  /** A person is wanted: tell them. */
  | { do: "call_person"; prompt: Prompt; reason: string };

/** Fixed for a session's life. */
export type StepSettings = {
  mode: AutonomyMode;
  /** There is no person: what would be escalated is denied. */
  headless: boolean;
  /** There is a person who can be shown what policy suggests. */
  suggests?: boolean;
};

/** What `session.ended` counts. */
export type Tally = { prompts: number; answered: number; escalated: number };

export type SessionState = {
  stage: State;
  tally: Tally;
  /** The question that was refused last for want of a person, and how often in a row. */
  refused?: { fingerprint: string; times: number };
  /** Whether the tool asks before it acts, as far as is known. */
  asks: Asking;
};

export type Step = { state: SessionState; effects: Effect[] };
