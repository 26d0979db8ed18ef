/** The brake's file: what is written is read, and what cannot be read holds everything back. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AtlasError } from "../../contracts/errors.ts";
import { readAutopilot, writeAutopilot } from "./autopilot.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "autopilot-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = () => join(folder, "state", "autopilot.json");

test("without a file policies answer as they would", () => {
  expect(readAutopilot(file())).toEqual({
    state: "running",
    mode: "full",
    changed_at: null,
    fault: null,
  });
});

test("what was written is read again, by this user alone, and nothing is left beside it", () => {
  const state = { state: "paused", mode: "assist", changed_at: 1_000 } as const;
  writeAutopilot(file(), state);
  writeAutopilot(file(), state);
  expect(readAutopilot(file())).toEqual({ ...state, fault: null });
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder, "state"))).toEqual(["autopilot.json"]);
});

for (const [name, text] of [
  ["an empty file", ""],
  ["a file cut short", '{"state":"running","mo'],
  ["an unknown state", '{"state":"stopped","mode":"full","changed_at":null}'],
  ["a field of a later version", '{"state":"running","mode":"full","changed_at":null,"until":1}'],
] as const) {
  test(`${name} pauses everything, and says so`, () => {
    mkdirSync(join(folder, "state"));
    writeFileSync(file(), text);
    expect(readAutopilot(file())).toMatchObject({ state: "paused", mode: "off" });
    expect(readAutopilot(file()).fault).toContain(file());
  });
}

test("something else in its place pauses everything, and cannot be overwritten silently", () => {
  mkdirSync(file(), { recursive: true });
  expect(readAutopilot(file())).toMatchObject({ state: "paused" });
  const write = () => writeAutopilot(file(), { state: "running", mode: "full", changed_at: null });
  expect(write).toThrow(AtlasError);
});

// Skipped on Windows, which has neither such modes nor such files.
test.skipIf(process.platform === "win32")(
  "a pipe, a device, a link or a large file in its place pauses everything at once",
  () => {
    mkdirSync(join(folder, "state"));
    const places = [
      () => Bun.spawnSync(["mkfifo", file()]),
      () => symlinkSync("/dev/zero", file()),
      () => symlinkSync("/nonexistent", file()),
      () => writeFileSync(file(), `${" ".repeat(1e6)}{"state":"running","mode":"full"}`),
    ];
    for (const place of places) {
      rmSync(file(), { force: true });
      place();
      expect(readAutopilot(file())).toMatchObject({ state: "paused", mode: "off" });
    }
  },
);
