/** Whether a program's own sockets are told from its connections, by files as `/proc` has them. */
import { afterEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errandsOf } from "./errands.ts";
import { Proc } from "./proc-files.ts";

const pid = 7;
const roots: string[] = [];

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

/** A process that waits for the first of its sockets; `local` are the numbers of the machine's local ones. */
function errands({ own, local }: { own: readonly number[]; local: readonly number[] }) {
  const root = mkdtempSync(join(tmpdir(), "atlasbridge-proc-"));
  roots.push(root);
  mkdirSync(join(root, `${pid}`, "fd"), { recursive: true });
  mkdirSync(join(root, `${pid}`, "net"));
  for (const [index, number] of own.entries()) {
    symlinkSync(`socket:[${number}]`, join(root, `${pid}`, "fd", `${index + 3}`));
  }
  const lines = local.map(
    (number) => `0000000000000000: 00000003 00000000 00000000 0001 03 ${number}`,
  );
  writeFileSync(join(root, `${pid}`, "net", "unix"), `Num RefCount\n${lines.join("\n")}\n`);
  const waiter = {
    pid,
    group: pid,
    wait: "open",
    watched: [3],
    threads: [],
    children: [],
  } as const;
  return errandsOf(new Proc(root), waiter);
}

describe("a program that waits for a socket besides the terminal", () => {
  test("has no errand where it holds both ends", () => {
    expect(errands({ own: [501, 502], local: [501, 502] })).toEqual([]);
    expect(errands({ own: [502, 501], local: [501, 502] })).toEqual([]);
  });

  test("has none where the kernel dealt the second number from a later batch", () => {
    expect(errands({ own: [2048, 3073], local: [2048, 3073] })).toEqual([]);
    expect(errands({ own: [9217, 2048], local: [2048, 9217] })).toEqual([]);
  });

  test("has one where the other end is elsewhere", () => {
    expect(errands({ own: [501], local: [501, 502] })).toEqual(["socket"]);
    expect(errands({ own: [501, 503], local: [501, 502, 503, 504] })).toEqual(["socket"]);
    expect(errands({ own: [2048, 3074], local: [2048, 3074] })).toEqual(["socket"]);
    expect(errands({ own: [3073, 4096], local: [3073, 4096] })).toEqual(["socket"]);
    expect(errands({ own: [2047, 3072], local: [2047, 3072] })).toEqual(["socket"]);
  });

  test("has one where the neighbours are connections to other machines", () => {
    expect(errands({ own: [501, 502], local: [501] })).toEqual(["socket"]);
    expect(errands({ own: [501, 502], local: [] })).toEqual(["socket"]);
  });

  test("has none on a machine with more local sockets than the kernel lists at once", () => {
    const many = Array.from({ length: 2_000 }, (_, index) => 10_000 + index);
    expect(errands({ own: [9_001, 9_002], local: [...many, 9_001, 9_002] })).toEqual([]);
  });
});
