/** What was said of folders: the nearest word upwards holds, and what cannot be read is not guessed. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AtlasError } from "../../contracts/errors.ts";
import type { KnownWorkspace } from "../../contracts/workspace.ts";
import { readWorkspaces, workspaceAmong, workspaceOf, writeWorkspaces } from "./workspaces.ts";

let scratch = "";
beforeEach(() => {
  scratch = realpathSync(mkdtempSync(join(tmpdir(), "workspaces-")));
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

const file = () => join(scratch, "state", "workspaces.json");

function said(folder: string, of: Partial<KnownWorkspace>): KnownWorkspace {
  return { folder, trusted: null, trusted_until: null, profile: null, ...of };
}

test("what is written is read again, by this user alone, with nothing left beside it", () => {
  const all = [said("/a", { trusted: true }), said("/b", { profile: "work" })];
  writeWorkspaces(file(), all);
  expect(readWorkspaces(file())).toEqual({ ok: true, workspaces: all });
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(scratch, "state"))).toEqual(["workspaces.json"]);
});

test("without a file no folder is trusted", () => {
  expect(workspaceOf(scratch, { file: file(), now: 1 })).toEqual({ trusted: false, profile: null });
});

const known = [
  said("/src", { trusted: true, profile: "work" }),
  said("/src/alien", { trusted: false }),
  said("/src/soon", { trusted: true, trusted_until: 100, profile: "play" }),
  said("/other", { trusted: true, trusted_until: 100 }),
];

for (const [folder, now, trusted, profile] of [
  ["/src", 50, true, "work"],
  ["/src/deep/er", 50, true, "work"],
  ["/src2", 50, false, null],
  ["/", 50, false, null],
  ["/src/alien/x", 50, false, "work"],
  ["/src/soon", 50, true, "play"],
  ["/other/x", 99, true, null],
  ["/other/x", 100, false, null],
] as const) {
  test(`${folder} at ${now} is ${trusted ? "" : "not "}trusted, profile ${profile}`, () => {
    expect(workspaceAmong(known, { folder, now })).toEqual({ trusted, profile });
  });
}

test("a link to a trusted folder is that folder, a link in one that leads out is not", () => {
  const inside = join(scratch, "mine");
  const outside = join(scratch, "alien");
  mkdirSync(inside);
  mkdirSync(outside);
  symlinkSync(inside, join(scratch, "link"));
  symlinkSync(outside, join(inside, "out"));
  writeWorkspaces(file(), [said(inside, { trusted: true })]);
  const trusted = (folder: string) => workspaceOf(folder, { file: file(), now: 1 })?.trusted;
  expect(trusted(join(scratch, "link"))).toBe(true);
  expect(trusted(join(inside, "out"))).toBe(false);
});

for (const [name, spoil] of [
  ["empty", () => writeFileSync(file(), "")],
  ["of another form", () => writeFileSync(file(), '{"workspaces":[{"folder":"/a"}]}')],
  ["writable by others", () => chmodSync(file(), 0o622)],
  ["a folder", () => (rmSync(file()), mkdirSync(file()))],
] as const) {
  test(`a file that is ${name} tells nothing of any folder, and says so`, () => {
    writeWorkspaces(file(), [said(scratch, { trusted: true })]);
    spoil();
    expect(workspaceOf(scratch, { file: file(), now: 1 })).toBeNull();
    const read = readWorkspaces(file());
    expect(read.ok ? "" : read.fault).toContain(file());
  });
}

test("a folder that is gone cannot be told", () => {
  expect(workspaceOf(join(scratch, "none"), { file: file(), now: 1 })).toBeNull();
});

test("what cannot be written is told in one line", () => {
  writeFileSync(join(scratch, "state"), "");
  expect(() => writeWorkspaces(file(), [])).toThrow(AtlasError);
});
