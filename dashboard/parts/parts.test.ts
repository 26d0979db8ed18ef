/** What the parts of the page make of text and time. */
import { expect, test } from "bun:test";
import { duration, relative } from "./moments.ts";
import { visible } from "./visible.ts";

test("nothing in a text can act on its reader: escapes, bidi, nulls and lone halves become pictures", () => {
  expect(visible("\u001b[31mred\u0000\u007f")).toBe("␛[31mred␀␡");
  expect(visible("abc\u202egnp.exe\u2066\u200b")).toBe("abc<U+202E>gnp.exe<U+2066><U+200B>");
  expect(visible("\ud800 \u2028\u009b")).toBe("<U+D800> <U+2028><U+009B>");
});

test("lines, emoji with their joiners, and every script stay as they are", () => {
  const text = "a\tb\nשלום مرحبا 漢字 👩\u200d💻 می\u200cخواهم <b>&amp;";
  expect(visible(text)).toBe(text);
});

test("a duration has the unit that fits and never two of the same length", () => {
  const said = [0.0421, 3.21, 842, 3_200, 59_960, 245_000, 7_980_000, 90_000_000];
  expect(said.map((ms) => duration(ms))).toEqual([
    ...["42 µs", "3.2 ms", "842 ms", "3.2 s", "1 min 00 s", "4 min 05 s", "2 h 13 min", "1 d 1 h"],
  ]);
  expect([0, 999, 59_999].map((ms) => duration(ms, true))).toEqual(["0 s", "0 s", "59 s"]);
});

test("a moment is told by how long ago it was, and by its date once that is long", () => {
  const now = Date.UTC(2026, 10, 30, 12);
  const ago = [0, 12_000, 300_000, 7_200_000, 172_800_000].map((ms) => relative(now - ms, now));
  expect(ago).toEqual(["just now", "12 s ago", "5 min ago", "2 h ago", "2 d ago"]);
  expect(relative(now + 1_000, now)).toBe("just now");
  expect(relative(now - 400 * 86_400_000, now)).toContain("2025");
});
