/** Proves that SQLite's log stays small where none of those who write to it writes often. */
import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { statSync } from "node:fs";
import { limits } from "../../contracts/limits.ts";
import * as draft from "./drafts.example.ts";
import { openAt } from "./opened.example.ts";
import { scratchFile } from "./scratch.example.ts";

const logBytesMax = 16 * 1_048_576;

test("somebody reads as the log is folded: it begins anew soon after they have done", () => {
  const file = scratchFile();
  const store = openAt(file);
  const id = draft.newSession();
  store.append([draft.started()], { sessionId: id, opens: draft.someHolder });
  const onlooker = new Database(file);
  const frames = (): number =>
    onlooker.query<{ log: number }, []>("PRAGMA wal_checkpoint(NOOP)").get()?.log ?? 0;
  const append = (count: number): void => {
    for (let done = 0; done < count; done += 1) store.append([draft.started()], { sessionId: id });
  };
  onlooker.run("BEGIN");
  onlooker.query("SELECT count(*) FROM entries").get();
  append(limits.unfoldedAppendsMax + 1);
  onlooker.run("ROLLBACK");
  const beside = frames();
  append(limits.unfoldedAgainMin + 1);
  expect(frames()).toBeLessThan(beside);
  onlooker.close();
  store.close();
}, 60_000);

test("many short sessions beside a process that only looks on: the log is folded all the same", () => {
  const file = scratchFile();
  // While it is there, nobody who leaves is the last one, who would fold the log.
  const onlooker = openAt(file);
  let most = 0;
  while (onlooker.head().seq < 4 * limits.unfoldedEntriesMax) {
    const store = openAt(file);
    for (let session = 0; session < 4; session += 1) draft.writeSession(store, 6);
    store.close();
    most = Math.max(most, statSync(`${file}-wal`).size);
  }
  onlooker.close();
  expect(most).toBeLessThan(logBytesMax);
}, 30_000);
