/** What a release promises: the same bytes from the same sources, for each machine its kind of file, and true papers. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "../build.ts";
import { billOfMaterials, checksums, notices } from "./papers.ts";
import { readLock, runtimeOf, targets } from "./targets.ts";

const root = dirname(dirname(import.meta.dir));
let scratch = "";
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "atlasbridge-release-"));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test("the whole program is the same, byte for byte, when it is built again into another place", () => {
  const mine = targets.find((one) => one.bun === `bun-${process.platform}-${process.arch}`);
  const target =
    mine === undefined ? {} : { target: { name: mine.bun, runtime: runtimeOf(root, mine) } };
  const once = (place: string): string => {
    const outfile = join("dist", place, "atlasbridge");
    const built = build({
      ...{ root, entry: "cmd/atlasbridge.ts", outfile, commit: "abc", force: true },
      ...target,
    });
    expect(built.result).toBe("built");
    const hash = new Bun.CryptoHasher("sha256").update(readFileSync(join(root, outfile)));
    rmSync(join(root, "dist", place), { recursive: true });
    return hash.digest("hex");
  };
  expect(once(`again-${process.pid}`)).toBe(once(`and-again-${process.pid}`));
}, 120_000);

test("the lock file names Bun for every target, by version and hash", () => {
  const { packages } = readLock(root);
  for (const { bun } of targets) {
    const locked = packages[`node_modules/@oven/${bun}`];
    expect(`${bun} ${locked?.version}`).toBe(`${bun} ${Bun.version}`);
    expect(locked?.integrity).toStartWith("sha512-");
  }
});

test("sha256sum reads the checksums, and notices a changed file", () => {
  mkdirSync(join(scratch, "sums"));
  const write = (name: string, text: string) => writeFileSync(join(scratch, "sums", name), text);
  write("b", "two");
  write("a", "one");
  write("SHA256SUMS", checksums(join(scratch, "sums"), ["b", "a"]));
  const check = () =>
    Bun.spawnSync(["sha256sum", "--check", "SHA256SUMS"], { cwd: join(scratch, "sums") });
  expect(check().stdout.toString()).toBe("a: OK\nb: OK\n");
  write("a", "another");
  expect(check().exitCode).toBe(1);
});

test("the bill of materials names what the program stands on, and nothing that differs each time", () => {
  const text = billOfMaterials(root);
  expect(text).not.toMatch(/serialNumber|timestamp/);
  const bill = JSON.parse(text);
  expect(bill.bomFormat).toBe("CycloneDX");
  const names = bill.components.map(({ name }: { name: string }) => name);
  for (const name of ["zod", "yaml", "@xterm/headless", "bun"]) expect(names).toContain(name);
  for (const name of ["vite", "knip"]) expect(names).not.toContain(name);
  expect(text).not.toContain(root);
}, 60_000);

test("the notices have the licence's words of what is in the program", () => {
  const text = notices(root);
  // Not `toMatch`: a failure would print all of it.
  expect(/^zod 4\.\d+\.\d+: MIT\n\nMIT License/m.test(text)).toBe(true);
  expect(text.includes("JavaScriptCore")).toBe(true);
  expect(/^(vite|knip) \d/m.test(text)).toBe(false);
});
