/** What the emulated screen promises. */
import { expect, test } from "bun:test";
import { openScreen, type Screen } from "./screen.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function open(cols = 40, rows = 10): Screen & { write(text: string): void; rowTexts(): string[] } {
  const screen = openScreen({ size: { cols, rows }, reply: () => {}, answersQueries: true });
  return {
    ...screen,
    write: (text) => screen.feed(bytes(text)),
    rowTexts: () => screen.snapshot().screen.map((row) => row.text),
  };
}

test("what was fed is on the snapshot when feed returns", () => {
  const screen = open();
  screen.write("Continue? [y/n] ");
  expect(screen.rowTexts()[0]).toBe("Continue? [y/n]");
  expect(screen.snapshot().cursor).toEqual({ x: 16, y: 0, visible: true });
});
