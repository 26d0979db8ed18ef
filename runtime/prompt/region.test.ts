/** Where the cursor stands in a text: in cells, not in characters. */
import { expect, test } from "bun:test";
import { columnOf, readRegion, splitAtColumn } from "./region.ts";
import { screenOf } from "./testing.ts";

test("wide characters fill two cells, combining ones none, Cyrillic one", () => {
  expect(splitAtColumn("密码: x", 6)).toEqual({ left: "密码: ", right: "x" });
  expect(splitAtColumn("Пароль: x", 8)).toEqual({ left: "Пароль: ", right: "x" });
  expect(splitAtColumn("e\u0301a", 1).left).toBe("e\u0301");
  expect(columnOf("🦋 a", 3)).toBe(3);
});

test("blanks that the program wrote before the cursor are kept", () => {
  expect(readRegion(screenOf("name:   ")).before).toBe("name:   ");
});

test("a wrapped line is one line up to the cursor", () => {
  const snapshot = screenOf("Delete everythi\nng? [y/n] ", { cols: 15 });
  const lines = [
    { text: "Delete everything? [y/n]", top: 0, bottom: 1 },
    ...snapshot.lines.slice(2),
  ];
  const region = readRegion({ ...snapshot, lines });
  expect(region.before).toBe("Delete everything? [y/n] ");
});

test("a blank cursor line hangs below the question", () => {
  const region = readRegion(screenOf("Are you sure?\n\n"));
  expect(region).toMatchObject({ hanging: true, before: "Are you sure?" });
});
