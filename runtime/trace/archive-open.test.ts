/** An archive that cannot be read is told as what it is, and the trace goes on without it. */
import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { manualClock } from "../manual-clock.ts";
import { archiveTrace } from "./archive.ts";
import * as draft from "./drafts.example.ts";
import { eraseSome } from "./erase.ts";
import { openAt } from "./opened.example.ts";
import { erasePastRetention, isRetentionDue } from "./retention.ts";
import { scratchFile } from "./scratch.example.ts";
import { archiveFolder, openSqliteReader } from "./sqlite-reader.ts";
import { verified } from "./verified.example.ts";

const monthMs = 31 * 86_400_000;

function readAll(file: string): number {
  const reader = openSqliteReader(file);
  try {
    return [...reader.entries()].length;
  } finally {
    reader.close();
  }
}

test.each([
  ["empty", () => "", "it is empty"],
  ["garbled", () => "no database at all", "file is not a database"],
  ["garbled behind its first page", (whole: Buffer) => whole.fill(7, 4_096), "malformed"],
])("one that is %s", (_name, spoilt, found) => {
  const file = scratchFile();
  const clock = manualClock();
  const store = openAt(file, { clock });
  draft.writeSession(store, 3);
  clock.advance(2 * monthMs);
  const folder = archiveFolder(file);
  const [made] = archiveTrace(store, { folder, before: clock.now() - monthMs }).archives;
  draft.writeSession(store, 3);
  const archive = join(folder, made?.file ?? "");
  writeFileSync(archive, spoilt(readFileSync(archive)));

  const [fault] = verified(file).faults;
  expect(fault).toMatchObject({ seq: 1, fault: "unreadable" });
  expect(fault?.message).toContain(`the archive ${archive}: `);
  expect(fault?.message).toContain(found);
  const what = { fromSeq: 1, toSeq: 5, reason: "asked" } as const;
  for (const read of [() => readAll(file), () => eraseSome(store, what, folder)]) {
    expect(read).toThrow(`the archive ${archive} is damaged`);
    expect(read).toThrow("put a copy of it back, or move it away");
  }
  const none = { before: clock.now(), archives: folder };
  expect(isRetentionDue(store, none)).toBe(false);
  clock.advance(monthMs);
  const due = { before: clock.now(), archives: folder };
  expect(isRetentionDue(store, due)).toBe(true);
  expect(erasePastRetention(store, due)).toBe(4);
  store.close();
});
