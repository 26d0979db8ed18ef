/** The key that confirms, as terminals send it: it alone, in any of its forms, and nothing else. */
import { expect, test } from "bun:test";
import { confirmKey, confirmKeyDefault } from "./confirm-key.ts";

function reads(name: string, sent: string) {
  return confirmKey(name)?.reads(new TextEncoder().encode(sent));
}

for (const [name, sent, as] of [
  [confirmKeyDefault, "\x1b[19~", "press"],
  ["F8", "\x1b[19~", "press"],
  ["f8", "\x1b[19;1~", "press"],
  ["f8", "\x1b[19;1:1~", "press"],
  ["f8", "\x1b[19;1:3~", "release"],
  ["f8", "\x1b[19;5~", null],
  ["f8", "\x1b[20~", null],
  ["f8", "x\x1b[19~", null],
  ["f8", "\x1b[19~\x1b[19~", null],
  ["f8", "19~", null],
  ["f8", "", null],
  ["f12", "\x1b[24~", "press"],
  ["ctrl-]", "\x1d", "press"],
  ["ctrl-]", "\x1b[93;5u", "press"],
  ["ctrl-]", "\x1b[93;5:3u", "release"],
  ["ctrl-]", "\x1b[93u", null],
  ["ctrl-]", "]", null],
  ["ctrl-y", "\x19", "press"],
  ["Ctrl-Y", "\x1b[121;5u", "press"],
] as const) {
  test(`${name} reads ${JSON.stringify(sent)} as ${as ?? "another key"}`, () => {
    expect(reads(name, sent)).toBe(as);
  });
}

test("keys that tools need, or that differ from terminal to terminal, are refused", () => {
  const refused = ["f1", "f4", "f13", "y", "", "ctrl-", "ctrl-cc", "enter", "alt-y"];
  const needed = ["c", "d", "z", "h", "i", "j", "m", "q", "s", "["].map((key) => `ctrl-${key}`);
  for (const name of [...refused, ...needed]) expect(confirmKey(name)).toBeNull();
});

test("its name is the one that a person reads on a keyboard", () => {
  expect(confirmKey("f8")?.name).toBe("F8");
  expect(confirmKey("ctrl-y")?.name).toBe("Ctrl-Y");
});
