/** Proves the session machine: what is recorded before what is typed, and how every prompt ends. */
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import type { Decision } from "../../contracts/decision.ts";
import { promptId } from "../../contracts/ids.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import type { EntryDraft } from "../../contracts/trace.ts";
import type { Effect, Pending, SessionEvent, SessionState, StepSettings } from "./state.ts";
import { initialState, step } from "./step.ts";

const full: StepSettings = { mode: "full", headless: false };
const headless: StepSettings = { mode: "full", headless: true };

const ids = [1, 2, 3].map((n) => promptId.parse(`01890000-0000-7000-8000-00000000000${n}`));

const yesNo: Prompt = {
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
const secret: Prompt = { ...yesNo, kind: "password", question: "Password:", options: [] };

function pending(prompt: Prompt, n = 0): Pending {
  const id = ids[n];
  if (id === undefined) throw new Error("not so many ids");
  const encoding = { bracketedPaste: false, canonical: true, applicationCursorKeys: false };
  return { id, prompt, encoding };
}

function decision(action: Decision["action"], value: string | null = null): SessionEvent {
  const policy_hash = "a".repeat(64);
  const rest = { reason: "because", risk: "low" as const, risk_factors: [], policy_hash };
  return { type: "decided", decision: { action, value, rule_id: "r", ...rest }, durationUs: 5 };
}

const met = (prompt: Prompt, n = 0, personTyping = false): SessionEvent => ({
  type: "seen",
  sight: { what: "new", pending: pending(prompt, n), personTyping, repeated: false },
});
const gone: SessionEvent = { type: "seen", sight: { what: "nothing" } };
const same: SessionEvent = { type: "seen", sight: { what: "same", prompt: yesNo } };

function play(events: SessionEvent[], settings = full): { state: SessionState; told: string[] } {
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
  return draft.kind === "prompt.closed" ? `closed ${draft.data.outcome}` : draft.kind;
}

const yes = decision("auto_reply", "y");

describe("an automatic reply", () => {
  test("is recorded, then typed, then confirmed by the prompt's leaving", () => {
    const { told, state } = play([met(yesNo), yes, { type: "recorded" }, { type: "typed" }, gone]);
    expect(told).toEqual([
      "decide",
      "prompt.detected",
      "decision.made",
      "claim+reply.injected",
      'type "y\\r"',
      "effect_timer",
      "closed answered",
    ]);
    expect(state.tally).toEqual({ prompts: 1, answered: 1, escalated: 0 });
  });

  test("that could not be recorded is not typed; the person is asked", () => {
    const { told, state } = play([met(yesNo), yes, { type: "not_recorded", why: "disk full" }]);
    expect(told.some((line) => line.startsWith("type"))).toBe(false);
    expect(told).toContain("call_person");
    expect(state.stage.name).toBe("asking");
  });

  test("is not given while the person types", () => {
    const { told } = play([met(yesNo, 0, true), yes]);
    expect(told).toContain("prompt.escalated");
    expect(told).not.toContain("claim+reply.injected");
  });

  test("without effect is never typed again; it closes as no_effect and stays the person's", () => {
    const { told, state } = play([
      met(yesNo),
      yes,
      { type: "recorded" },
      { type: "typed" },
      { type: "effect_timeout" },
      same,
      same,
    ]);
    expect(told.filter((line) => line.startsWith("type"))).toHaveLength(1);
    expect(told).toContain("closed no_effect");
    expect(state.stage.name).toBe("lingering");
  });

  test("is not repeated, nor a refusal typed, into what cannot be told from the answered prompt", () => {
    const again: SessionEvent = {
      type: "seen",
      sight: { what: "new", pending: pending(yesNo, 1), personTyping: false, repeated: true },
    };
    const answered: SessionEvent[] = [met(yesNo), yes, { type: "recorded" }, { type: "typed" }];
    const attended = play([...answered, gone, again]);
    expect(attended.told.filter((line) => line.startsWith("type"))).toHaveLength(1);
    expect(attended.state.stage.name).toBe("asking");
    const alone = play([...answered, gone, again], headless);
    expect(alone.told.filter((line) => line.startsWith("type"))).toHaveLength(1);
    expect(alone.told.at(-1)).toBe("end_tool");
  });

  test("forbidden by the last look closes as withdrawn", () => {
    const { told } = play([
      met(yesNo),
      yes,
      { type: "recorded" },
      { type: "not_typed", why: "changed", outcome: "withdrawn" },
    ]);
    expect(told.at(-1)).toBe("closed withdrawn");
  });

  test("gives way to the next prompt at once when that follows without a gap", () => {
    const { told } = play([
      met(yesNo),
      yes,
      { type: "recorded" },
      { type: "typed" },
      met(yesNo, 1),
    ]);
    expect(told.slice(-2)).toEqual(["closed answered", "decide"]);
  });

  test("to a secret is impossible: the person is asked", () => {
    const { told, state } = play([met(secret), decision("auto_reply", "hunter2")]);
    expect(told).toContain("call_person");
    expect(state.stage.name).toBe("asking");
  });
});

describe("a person", () => {
  test("who answered is recorded as the one who did", () => {
    const { told } = play([met(yesNo), decision("require_human"), { type: "person_typed" }, gone]);
    expect(told.slice(-2)).toEqual(["reply.received", "closed person"]);
  });

  test("who typed nothing did not answer: the tool withdrew its prompt", () => {
    const { told } = play([met(yesNo), decision("require_human"), gone]);
    expect(told.at(-1)).toBe("closed withdrawn");
  });

  test("is asked in mode off without any decision, and in assist with a suggestion", () => {
    expect(play([met(yesNo)], { mode: "off", headless: false }).told).toEqual([
      "prompt.detected",
      "prompt.escalated",
      "call_person",
    ]);
    const assisted = play([met(yesNo), yes], { mode: "assist", headless: false });
    expect(assisted.told).toContain("decision.made");
    expect(assisted.state.stage.name).toBe("asking");
  });
});

test("a person who moves in a menu that is being steered takes it over: no further key of ours", () => {
  const menu: Prompt = {
    ...yesNo,
    kind: "multiple_choice",
    options: ["Red", "Green", "Blue"].map((label, at) => ({
      label,
      key: null,
      meaning: null,
      selected: at === 0,
      checked: null,
    })),
  };
  const shown: SessionEvent = { type: "seen", sight: { what: "same", prompt: menu } };
  const { told, state } = play([
    met(menu),
    decision("auto_reply", "Blue"),
    { type: "recorded" },
    { type: "person_typed" },
    shown,
    shown,
    gone,
  ]);
  expect(told.filter((line) => line.startsWith("type"))).toHaveLength(1);
  expect(told.at(-1)).toBe("closed person");
  expect(state.stage.name).toBe("watching");
});

describe("headless", () => {
  test("what would be escalated is denied by the prompt's own refusal", () => {
    const { told } = play(
      [met(yesNo), decision("require_human"), { type: "recorded" }, { type: "typed" }, gone],
      headless,
    );
    expect(told).toContain('type "n\\r"');
    expect(told.at(-1)).toBe("closed denied");
  });

  test("a prompt without a refusal ends the tool", () => {
    const { told } = play([met(secret), decision("require_human")], headless);
    expect(told.slice(-2)).toEqual(["closed denied", "end_tool"]);
  });

  test("never leaves anybody to be asked, whatever the mode", () => {
    for (const mode of ["off", "assist", "full"] as const) {
      const { told } = play([met(yesNo), yes], { mode, headless: true });
      expect(told).not.toContain("call_person");
    }
  });
});

test("the end of the tool closes what was pending as what it was", () => {
  const asked = [met(yesNo), decision("require_human")];
  expect(play([...asked, { type: "exited" }]).told.at(-1)).toBe("closed session_ended");
  expect(play([...asked, { type: "person_typed" }, { type: "exited" }]).told.at(-1)).toBe(
    "closed person",
  );
  const replied: SessionEvent[] = [met(yesNo), yes, { type: "recorded" }, { type: "typed" }];
  expect(play([...replied, { type: "exited" }]).told.at(-1)).toBe("closed answered");
});

test("over any history: typed only after its claim, at most once a prompt, each prompt closed once", () => {
  const event = fc.constantFrom<SessionEvent["type"] | "gone" | "same">(
    "gone",
    "same",
    "seen",
    "decided",
    "recorded",
    "not_recorded",
    "typed",
    "not_typed",
    "effect_timeout",
    "person_typed",
    "asks_seen",
    "disagreed",
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(event, fc.nat(9)), { maxLength: 60 }),
      fc.boolean(),
      (script, alone) => {
        check(script, { mode: "full", headless: alone });
      },
    ),
    { numRuns: 2_000 },
  );
});

type Script = (readonly [SessionEvent["type"] | "gone" | "same", number])[];

function check(script: Script, settings: StepSettings): void {
  let state = initialState;
  let count = 0;
  const claimed = new Set<string>();
  const typedInto = new Set<string>();
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
    const next = step(state, event, settings);
    state = next.state;
    for (const effect of next.effects) {
      if (effect.do === "record") note(effect.drafts);
      if (effect.do === "record_reply") {
        note(effect.drafts);
        expect(claimed.has(effect.promptId)).toBe(false);
        claimed.add(effect.promptId);
      }
      if (effect.do === "type") {
        expect(claimed.has(effect.promptId)).toBe(true);
        expect(typedInto.has(effect.promptId)).toBe(false);
        typedInto.add(effect.promptId);
      }
    }
  };
  for (const [name, n] of script) {
    if (name === "seen") {
      count += 1;
      const id = promptId.parse(`01890000-0000-7000-8000-${String(count).padStart(12, "0")}`);
      const shown = n % 3 === 0 ? secret : yesNo;
      const met = { ...pending(shown), id };
      const flags = { personTyping: n === 9, repeated: n === 8 };
      feed({ type: "seen", sight: { what: "new", pending: met, ...flags } });
    } else feed(made(name, n));
  }
  feed({ type: "exited" });
  expect([...closed].toSorted()).toEqual([...opened].toSorted());
}

function made(name: Exclude<Script[number][0], "seen">, n: number): SessionEvent {
  const actions = ["auto_reply", "deny", "require_human", "notify_only"] as const;
  switch (name) {
    case "gone":
      return gone;
    case "same":
      return same;
    case "decided":
      return decision(actions[n % 4] ?? "deny", n % 2 === 0 ? "y" : "text");
    case "not_recorded":
      return { type: "not_recorded", why: "disk" };
    case "not_typed":
      return { type: "not_typed", why: "changed", outcome: n % 2 === 0 ? "withdrawn" : "expired" };
    case "asks_seen":
      return { type: name, asks: n % 2 === 0 ? "yes" : "no" };
    case "disagreed":
      return { type: name, screen: "idle", announced: "working" };
    case "recorded":
    case "typed":
    case "effect_timeout":
    case "person_typed":
    case "exited":
      return { type: name };
  }
}
