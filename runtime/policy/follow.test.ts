/** Paths followed on a real disk, as the kernel follows them. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { followPath } from "./follow.ts";

let folder = "";
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "follow-")));
  mkdirSync(join(folder, "a/b"), { recursive: true });
  mkdirSync(join(folder, "work"));
  writeFileSync(join(folder, "a/file"), "");
  symlinkSync("../a/b", join(folder, "work/in"));
  symlinkSync(join(folder, "a/file"), join(folder, "work/file"));
  symlinkSync("nowhere/x", join(folder, "work/dangling"));
  symlinkSync("loop", join(folder, "work/loop"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const follow = (path: string) => followPath(`${folder}/${path}`)?.replace(`${folder}/`, "") ?? null;

test("links lead where they lead", () => {
  expect(follow("work/file")).toBe("a/file");
  expect(follow("work/in")).toBe("a/b");
  expect(follow("a//./b")).toBe("a/b");
});

test("a link is entered before .. leaves it", () => {
  expect(follow("work/in/../file")).toBe("a/file");
  expect(follow("work/in/../../../../../../../../..")).toBe("/");
});

test("what does not exist is where it would be made, and has nothing above it to go to", () => {
  expect(follow("work/new/file")).toBe("work/new/file");
  expect(follow("work/in/new")).toBe("a/b/new");
  expect(follow("work/dangling")).toBe("work/nowhere/x");
  expect(follow("work/new/../file")).toBeNull();
});

test("a circle, or a file used as a folder, leads nowhere that is known", () => {
  expect(follow("work/loop")).toBeNull();
  expect(follow("a/file/x")).toBeNull();
});
