/** Proves the session machine: what is recorded before what is typed, and how every prompt ends. */
import { describe, expect, test } from "bun:test";
import { limits } from "../../contracts/limits.ts";
import { sha256Hex } from "../../contracts/ids.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import type { Effect, SessionEvent, SessionState } from "./state.ts";
import {
  decision,
  full,
  gone,
  headless,
  highlighted,
  lends,
  menu,
  met,
  pending,
  play,
  same,
  secret,
  yes,
  yesNo,
} from "./step.example.ts";
import { initialState, step } from "./step.ts";

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

  test("that refuses is not typed either where it is not sure that anybody asks", () => {
    const unsure = { ...yesNo, confidence: "low" as const };
    const attended = play([met(unsure), decision("deny")]);
    expect(attended.state.stage.name).toBe("asking");
    for (const action of ["deny", "require_human"] as const) {
      const alone = play([met(unsure), decision(action)], headless);
      expect(alone.told.filter((line) => line.startsWith("type"))).toEqual([]);
      expect(alone.told.at(-1)).toBe("end_tool");
    }
  });

  test("forbidden by the last look closes as withdrawn", () => {
    const { told } = play([
      met(yesNo),
      yes,
      { type: "recorded" },
      { type: "not_typed", why: "changed", outcome: "withdrawn", bytes: 2 },
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

const showing = (selected: number): SessionEvent => ({
  type: "seen",
  sight: { what: "same", prompt: highlighted(selected) },
});

test("a menu is steered within what was recorded, and what was typed is told at its end", () => {
  const script: SessionEvent[] = [met(menu), decision("auto_reply", "Blue"), { type: "recorded" }];
  const steered = play([...script, showing(0), showing(1), showing(2), { type: "typed" }, gone]);
  expect(steered.told).toEqual([
    "decide",
    "prompt.detected",
    "decision.made",
    "claim+reply.injected",
    'type "\\u001b[B"',
    "effect_timer",
    'type "\\u001b[B"',
    "effect_timer",
    'type "\\r"',
    "effect_timer",
    "closed answered 7 bytes",
  ]);
  const lost = play([...script, showing(0), { type: "effect_timeout" }]);
  expect(lost.told.at(-2)).toBe("closed no_effect 3 bytes");
});

test("a person who moves in a menu that is being steered takes it over: no further key of ours", () => {
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
  expect(told.at(-1)).toBe("closed person 3 bytes");
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

  test("one question that comes back after every refusal ends the tool, but only with nobody there", () => {
    const refusal = [decision("deny"), { type: "recorded" }, { type: "typed" }, gone] as const;
    const asked = (prompt: Prompt) => [met(prompt), ...refusal];
    const often = Array.from({ length: limits.refusalsMax + 1 }, () => asked(yesNo)).flat();
    expect(play(often, headless).told.slice(-2)).toEqual(["closed denied", "end_tool"]);
    expect(play(often.slice(asked(yesNo).length), headless).told).not.toContain("end_tool");
    expect(play(often, full).told).not.toContain("end_tool");
    const other = { ...yesNo, fingerprint: sha256Hex.parse("f".repeat(64)) };
    const parted = [...often.slice(asked(yesNo).length), ...asked(other), ...asked(yesNo)];
    expect(play(parted, headless).told).not.toContain("end_tool");
  });

  test("never leaves anybody to be asked, whatever the mode", () => {
    for (const mode of ["off", "assist", "full"] as const) {
      const { told } = play([met(yesNo), yes], { mode, headless: true });
      expect(told).not.toContain("call_person");
    }
  });
});

describe("a prompt that may not be what it seems", () => {
  const doubted: SessionEvent = {
    type: "seen",
    sight: {
      what: "new",
      pending: {
        ...pending(yesNo),
        doubt: { why: "odd", disagreed: { screen: "waiting", announced: "working" } },
      },
      personTyping: false,
      repeated: false,
    },
  };

  test("is a person's, whatever policy says, and the disagreement is recorded with it", () => {
    for (const action of ["auto_reply", "deny"] as const) {
      const { told, state } = play([doubted, decision(action, "y")]);
      expect(told).toEqual([
        "decide",
        "prompt.detected",
        "detector.disagreed",
        "decision.made",
        "prompt.escalated",
        "call_person",
      ]);
      expect(state.stage.name).toBe("asking");
    }
  });

  test("gets no key where there is nobody either: the tool ends", () => {
    const { told } = play([doubted, decision("deny")], headless);
    expect(told.slice(-2)).toEqual(["closed denied", "end_tool"]);
  });
});

test("that the tool stops asking is an entry and a word to the person, once for each change", () => {
  const asks = (seen: "yes" | "no"): SessionEvent => ({ type: "asks_seen", asks: seen });
  const { told } = play([asks("yes"), asks("yes"), asks("no"), asks("no"), asks("yes")]);
  expect(told).toEqual([
    "asking.changed",
    "asking.changed",
    "tell_person",
    "asking.changed",
    "tell_person",
  ]);
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

test("a refusal counts as no answer, whether its tool goes on or ends of it", () => {
  const refused: SessionEvent[] = [
    met(yesNo),
    decision("deny"),
    { type: "recorded" },
    { type: "typed" },
  ];
  for (const end of [gone, { type: "exited" }] as const) {
    const { told, state } = play([...refused, end]);
    expect(told.at(-1)).toBe("closed denied");
    expect(state.tally).toEqual({ prompts: 1, answered: 0, escalated: 0 });
  }
});

describe("a secret as the reply", () => {
  const start = [met(secret), lends];
  const had: SessionEvent = { type: "fetched", promptId: pending(secret).id };
  const not: SessionEvent = {
    type: "not_fetched",
    promptId: pending(secret).id,
    why: "the keychain is locked",
    advice: "unlock it",
  };
  const fetching = ["decide", "prompt.detected", "decision.made", "fetch_secret"];

  test("is fetched once decided, then recorded, then typed, and is in no effect", () => {
    const { told, state } = play([...start, had, { type: "recorded" }, { type: "typed" }, gone]);
    expect(told).toEqual([
      ...fetching,
      "claim+reply.injected",
      "type_secret",
      "effect_timer",
      "closed answered",
    ]);
    expect(state.tally).toEqual({ prompts: 1, answered: 1, escalated: 0 });
  });

  test("is recorded by its entry's name as content, and by no length", () => {
    let state: SessionState = initialState;
    const effects: Effect[] = [];
    for (const event of [...start, had]) {
      const next = step(state, event, full);
      state = next.state;
      effects.push(...next.effects);
    }
    const drafts = effects.flatMap((effect) => (effect.do === "record" ? effect.drafts : []));
    const made = drafts.find(({ kind }) => kind === "decision.made");
    expect(made).toMatchObject({ content: { secret: "work.key" } });
    expect(JSON.stringify(made?.data)).not.toContain("work.key");
    expect(effects).toContainEqual(
      expect.objectContaining({ do: "record_reply", bytes: 0, as: "secret" }),
    );
  });

  test("that cannot be had is a person's, who is told why; with nobody there the tool ends", () => {
    expect(play([...start, not]).told).toEqual([
      ...fetching,
      "prompt.escalated",
      "call_person",
      "tell_person",
    ]);
    expect(play([...start, not], headless).told).toContain("end_tool");
  });

  test("is not typed once the prompt has gone, the person has typed, or the tool has ended", () => {
    for (const event of [gone, { type: "person_typed" }, { type: "exited" }] as const) {
      const { told } = play([...start, event, had, { type: "recorded" }]);
      expect(told).not.toContain("claim+reply.injected");
      expect(told).not.toContain("type_secret");
    }
  });

  test("that comes for another prompt than is asked now is not typed into that", () => {
    const { told } = play([...start, gone, met(secret, 1), lends, had]);
    expect(told).not.toContain("claim+reply.injected");
  });
});
