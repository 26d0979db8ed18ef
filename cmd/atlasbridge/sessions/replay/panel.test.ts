/** What the last rows say while a recording plays, and which part of a larger one is shown. */
import { expect, test } from "bun:test";
import { examplePromptId } from "../../../../contracts/examples.ts";
import type { PromptTimeline } from "../../../../contracts/views.ts";
import { type PanelFacts, panelOf, typed } from "./panel.ts";
import { windowOf } from "./window.ts";

const prompt: PromptTimeline = {
  ...{ prompt_id: examplePromptId, detected_at: 1, prompt_kind: "yes_no", confidence: "high" },
  ...{ question: "Continue?", escalated_at: null },
  decision: { action: "auto_reply", rule_id: "continue", reason: "it matched\u001b[6n", at: 2 },
  reply: { by: "policy", bytes: 2, latency_ms: 1.25, at: 3 },
  closed: { outcome: "answered", reason: null, typed: true, at: 4 },
};

const facts: PanelFacts = {
  ...{ playedMs: 1_500, prompts: [prompt], sizes: null, columns: 60, hasRoom: false },
  state: {
    doing: "standing",
    prompt: { kind: "prompt", id: examplePromptId, seq: 3, atMs: 1_500 },
  },
};

const rows = (given: Partial<PanelFacts>): string[] =>
  panelOf({ ...facts, ...given }).map((row) => row.replace("\u001b[7m", "").trimEnd());

test("at a prompt: which it is, what was decided and by which rule, what was typed, and the keys", () => {
  expect(rows({ columns: 100 })).toEqual([
    ` prompt 1 of 1 · yes_no, high · ${examplePromptId}`,
    " auto_reply by rule continue: it matched␛[6n",
    " 2 bytes typed by policy, 1.3 ms after the last output · answered",
    " ⏸ 1.5 s · Enter goes on, . steps, n next prompt, q ends",
  ]);
  expect(panelOf(facts).every((row) => Bun.stringWidth(row) === 60)).toBe(true);
  const unknown = { kind: "prompt", id: "other", atMs: 0 } as const;
  expect(rows({ state: { doing: "standing", prompt: unknown } })[0]).toContain("says nothing");
});

test("while it plays nothing covers the recording, unless there is room or something is cut off", () => {
  expect(rows({ state: { doing: "playing" } })).toEqual([]);
  const sizes = { recorded: "100×30", terminal: "60×24" };
  expect(rows({ state: { doing: "playing" }, sizes, hasRoom: true })).toEqual([
    " ▶ 1.5 s · space stands still, n next prompt, q ends",
    " recorded at 100×30, your terminal is 60×24: a part is shown",
  ]);
  expect(rows({ state: { doing: "over", cut: "disk_full" } })[0]).toContain("cut off (disk_full)");
});

test("who answered is told where policy did not", () => {
  const closed = { outcome: "person", reason: null, typed: null, at: 4 } as const;
  expect(typed({ ...prompt, reply: null, escalated_at: 2, closed })).toBe(
    "a person was asked · answered at the keyboard",
  );
  expect(typed({ ...prompt, reply: null, closed: null })).toBe("still open");
});

test("the part with the cursor is shown, from the top left as far as that goes", () => {
  const at = (x: number, y: number) =>
    windowOf({ cols: 100, rows: 40, cursor: { x, y, visible: true } }, { cols: 80, rows: 24 });
  expect(at(0, 0)).toEqual({ top: 0, rows: 24, start: 0, end: 80 });
  expect(at(79, 23)).toEqual({ top: 0, rows: 24, start: 0, end: 80 });
  expect(at(80, 24)).toEqual({ top: 1, rows: 24, start: 1, end: 81 });
  expect(at(100, 39)).toEqual({ top: 16, rows: 24, start: 20, end: 100 });
  const small = { cols: 20, rows: 5, cursor: { x: 3, y: 1, visible: true } };
  expect(windowOf(small, { cols: 80, rows: 24 })).toEqual({ top: 0, rows: 5, start: 0, end: 20 });
});
