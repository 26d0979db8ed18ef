/** Who takes keys one by one gets no Enter behind them, and a line editor does: on the real screen. */
import { expect, test } from "bun:test";
import { openScreen } from "../screen/screen.ts";
import { behind } from "./echo.ts";
import { headOf } from "./head.ts";

function shown(before: string, after: string): string | null {
  const screen = openScreen({
    size: { cols: 40, rows: 10 },
    reply: () => undefined,
    answersQueries: false,
  });
  const write = (text: string): void => screen.feed(new TextEncoder().encode(text));
  write(before);
  const snapshot = screen.snapshot();
  const row = snapshot.cursor.y;
  const head = headOf(snapshot, { row, top: row, bottom: row, dialog: false });
  write(after);
  return behind(head, screen.snapshot(), 0);
}

test("what stands behind the question is read up to the cursor", () => {
  expect(shown("Proceed? [y/n] ", "")).toBe("");
  expect(shown("Proceed? [y/n] ", "y")).toBe("y");
  expect(shown("Weiter? 漢 ", "j")).toBe("j");
  expect(shown("Proceed? [y/n] ", "y\u001b[K more\u001b[5D")).toBe("y");
});

test("of a cursor that has gone elsewhere nothing is read", () => {
  expect(shown("Proceed? [y/n] ", "y\r\n")).toBeNull();
  expect(shown("Proceed? [y/n] ", "\r")).toBeNull();
});
