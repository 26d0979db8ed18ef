/** What entries tell in the light of those before: every story that cannot have been lived is told at its entry. */
import { expect, test } from "bun:test";
import { Story } from "./story.ts";

/** One entry: its kind, its session, and the prompt that it is about. */
type Told = [kind: string, session: string | null, prompt?: string];
type Case = { tells: (Told | "gap")[]; faults: string[]; claims?: [string, number][] };

const started: Told = ["session.started", "s"];
const ended: Told = ["session.ended", "s"];
const detected: Told = ["prompt.detected", "s", "p"];
const injected: Told = ["reply.injected", "s", "p"];
const closed: Told = ["prompt.closed", "s", "p"];

/** A gap takes no number here. Entries are numbered from 1. */
const cases: Record<string, Case> = {
  "a whole session": {
    tells: [started, detected, injected, closed, ended],
    claims: [["p", 3]],
    faults: [],
  },
  "a prompt that is open yet": { tells: [started, detected], faults: [] },
  "a prompt without a session, left open": {
    tells: [["prompt.detected", null, "p"], started, ended],
    faults: [],
  },
  "entries that are about no prompt, or tell nothing of it": {
    tells: [
      started,
      ["prompt.closed", "s"],
      ["reply.injected", "s"],
      ["prompt.detected", "s"],
      ["decision.made", "s", "p"],
      ["prompt.escalated", "s", "p"],
    ],
    faults: [],
  },
  "two sessions, one of them at work": {
    tells: [started, ["session.started", "t"], ["prompt.detected", "t", "q"], ended],
    faults: [],
  },
  "a session without an id": {
    tells: [
      ["session.started", null],
      ["session.ended", null],
    ],
    faults: [
      "session entry 1: a session started without an id",
      "session entry 2: session (none) ended but never started",
    ],
  },
  "a session that starts twice": {
    tells: [started, started],
    faults: ["session entry 2: session s started twice"],
  },
  "a session that starts again after its end": {
    tells: [started, ended, started],
    faults: ["session entry 3: session s started twice"],
  },
  "a session that never started": {
    tells: [ended],
    faults: ["session entry 1: session s ended but never started"],
  },
  "a session that ends twice": {
    tells: [started, ended, ended],
    faults: ["ended_twice entry 3: session s had ended already in entry 2"],
  },
  "a prompt that is met twice": {
    tells: [detected, detected],
    faults: ["prompt entry 2: prompt p was detected twice"],
  },
  "a reply to a prompt that was never met": {
    tells: [injected],
    faults: ["prompt entry 1: prompt p was never detected"],
  },
  "the end of a prompt that was never met": {
    tells: [closed],
    faults: ["prompt entry 1: prompt p was never detected"],
  },
  "two replies": {
    tells: [detected, injected, injected],
    claims: [["p", 2]],
    faults: ["injected_twice entry 3: prompt p had its reply already in entry 2"],
  },
  "two ends of one prompt": {
    tells: [detected, closed, closed],
    faults: ["closed_twice entry 3: prompt p was closed already in entry 2"],
  },
  "a reply after the end": {
    tells: [detected, closed, injected],
    claims: [["p", 3]],
    faults: ["prompt entry 3: prompt p got a reply after it was closed in entry 2"],
  },
  "a prompt that its session left open": {
    tells: [started, detected, ["prompt.detected", "s", "q"], closed, ended],
    faults: ["not_closed entry 5: the session ended and its prompt q was never closed"],
  },
  "a reply without a claim": {
    tells: [detected, injected],
    claims: [],
    faults: ["claim_mismatch entry 2: the reply to prompt p has no claim"],
  },
  "a claim of another entry than the reply": {
    tells: [detected, injected],
    claims: [["p", 1]],
    faults: ["claim_mismatch entry 1: prompt p is claimed by entry 1, which is not its reply"],
  },
  "a claim of a prompt that was never met": {
    tells: [detected],
    claims: [["q", 1]],
    faults: ["claim_mismatch entry 1: prompt q is claimed by entry 1, which is not its reply"],
  },
  "a claim of the entry that was removed behind the last": {
    tells: [detected],
    claims: [["p", 2]],
    faults: [
      "claim_mismatch entry 2: a claim names entry 2, which is not there: entries after 1 were removed",
    ],
  },
  "behind a gap, what may have begun in it": {
    tells: [
      "gap",
      ended,
      injected,
      ["prompt.closed", "s", "q"],
      ["reply.injected", "s", "r"],
      closed,
    ],
    claims: [
      ["p", 2],
      ["r", 4],
    ],
    faults: [],
  },
  "behind a gap, what cannot be right wherever it began": {
    tells: [
      "gap",
      ended,
      ended,
      injected,
      injected,
      ["prompt.closed", "s", "q"],
      ["prompt.closed", "s", "q"],
      ["session.ended", null],
    ],
    claims: [["p", 3]],
    faults: [
      "ended_twice entry 2: session s had ended already in entry 1",
      "injected_twice entry 4: prompt p had its reply already in entry 3",
      "closed_twice entry 6: prompt q was closed already in entry 5",
      "session entry 7: session (none) ended but never started",
    ],
  },
  "behind a gap, what was known before it": {
    tells: [started, detected, injected, "gap", injected, closed, ended],
    claims: [["p", 3]],
    faults: ["injected_twice entry 4: prompt p had its reply already in entry 3"],
  },
};

function told(tells: Case["tells"]): { story: Story; faults: string[]; checked: number } {
  const story = new Story();
  const faults: string[] = [];
  let checked = 0;
  for (const one of tells) {
    if (one === "gap") story.skip();
    else {
      checked += 1;
      const [kind, session_id, prompt = null] = one;
      const found = story.tell({ seq: checked, kind, session_id }, prompt);
      faults.push(...found.map(({ fault, message }) => `${fault} ${message}`));
      // Each message says where; the number beside it has to be the same.
      expect(found.map(({ seq }) => seq)).toEqual(found.map(() => checked));
    }
  }
  return { story, faults, checked };
}

const claimRows = (claims: [string, number][]) =>
  claims.map(([prompt_id, seq]) => ({ prompt_id, seq }));

for (const [name, { tells, faults, claims = [] }] of Object.entries(cases)) {
  test(`${name}: ${faults.length === 0 ? "nothing wrong" : "told"}`, () => {
    const { story, faults: found, checked } = told(tells);
    const atEnd = story.finish(claimRows(claims), { checked, newest: checked });
    for (const { seq, message } of atEnd) expect(message).toStartWith(`entry ${seq}: `);
    expect([...found, ...atEnd.map(({ fault, message }) => `${fault} ${message}`)]).toEqual(faults);
  });
}

test("a claim made while we were reading is not held against the trace, one beyond its head is", () => {
  const { story } = told([detected]);
  const seen = { checked: 1, newest: 3 };
  expect(
    story.finish(
      claimRows([
        ["p", 2],
        ["q", 3],
      ]),
      seen,
    ),
  ).toEqual([]);
  expect(story.finish(claimRows([["p", 4]]), seen)).toMatchObject([
    { seq: 2, fault: "claim_mismatch" },
  ]);
});

test("what was met is counted, once each, and who has no end is known", () => {
  const other: Told = ["session.started", "t"];
  const { story } = told([started, started, other, detected, detected, injected, injected, ended]);
  const { sessions, prompts, replies, open } = story;
  expect({ sessions, prompts, replies }).toEqual({ sessions: 2, prompts: 1, replies: 2 });
  expect([...open]).toEqual([["t", 3]]);
});
