/** Proves the session machine over any history: what may be typed, and that every prompt ends once. */
import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { type PromptId, promptId } from "../../contracts/ids.ts";
import type { EntryDraft } from "../../contracts/trace.ts";
import type { SessionEvent, StepSettings } from "./state.ts";
import {
  decision,
  gone,
  highlighted,
  lends,
  menu,
  pending,
  secret,
  yesNo,
} from "./step.example.ts";
import { initialState, step } from "./step.ts";

test("over any history: never more typed than was recorded, nothing after the person's key, nothing into what is doubted, each prompt closed once", () => {
  const event = fc.constantFrom<SessionEvent["type"] | "gone" | "same">(
    "gone",
    "same",
    "seen",
    "decided",
    "fetched",
    "not_fetched",
    "recorded",
    "not_recorded",
    "typed",
    "not_typed",
    "effect_timeout",
    "person_typed",
    "confirmed",
    "answered",
    "asks_seen",
    "disagreed",
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(event, fc.nat(9)), { maxLength: 60 }),
      fc.boolean(),
      (script, alone) => {
        check(script, { mode: "full", headless: alone });
        check(script, { mode: "assist", headless: alone, suggests: true });
      },
    ),
    { numRuns: 2_000 },
  );
});

type Script = (readonly [SessionEvent["type"] | "gone" | "same", number])[];

function check(script: Script, settings: StepSettings): void {
  let state = initialState;
  let count = 0;
  /** How many bytes of each recorded reply may still be typed. */
  const claimed = new Map<string, number>();
  /** Replies that are secrets, recorded and not yet typed. */
  const lent = new Set<string>();
  const doubted = new Set<string>();
  /** Prompts into which the person has pressed a key. */
  const taken = new Set<string>();
  const opened = new Set<string>();
  const closed = new Set<string>();
  const note = (drafts: EntryDraft[]): void => {
    for (const draft of drafts) {
      if (draft.kind === "prompt.detected") opened.add(draft.data.prompt_id);
      if (draft.kind !== "prompt.closed") continue;
      expect(closed.has(draft.data.prompt_id)).toBe(false);
      expect(opened.has(draft.data.prompt_id)).toBe(true);
      closed.add(draft.data.prompt_id);
    }
  };
  const feed = (event: SessionEvent): void => {
    const { stage } = state;
    // Nothing was claimed: it may be answered by another.
    if (event.type === "not_recorded" && stage.name === "recording")
      claimed.delete(stage.pending.id);
    const theirs = ["asking", "steering", "fetching"].includes(stage.name);
    if (event.type === "person_typed" && theirs && "pending" in stage) taken.add(stage.pending.id);
    const next = step(state, event, settings);
    state = next.state;
    for (const effect of next.effects) {
      if (effect.do === "record") note(effect.drafts);
      if (effect.do === "record_reply") {
        note(effect.drafts);
        // What is only suggested nobody types but by the person's word.
        const isTheirs = event.type === "confirmed" && effect.by === "terminal";
        const isFromElsewhere = event.type === "answered" && effect.by === "cli";
        const isPolicys = effect.by === "policy" && (settings.mode === "full" || settings.headless);
        expect(isPolicys || isFromElsewhere || (isTheirs && settings.mode === "assist")).toBe(true);
        expect(claimed.has(effect.promptId)).toBe(false);
        expect(doubted.has(effect.promptId)).toBe(false);
        claimed.set(effect.promptId, effect.bytes);
        if (effect.as === "secret") lent.add(effect.promptId);
      }
      if (effect.do === "type_secret") {
        expect(lent.delete(effect.promptId)).toBe(true);
        expect(closed.has(effect.promptId)).toBe(false);
        expect(taken.has(effect.promptId)).toBe(false);
      }
      if (effect.do === "type") {
        const left = (claimed.get(effect.promptId) ?? 0) - effect.bytes.length;
        expect(left).toBeGreaterThanOrEqual(0);
        expect(closed.has(effect.promptId)).toBe(false);
        expect(taken.has(effect.promptId)).toBe(false);
        claimed.set(effect.promptId, left);
      }
    }
  };
  for (const [name, n] of script) {
    if (name === "seen") {
      count += 1;
      const id = idOf(count);
      const shown = n % 3 === 0 ? secret : n % 3 === 1 ? menu : yesNo;
      const doubtful = n === 7 ? { doubt: { why: "doubtful" } } : {};
      const met = { ...pending(shown), id, ...doubtful };
      if (n === 7) doubted.add(id);
      const flags = { personTyping: n === 9, repeated: n === 8 };
      feed({ type: "seen", sight: { what: "new", pending: met, ...flags } });
    } else if (name === "fetched" || name === "not_fetched") {
      // Sometimes an answer that comes too late, for an earlier prompt.
      const asked = idOf(n < 3 ? count - 1 : count);
      feed({ type: name, promptId: asked, why: "locked", advice: "unlock it" });
    } else if (name === "answered") feed(answeredFor(idOf(n < 3 ? count - 1 : count), n));
    else feed(made(name, n));
  }
  feed({ type: "exited" });
  expect([...closed].toSorted()).toEqual([...opened].toSorted());
}

function idOf(count: number) {
  const last = String(Math.max(0, count)).padStart(12, "0");
  return promptId.parse(`01890000-0000-7000-8000-${last}`);
}

/** From another terminal, sometimes for an earlier prompt. */
function answeredFor(id: PromptId, n: number): SessionEvent {
  const keys = { how: "type", bytes: Uint8Array.of(0x79, 0x0d) } as const;
  return { type: "answered", promptId: id, by: "cli", keys, meaning: n % 2 === 0 ? "y" : null };
}

function made(
  name: Exclude<Script[number][0], "seen" | "answered" | "fetched" | "not_fetched">,
  n: number,
): SessionEvent {
  const actions = ["auto_reply", "deny", "require_human", "notify_only"] as const;
  switch (name) {
    case "gone":
      return gone;
    case "same":
      return { type: "seen", sight: { what: "same", prompt: highlighted(n % 3) } };
    case "decided":
      return n > 7 ? lends : decision(actions[n % 4] ?? "deny", ["y", "Blue", "text"][n % 3]);
    case "not_recorded":
      return { type: "not_recorded", why: "disk" };
    case "not_typed":
      return {
        type: "not_typed",
        why: "changed",
        outcome: n % 2 === 0 ? "withdrawn" : "expired",
        bytes: 1,
      };
    case "asks_seen":
      return { type: name, asks: n % 2 === 0 ? "yes" : "no" };
    case "disagreed":
      return { type: name, screen: "idle", announced: "working" };
    case "recorded":
    case "typed":
    case "effect_timeout":
    case "person_typed":
    case "confirmed":
    case "exited":
      return { type: name };
  }
}
