/** Who is said to have written last, by figures as `/proc` has them. */
import { afterEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Proc } from "./proc-files.ts";
import { Writers } from "./writers.ts";

const roots: string[] = [];

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

type Figures = Readonly<Record<string, number | "gone" | "hidden">>;

/** Who wrote last at each sight of these. */
function told(sights: readonly Figures[]): (string[] | null)[] {
  const root = mkdtempSync(join(tmpdir(), "atlasbridge-proc-"));
  roots.push(root);
  const writers = new Writers(new Proc(root));
  return sights.map((figures) => {
    for (const [folder, bytes] of Object.entries(figures)) {
      rmSync(join(root, folder), { recursive: true, force: true });
      if (bytes === "gone") continue;
      mkdirSync(join(root, folder), { recursive: true });
      writeFileSync(join(root, folder, "stat"), "");
      if (bytes !== "hidden") writeFileSync(join(root, folder, "io"), `wchar: ${bytes}\n`);
    }
    const last = writers.lastOf("set", Object.keys(figures));
    return last === null ? null : [...last.who, ...(last.first ? ["first"] : [])];
  });
}

test("at first those who have ever written, then those who have since", () => {
  const sights = [
    { a: 5, b: 9, c: 0 },
    { a: 5, b: 10, c: 0 },
    { a: 6, b: 10, c: 0 },
  ];
  expect(told(sights)).toEqual([["a", "b", "first"], ["b"], ["a"]]);
});

test("who wrote last stays so for as long as nobody writes", () => {
  const sights = [
    { a: 0, b: 9 },
    { a: 0, b: 9 },
    { a: 2, b: 9 },
    { a: 2, b: 9 },
  ];
  expect(told(sights)).toEqual([["b", "first"], ["b", "first"], ["a"], ["a"]]);
});

test("who comes later counts with all that it has written", () => {
  expect(told([{ a: 3 }, { a: 3, b: 4 }])).toEqual([["a", "first"], ["b"]]);
});

test("who has ended is left out; where the kernel keeps no such figures, nothing is told", () => {
  expect(told([{ a: 3, b: "gone" }])).toEqual([["a", "first"]]);
  expect(told([{ a: 3, b: "hidden" }])).toEqual([null]);
});
