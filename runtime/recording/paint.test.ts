/** Proves that a painted row shows what the screen showed, cut to its window, and nothing that could act on a terminal. */
import { expect, test } from "bun:test";
import { openScreen } from "../screen/screen.ts";
import { paintedRow } from "./paint.ts";

function pictureOf(text: string, cols = 20) {
  const screen = openScreen({
    size: { cols, rows: 2 },
    reply: () => undefined,
    answersQueries: false,
  });
  screen.feed(new TextEncoder().encode(text));
  return screen.snapshot();
}

function painted(text: string, window = { start: 0, end: 20 }): string {
  const [row] = pictureOf(text).screen;
  return row === undefined ? "" : paintedRow(row, window).replaceAll("\u001b", "^");
}

test("text with its looks, each run plain again at its end", () => {
  expect(painted("plain")).toBe("plain^[0m");
  expect(painted("\u001b[1;4;7;31;42mx\u001b[0m \u001b[2;38;5;200;48;2;1;2;3my")).toBe(
    "^[1;4;7;31;42mx^[0m ^[0m^[2;38;5;200;48;2;1;2;3my^[0m",
  );
  expect(painted("\u001b[93;104mz")).toBe("^[93;104mz^[0m");
});

test("a window's part; half of a wide character is a blank, so nothing moves", () => {
  expect(painted("abcdef", { start: 2, end: 4 })).toBe("cd^[0m");
  expect(painted("a漢字b", { start: 2, end: 6 })).toBe(" 字b^[0m");
  expect(painted("a漢字b", { start: 0, end: 2 })).toBe("a ^[0m");
});

test("the same screen stands there again when what was painted is shown", () => {
  const given = "\u001b[31mréd\u001b[0m 漢 👍 \u001b[7m x \u001b[0m";
  const before = pictureOf(given).screen[0];
  const after = before === undefined ? "" : paintedRow(before, { start: 0, end: 20 });
  expect(pictureOf(after).screen[0]).toEqual(before as never);
});

test("nothing turns the direction of writing or is invisible", () => {
  expect(painted("a\u202eb\u2066c\u200bd\ufeffe")).not.toMatch(/\p{Cf}/u);
});
