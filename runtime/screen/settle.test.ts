/** What settling promises. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { limits } from "../../contracts/limits.ts";
import { openScreen } from "./screen.ts";
import { nextLookMs, watchRegion } from "./settle.ts";

test("the first look comes soon after the last byte, the others ever later, the last at the bound", () => {
  const quietAtLook: number[] = [];
  let quiet = 0;
  for (;;) {
    const wait = nextLookMs(quiet, quietAtLook.length);
    if (wait === null) break;
    quiet += wait;
    quietAtLook.push(quiet);
  }
  expect(quietAtLook).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_000]);
  expect(quietAtLook[0]).toBe(limits.settleFirstMs);
  expect(quietAtLook.at(-1)).toBe(limits.settleLastMs);
});

test("a look that is late does not wait, and looking ends", () => {
  expect(nextLookMs(700, 3)).toBe(0);
  expect(nextLookMs(5_000, 11)).toBeNull();
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.nat(200), (quiet, looks) => {
      const wait = nextLookMs(quiet, looks);
      return looks > 10 ? wait === null : wait !== null && wait >= 0 && wait <= limits.settleLastMs;
    }),
  );
});

function dialog() {
  const size = { cols: 40, rows: 10 };
  const screen = openScreen({ size, reply: () => {}, answersQueries: false });
  const write = (text: string) => screen.feed(new TextEncoder().encode(text));
  write("* working\r\n\r\nDo you want to?\r\n\x1b[7m> 1. Yes\x1b[0m\r\n  2. No");
  return { screen, write };
}
const rows = { top: 2, bottom: 4 };

test("a region is still while only something else on the screen changes", () => {
  const { screen, write } = dialog();
  const region = watchRegion();
  expect(region.unchangedMs(screen.snapshot(), rows, 1_000)).toBe(0);
  write("\x1b[H| working");
  expect(region.unchangedMs(screen.snapshot(), rows, 1_060)).toBe(60);
  write("\x1b[H/ working\x1b[3;1H\x1b[2KDo you want to?");
  expect(region.unchangedMs(screen.snapshot(), rows, 1_120)).toBe(120);
});

test("a region is not still when its text, its highlight or its height changes", () => {
  const { screen, write } = dialog();
  const region = watchRegion();
  const after = (ms: number, range = rows) => region.unchangedMs(screen.snapshot(), range, ms);
  after(0);
  expect(after(100)).toBe(100);
  write("\x1b[5;1H  2. No!");
  expect(after(200)).toBe(0);
  write("\x1b[4;1H> 1. Yes\x1b[5;1H\x1b[7m  2. No!");
  expect(after(300)).toBe(0);
  expect(after(400)).toBe(100);
  expect(after(500, { top: 1, bottom: 4 })).toBe(0);
});

test("a region that scrolls with the screen stays still", () => {
  const { screen, write } = dialog();
  const region = watchRegion();
  region.unchangedMs(screen.snapshot(), rows, 0);
  write("\x1b[10;1H\n");
  const moved = { top: 1, bottom: 3 };
  expect(region.unchangedMs(screen.snapshot(), moved, 100)).toBe(100);
});
