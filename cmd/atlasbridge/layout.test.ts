/** Laying out: nothing is wider than asked, colours only where wanted, short ids name one thing. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { cut, duration, layoutFor, localTime, plainLayout, shortIds, table } from "./layout.ts";
import { visible, visibleJson } from "./visible.ts";

const reader = (variables: Record<string, string>, isPlain = false) => ({
  environment: { variables },
  isPlain,
});

describe("colours", () => {
  const tty = { isTTY: true, columns: 80 };
  const coloured = (output: object, variables: Record<string, string>): boolean =>
    layoutFor(output, reader(variables)).paint("red", "x") !== "x";

  test("only on a terminal that has them, and not when NO_COLOR is set", () => {
    expect(coloured(tty, { TERM: "xterm" })).toBe(true);
    expect(coloured({ isTTY: false }, { TERM: "xterm" })).toBe(false);
    expect(coloured(tty, { TERM: "xterm", NO_COLOR: "1" })).toBe(false);
    expect(coloured(tty, { TERM: "xterm", NO_COLOR: "" })).toBe(true);
    expect(coloured(tty, { TERM: "dumb" })).toBe(false);
    expect(layoutFor(tty, reader({ NO_COLOR: "1" })).columns).toBe(80);
    expect(layoutFor({}, reader({})).columns).toBeNull();
  });
});

describe("widths", () => {
  test("whatever the text, a cut one fits and a short one is left alone", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat({ max: 40 }), (raw, columns) => {
        const text = visible(raw);
        const short = cut(text, columns);
        expect(Bun.stringWidth(short)).toBeLessThanOrEqual(columns);
        if (Bun.stringWidth(text) <= columns) expect(short).toBe(text);
      }),
    );
  });

  test("columns line up under their headings, with wide characters too", () => {
    const text = table(
      ["A", "BB"],
      [
        ["日本", "x"],
        ["y", "z"],
      ],
      plainLayout,
    );
    expect(text).toBe("A     BB\n日本  x\ny     z\n");
  });

  test("a screen reader is given a line for each cell, whole, without columns and colours", () => {
    const layout = layoutFor({ isTTY: true, columns: 20 }, reader({ TERM: "xterm" }, true));
    const rows = [
      ["日本", "a text that is longer than the terminal"],
      ["y", ""],
    ];
    expect(table(["A", "WHAT FOR"], rows, layout)).toBe(
      "a: 日本\nwhat for: a text that is longer than the terminal\n\na: y\n",
    );
    expect(layout.paint("red", "x")).toBe("x");
  });

  test("durations read as people say them", () => {
    expect([0, 842, 3_249, 59_949, 59_951, 245_000, 3_600_000, 7_980_000].map(duration)).toEqual([
      "0 ms",
      "842 ms",
      "3.2 s",
      "59.9 s",
      "1 min 00 s",
      "4 min 05 s",
      "1 h 00 min",
      "2 h 13 min",
    ]);
  });
});

test("times are the reader's own, to the millisecond, of one width", () => {
  const at = new Date(2026, 0, 2, 0, 4, 5, 67).getTime();
  expect(localTime(at)).toBe("2026-01-02 00:04:05.067");
  expect(localTime(0)).toHaveLength("2026-01-02 00:04:05.067".length);
});

test("short ids are unique, and each is the start of its own id", () => {
  const ids = fc.uniqueArray(fc.uuid({ version: 7 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(ids, (all) => {
      const short = shortIds(all);
      expect(new Set(all.map(short)).size).toBe(all.length);
      for (const id of all)
        expect(all.filter((other) => other.startsWith(short(id)))).toEqual([id]);
    }),
  );
});

describe("text from elsewhere", () => {
  test("no control, format or separator character survives, and nothing else is touched", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(visible(text)).not.toMatch(
          /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069\ufeff]/u,
        );
      }),
    );
    expect(visible("plain é 日本 👩‍👩‍👧 שלום")).toBe("plain é 日本 👩‍👩‍👧 שלום");
    expect(visible("\u001b[2J\u007f\u009b\u202e")).toBe("␛[2J␡<U+009B><U+202E>");
  });

  test("JSON made safe is the same value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = visibleJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
