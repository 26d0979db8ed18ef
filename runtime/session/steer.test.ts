/** Proves that a menu is steered by what the screen shows, one step at a time. */
import { expect, test } from "bun:test";
import { promptId } from "../../contracts/ids.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import type { State } from "./state.ts";
import { steer } from "./steer.ts";

function menu(selected: number, labels = ["Red", "Green", "Blue"]): Prompt {
  return {
    kind: "multiple_choice",
    question: "Colour?",
    options: labels.map((label, at) => ({
      label,
      key: null,
      meaning: null,
      selected: at === selected,
      checked: null,
    })),
    default: null,
    single_key: true,
    prefilled: null,
    subject: null,
    cut: false,
    confidence: "high",
    evidence: [],
    fingerprint: "0".repeat(64),
  };
}

function stage(
  before: Prompt,
  target: number,
  steps: number,
): Extract<State, { name: "steering" }> {
  const encoding = { bracketedPaste: false, canonical: false, applicationCursorKeys: false };
  const id = promptId.parse("01890000-0000-7000-8000-000000000001");
  return {
    name: "steering",
    pending: { id, prompt: before, encoding },
    reply: { by: "policy", keys: { how: "steer", optionIndex: target }, outcome: "answered" },
    target,
    steps,
  };
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

test("the highlight goes down or up, and Enter comes only when it stands on the wanted label", () => {
  const down = steer(stage(menu(0), 2, 0), menu(0));
  expect(down.do === "press" && text(down.bytes)).toBe("\u001b[B");
  const up = steer(stage(menu(2), 1, 0), menu(2));
  expect(up.do === "press" && text(up.bytes)).toBe("\u001b[A");
  const there = steer(stage(menu(1), 2, 2), menu(2));
  expect(there.do === "take" && text(there.bytes)).toBe("\r");
});

test("another arrow waits until the last one was seen to move the highlight", () => {
  expect(steer(stage(menu(0), 2, 1), menu(0)).do).toBe("wait");
  expect(steer(stage(menu(0), 2, 1), menu(1)).do).toBe("press");
});

test("a menu that changes under way, or shows no highlight, is left to the person", () => {
  expect(steer(stage(menu(0), 2, 1), menu(1, ["Red", "Green", "Black"])).do).toBe("give_up");
  expect(steer(stage(menu(0), 2, 1), menu(-1)).do).toBe("give_up");
});
