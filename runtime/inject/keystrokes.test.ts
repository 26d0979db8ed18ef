/** Proves that a reply's meaning becomes the right keys for each kind of prompt, and nothing where there are none. */
import { describe, expect, test } from "bun:test";
import { limits } from "../../contracts/limits.ts";
import type { Option, Prompt } from "../../contracts/prompt.ts";
import { denialKeystrokes, type KeyEncoding, replyKeystrokes } from "./keystrokes.ts";

const line: KeyEncoding = {
  bracketedPaste: false,
  canonical: true,
  applicationCursorKeys: false,
};
const raw: KeyEncoding = { ...line, canonical: false };

function option(label: string, key: string | null, meaning: Option["meaning"] = null): Option {
  return { label, key, meaning, selected: false, checked: null };
}

function prompt(given: Partial<Prompt>): Prompt {
  return {
    kind: "yes_no",
    question: "Continue?",
    options: [option("yes", "y", "yes"), option("no", "n", "no")],
    default: null,
    single_key: false,
    prefilled: null,
    subject: null,
    cut: false,
    confidence: "high",
    evidence: [],
    fingerprint: "0".repeat(64),
    ...given,
  };
}

function keysOf(given: Prompt, value: string, encoding: KeyEncoding = line): string {
  const keys = replyKeystrokes(given, value, encoding);
  if (keys.how !== "type") return keys.how;
  return new TextDecoder().decode(keys.bytes);
}

describe("yes and no", () => {
  test("are typed as the prompt wants them, with Enter as CR", () => {
    expect(keysOf(prompt({}), "y")).toBe("y\r");
    expect(keysOf(prompt({}), "No")).toBe("n\r");
    const ssh = prompt({ options: [option("yes", "yes", "yes"), option("no", "no", "no")] });
    expect(keysOf(ssh, "y")).toBe("yes\r");
    const german = prompt({ options: [option("Ja", "J", "yes"), option("nein", "n", "no")] });
    expect(keysOf(german, "yes")).toBe("J\r");
  });

  test("get no Enter where one key acts at once: it would answer the next prompt", () => {
    expect(keysOf(prompt({ single_key: true }), "y", raw)).toBe("y");
  });

  test("get it only once the key is seen, where that a key acts at once is but presumed", () => {
    const presumed: KeyEncoding = { ...raw, enter: "once echoed" };
    const single = prompt({ single_key: true });
    expect(replyKeystrokes(single, "y", presumed)).toMatchObject({ enter: "once echoed" });
    expect(replyKeystrokes(single, "y", { ...raw, enter: "never" })).not.toHaveProperty("enter");
  });

  test("a pager that reads lines gets its Enter", () => {
    const pager = prompt({ kind: "pager", options: [], single_key: true });
    expect(keysOf(pager, "q", raw)).toBe("q");
    expect(keysOf(pager, " ", raw)).toBe(" ");
    expect(keysOf({ ...pager, single_key: false }, "q", raw)).toBe("q\r");
    expect(keysOf({ ...pager, single_key: false }, " ", raw)).toBe("\r");
  });

  test("get their Enter only once the key is seen, where a program may act on the key alone", () => {
    const unsure: KeyEncoding = { ...raw, enter: "once echoed" };
    expect(replyKeystrokes(prompt({}), "y", unsure)).toMatchObject({ enter: "once echoed" });
    expect(keysOf(prompt({}), "y", unsure)).toBe("y");
    const words = prompt({ options: [option("yes", "yes", "yes"), option("no", "no", "no")] });
    expect(keysOf(words, "y", unsure)).toBe("yes\r");
    expect(keysOf(prompt({ prefilled: "n" }), "y", unsure)).toEndWith("y\r");
  });

  test("are nobody's where the key or the word is another option's", () => {
    const options = [option("abort", "y", "cancel"), option("continue", "n", "yes")];
    for (const value of ["y", "n", "yes", "no"]) {
      expect(keysOf(prompt({ options }), value)).toBe(value === "yes" ? "n\r" : "impossible");
    }
    expect(keysOf(prompt({ options }), "abort")).toBe("y\r");
  });

  test("are nobody's where two options say so, or begin with the same word", () => {
    const two = [option("No, keep it", "1", "no"), option("No, stop", "2", "no")];
    expect(keysOf(prompt({ options: two }), "n")).toBe("impossible");
    const alike = [option("No thanks", "1", "no"), option("No problem", "2", null)];
    expect(keysOf(prompt({ options: alike }), "n")).toBe("impossible");
    const apart = [option("No thanks", "1", "no"), option("Sure", "2", "yes")];
    expect(keysOf(prompt({ options: apart }), "n")).toBe("1\r");
  });

  test("never take a lasting grant that happens to have the key y", () => {
    const options = [option("always", "y", "always"), option("once", "o", "yes")];
    expect(keysOf(prompt({ options }), "y")).toBe("o\r");
    expect(keysOf(prompt({ options: options.slice(0, 1) }), "y")).toBe("impossible");
  });

  test("are impossible where several options approve", () => {
    const options = [option("Yes, as root", "1", "yes"), option("Yes, as a guest", "2", "yes")];
    const kind = "multiple_choice";
    expect(keysOf(prompt({ kind, options, single_key: true }), "y", raw)).toBe("impossible");
  });

  test("are impossible for any other word", () => {
    expect(keysOf(prompt({}), "perhaps")).toBe("impossible");
    expect(keysOf(prompt({}), "")).toBe("impossible");
  });
});

describe("choices", () => {
  const git = prompt({
    kind: "multiple_choice",
    options: [option("stage", "a"), option("stage all", "A"), option("quit", "q", "cancel")],
  });

  test("tell options apart by letter case and fold it only where one is left", () => {
    expect(keysOf(git, "A")).toBe("A\r");
    expect(keysOf(git, "a")).toBe("a\r");
    expect(keysOf(git, "Q")).toBe("q\r");
    expect(keysOf(git, "Stage All")).toBe("A\r");
  });

  test("of more than one key are no key where one acts at once: the rest would go to the next prompt", () => {
    const options = Array.from({ length: 12 }, (_, at) => option(`Item ${at + 1}`, `${at + 1}`));
    const list = prompt({ kind: "multiple_choice", options, single_key: true });
    expect(keysOf(list, "1", raw)).toBe("1");
    expect(keysOf(list, "12", raw)).toBe("impossible");
    const lit = options.map((one, at) => ({ ...one, selected: at === 0 }));
    expect(keysOf({ ...list, options: lit }, "12", raw)).toBe("steer");
    expect(keysOf({ ...list, single_key: false }, "12")).toBe("12\r");
  });

  test("without a key are reached by steering the highlight", () => {
    const options = ["Red", "Green"].map((label, at) => ({
      ...option(label, null),
      selected: at === 0,
    }));
    const menu = prompt({ kind: "multiple_choice", options });
    expect(replyKeystrokes(menu, "Red", raw)).toEqual({
      how: "steer",
      goal: { take: "Red" },
      bytesMax: 1,
    });
    expect(replyKeystrokes(menu, "Green", raw)).toMatchObject({ bytesMax: 4 });
  });

  test("with numbers that may only count are reached by steering as well, with letters by the letter", () => {
    const counts: KeyEncoding = { ...raw, counts: true };
    const [yes, no] = [option("Yes", "1", "yes"), option("No", "2", "no")];
    const numbered = prompt({ options: [{ ...yes, selected: true }, no], single_key: true });
    expect(keysOf(numbered, "y", raw)).toBe("1");
    expect(replyKeystrokes(numbered, "y", counts)).toMatchObject({ goal: { take: "Yes" } });
    expect(denialKeystrokes(numbered, counts)).toMatchObject({ goal: { take: "No" }, bytesMax: 4 });
    const lettered = prompt({ options: [{ ...yes, key: "y", selected: true }], single_key: true });
    expect(keysOf(lettered, "y", counts)).toBe("y");
  });

  test("whose highlight cannot be seen, or that two options answer to, are a person's", () => {
    const blind = prompt({ kind: "multiple_choice", options: [option("Red", null)] });
    expect(keysOf(blind, "Red", raw)).toBe("impossible");
    const twice = [option("Red", null), option("Red", null)];
    expect(keysOf(prompt({ kind: "multiple_choice", options: twice }), "Red", raw)).toBe(
      "impossible",
    );
    const crossed = [option("2", "1"), option("4", "2")];
    expect(keysOf(prompt({ kind: "multiple_choice", options: crossed }), "2")).toBe("impossible");
  });

  test("of boxes are all that the value names, and none that it does not", () => {
    const boxes = ["A", "B", "C"].map((label, at) => ({
      ...option(label, null),
      selected: at === 0,
      checked: label === "B",
    }));
    const list = prompt({ kind: "multiple_choice", options: boxes });
    expect(replyKeystrokes(list, "A, C", raw)).toEqual({
      how: "steer",
      goal: { ticked: ["A", "C"] },
      // Space, down, space, down, space, Enter.
      bytesMax: 10,
    });
    expect(keysOf(list, "A, X", raw)).toBe("impossible");
    expect(keysOf(list, "", raw)).toBe("impossible");
    expect(keysOf(list, "y", raw)).toBe("impossible");
  });
});

describe("text", () => {
  const text = prompt({ kind: "free_text", options: [] });

  test("is typed whole and sent off once", () => {
    expect(keysOf(text, "grüße 世界")).toBe("grüße 世界\r");
  });

  test("replaces what stands in the edit line", () => {
    const filled = prompt({ kind: "free_text", options: [], prefilled: "old" });
    expect(keysOf(filled, "new", line)).toBe("\u0015new\r");
    expect(keysOf(filled, "new", raw)).toBe("\u0005\u0015new\r");
  });

  test("of several lines needs a program that takes a paste", () => {
    expect(keysOf(text, "a\nb")).toBe("impossible");
    const pasting = { ...raw, bracketedPaste: true };
    expect(keysOf(text, "a\nb", pasting)).toBe("\u001b[200~a\nb\u001b[201~\r");
  });

  test("with control characters is refused: they are keys, not text", () => {
    for (const bad of ["a\u0003", "\u001b[A", "x\u0085"]) {
      expect(keysOf(text, bad)).toBe("impossible");
    }
  });
});

test("Enter prompts take Enter words and nothing else", () => {
  const enter = prompt({ kind: "confirm_enter", options: [] });
  for (const word of ["", "\n", "enter"]) expect(keysOf(enter, word)).toBe("\r");
  expect(keysOf(enter, "y")).toBe("impossible");
});

test("a password is never typed from policy text", () => {
  expect(keysOf(prompt({ kind: "password", options: [] }), "hunter2")).toBe("impossible");
});

test("a denial is the refusing key alone where there is one, and so is a plain no", () => {
  const approval = prompt({
    kind: "yes_no",
    single_key: true,
    refuse_key: "\u001b",
    options: [
      option("Yes", "1", "yes"),
      option("Yes, always", "2", "always"),
      option("No", "3", "no"),
    ],
  });
  const denied = denialKeystrokes(approval, raw);
  expect(denied.how === "type" && new TextDecoder().decode(denied.bytes)).toBe("\u001b");
  expect(keysOf(approval, "n", raw)).toBe("\u001b");
  expect(keysOf(approval, "no", raw)).toBe("\u001b");
  expect(keysOf(approval, "y", raw)).toBe("1");
  expect(keysOf(approval, "3", raw)).toBe("3");
});

test("a denial is the prompt's own refusal, and impossible where it has none", () => {
  const denied = denialKeystrokes(prompt({}), line);
  expect(denied.how === "type" && new TextDecoder().decode(denied.bytes)).toBe("n\r");
  expect(denialKeystrokes(prompt({ kind: "free_text", options: [] }), line).how).toBe("impossible");
});

describe("what cannot be typed says why, in words that hold nothing of the screen or the reply", () => {
  const whyOf = (given: Partial<Prompt>, value: string, encoding = line): string => {
    const keys = replyKeystrokes(prompt(given), value, encoding);
    return keys.how === "impossible"
      ? keys.why
      : `typed: ${keysOf(prompt(given), value, encoding)}`;
  };

  test("by the prompt's kind and by the reply's form", () => {
    const text: Partial<Prompt> = { kind: "free_text", options: [] };
    expect(whyOf({ kind: "password" }, "x")).toBe("a secret is never typed from policy text");
    expect(whyOf({ kind: "editor" }, "x")).toBe(
      "an editor is open, which no single reply can answer",
    );
    expect(whyOf({ kind: "pager", options: [] }, "x")).toBe("a pager takes q, space or Enter");
    expect(whyOf({}, "maybe")).toBe("the reply is none of the 2 options");
    expect(whyOf(text, "a\nb")).toBe("the program takes one line, the reply has more");
    expect(whyOf(text, "x".repeat(limits.replyCharsMax + 1))).toBe("the reply is too long");
    expect(whyOf(text, "x".repeat(limits.replyCharsMax))).toStartWith("typed: xxx");
    expect(whyOf({ kind: "confirm_enter" }, "y")).toBe(
      "the program waits for Enter alone, and the reply is more than that",
    );
    const boxes = [{ ...option("a", "1"), checked: false, selected: true }, option("b", "2")];
    for (const value of ["b", "c", "a, c", ""]) {
      expect(whyOf({ kind: "multiple_choice", options: boxes }, value)).toBe(
        "the reply names none, or not only, of the 2 options",
      );
    }
  });

  test("for each control character, and for none that only looks like one", () => {
    const given: Partial<Prompt> = { kind: "free_text", options: [] };
    for (const bad of ["\0", "\u001f", "\u007f", "\u0080", "\u009f"]) {
      expect(whyOf(given, `a${bad}`)).toBe("the reply holds control characters");
    }
    for (const good of [" ", "~", "\u00a0", "é", "漢", "🙂"]) {
      expect(whyOf(given, `a${good}`)).toBe(`typed: a${good}\r`);
    }
  });

  test("for a refusal that the prompt has no way for", () => {
    const given = prompt({ kind: "free_text", options: [] });
    expect(denialKeystrokes(given, line)).toEqual({
      ...{ how: "impossible", why: "a free_text prompt offers no way to refuse" },
    });
    const none = prompt({ options: [], refuse_key: "" });
    expect(denialKeystrokes(none, line)).toMatchObject({ how: "impossible" });
  });
});

describe("Enter and one key", () => {
  test("every word for Enter is Enter, for whoever waits for it", () => {
    for (const value of ["", "\n", "\r", "\r\n", "enter"]) {
      expect(keysOf(prompt({ kind: "confirm_enter", options: [] }), value)).toBe("\r");
      expect(keysOf(prompt({ kind: "free_text", options: [] }), value)).toBe("\r");
      expect(keysOf(prompt({ kind: "pager", options: [] }), value)).toBe("\r");
    }
    expect(keysOf(prompt({ kind: "confirm_enter", options: [] }), "ENTER")).toBe("\r");
  });

  test("one letter of a text gets its Enter once it is seen, where a program may act on it", () => {
    const unsure: KeyEncoding = { ...raw, enter: "once echoed" };
    const text = prompt({ kind: "free_text", options: [] });
    expect(replyKeystrokes(text, "n", unsure)).toMatchObject({ enter: "once echoed" });
    expect(keysOf(text, "n", unsure)).toBe("n");
    expect(keysOf(text, "no", unsure)).toBe("no\r");
    expect(keysOf({ ...text, prefilled: "x" }, "n", unsure)).toBe("\u0005\u0015n\r");
    expect(keysOf({ ...text, single_key: true }, "n", unsure)).toBe("n");
    expect(keysOf(text, "n", raw)).toBe("n\r");
  });

  test("a plain no is the refusing key only where no option of another meaning is named so", () => {
    const refusing = { refuse_key: "\u001b" } as const;
    expect(keysOf(prompt(refusing), " NO ")).toBe("\u001b");
    expect(keysOf(prompt({ ...refusing, options: [option("go", "g", "yes")] }), "n")).toBe(
      "\u001b",
    );
    const other = [option("yes", "y", "yes"), option("next", "n")];
    expect(keysOf(prompt({ ...refusing, options: other }), "n")).toBe("n\r");
    expect(keysOf(prompt({ refuse_key: "" }), "n")).toBe("n\r");
    expect(keysOf(prompt(refusing), "y")).toBe("y\r");
  });
});
