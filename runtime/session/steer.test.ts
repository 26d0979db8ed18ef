/** Proves that a menu is steered by what the screen shows, one step at a time. */
import { describe, expect, test } from "bun:test";
import { promptId } from "../../contracts/ids.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import type { MenuGoal } from "../inject/menu.ts";
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

type Steering = Extract<State, { name: "steering" }>;

/** `steps`: how many arrows went out already. */
function stage(before: Prompt, target: number, steps: number): Steering {
  const label = menu(0).options[target]?.label ?? "";
  return steering(before, { take: label }, { typedBytes: steps * 3 });
}

function steering(
  before: Prompt,
  goal: MenuGoal,
  { typedBytes = 0, layout = "column" }: { typedBytes?: number; layout?: "column" | "row" } = {},
): Steering {
  const encoding = {
    bracketedPaste: false,
    canonical: false,
    applicationCursorKeys: false,
    layout,
  };
  const id = promptId.parse("01890000-0000-7000-8000-000000000001");
  return {
    name: "steering",
    pending: { id, prompt: before, encoding },
    reply: { by: "policy", keys: { how: "steer", goal, bytesMax: 13 }, outcome: "answered" },
    typedBytes,
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

test("a menu that shows no highlight, or two, or no longer the wanted option is left alone", () => {
  expect(steer(stage(menu(0), 2, 1), menu(1, ["Red", "Green", "Black"])).do).toBe("wait");
  expect(steer(stage(menu(0), 2, 1), menu(-1)).do).toBe("wait");
  const both = menu(1);
  const two = { ...both, options: both.options.map((one) => ({ ...one, selected: true })) };
  expect(steer(stage(menu(0), 2, 1), two).do).toBe("wait");
});

test("never more is typed than was recorded before: a highlight that runs away is given up", () => {
  expect(steer(stage(menu(0), 2, 4), menu(1)).do).toBe("give_up");
  expect(steer(stage(menu(0), 2, 3), menu(1)).do).toBe("press");
  expect(steer(stage(menu(1), 2, 4), menu(2)).do).toBe("take");
});

test("in a list that scrolls, the wanted label is followed wherever it stands", () => {
  const scrolled = menu(1, ["Green", "Blue", "Yellow"]);
  expect(steer(stage(menu(1), 2, 1), scrolled).do).toBe("take");
});

test("buttons side by side are reached by left and right", () => {
  const right = steer(steering(menu(0), { take: "Blue" }, { layout: "row" }), menu(0));
  expect(right.do === "press" && text(right.bytes)).toBe("\u001b[C");
  const left = steer(steering(menu(2), { take: "Red" }, { layout: "row" }), menu(2));
  expect(left.do === "press" && text(left.bytes)).toBe("\u001b[D");
});

describe("boxes", () => {
  const boxes = (selected: number, ticks: string): Prompt => {
    const base = menu(selected, ["A", "B", "C"]);
    const options = base.options.map((one, at) => ({ ...one, checked: ticks[at] === "x" }));
    return { ...base, options };
  };
  const goal: MenuGoal = { ticked: ["A", "C"] };
  const next = (shown: Prompt): string => {
    const move = steer(steering(boxes(0, "..."), goal), shown);
    return "bytes" in move ? text(move.bytes) : move.do;
  };

  test("are ticked and unticked one by one, then sent off by Enter", () => {
    expect(next(boxes(0, "..."))).toBe(" ");
    expect(next(boxes(0, "x.."))).toBe("\u001b[B");
    expect(next(boxes(1, "xx."))).toBe(" ");
    expect(next(boxes(2, "x.."))).toBe(" ");
    expect(next(boxes(2, "x.x"))).toBe("\r");
  });

  test("another key waits until the tick is seen", () => {
    const pressed = steering(boxes(0, "..."), goal, { typedBytes: 1 });
    expect(steer(pressed, boxes(0, "...")).do).toBe("wait");
  });

  test("are sent off on the row that submits, where the list has one", () => {
    const list = boxes(0, "x.x");
    const submit = {
      label: "Submit",
      key: null,
      meaning: null,
      selected: false,
      checked: null,
    };
    expect(next({ ...list, options: [...list.options, submit] })).toBe("\u001b[B");
  });
});
