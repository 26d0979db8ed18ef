/** Proves which recordings are found, and which are removed when they have had their time. */
import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sessionId } from "../../contracts/ids.ts";
import { scratchFolder } from "../trace/scratch.example.ts";
import { pruneRecordings, recordingFile, recordingOf } from "./files.ts";

const now = Date.UTC(2026, 10, 30);
const dayMs = 86_400_000;

const sessionOf = (daysAgo: number) =>
  sessionId.parse(Bun.randomUUIDv7("hex", now - daysAgo * dayMs));

function recorded(folder: string, beganDaysAgo: number, writtenDaysAgo = beganDaysAgo) {
  const id = sessionOf(beganDaysAgo);
  const path = recordingFile(folder, id);
  writeFileSync(path, "12345");
  const written = (now - writtenDaysAgo * dayMs) / 1_000;
  utimesSync(path, written, written);
  return id;
}

test("what nothing was added to for so many days goes; what is younger, still written, or none of ours stays", () => {
  const folder = scratchFolder();
  const old = recorded(folder, 31);
  const young = recorded(folder, 29);
  const longAndOver = recorded(folder, 50, 2);
  const open = recorded(folder, 40);
  writeFileSync(join(folder, "notes.txt"), "");
  writeFileSync(join(folder, "x.cast.zst"), "");
  mkdirSync(recordingFile(folder, sessionOf(90)));
  const removed = pruneRecordings(folder, { keepDays: 30, now, isOpen: (id) => id === open });
  expect(removed).toEqual([{ sessionId: old, path: recordingFile(folder, old), bytes: 5 }]);
  expect(readdirSync(folder)).toHaveLength(6);
  expect(recordingOf(folder, old)).toBeNull();
  for (const id of [young, longAndOver, open]) expect(recordingOf(folder, id)?.bytes).toBe(5);
});

test("where nothing was ever recorded there is nothing to remove", () => {
  const folder = join(scratchFolder(), "none");
  expect(pruneRecordings(folder, { keepDays: 1, now, isOpen: () => false })).toEqual([]);
  expect(recordingOf(folder, sessionOf(1))).toBeNull();
});
