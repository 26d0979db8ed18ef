/** A trace of an older form is brought to the newest, with a copy of what it was; erasing spares no copy. */
import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import * as draft from "./drafts.example.ts";
import { eraseSome } from "./erase.ts";
import { uploadMigration } from "./migrations/007-upload.ts";
import { openAt } from "./opened.example.ts";
import { scratchFile } from "./scratch.example.ts";
import type { Connection } from "./sqlite-connection.ts";
import { migrations } from "./sqlite-schema.ts";
import { codeOf } from "./store.suite.ts";

const older = migrations.indexOf(uploadMigration);

/** As the version before the upload left it: with a session in it. */
function olderTrace(): { file: string; copy: string; entries: number } {
  const file = scratchFile();
  const store = openAt(file);
  draft.writeSession(store, 3);
  const entries = [...store.entries()].length;
  store.close();
  const raw = new Database(file);
  raw.run("DROP TABLE upload");
  raw.run(`PRAGMA user_version = ${older}`);
  raw.close();
  return { file, copy: `${file}.form-${older}`, entries };
}

/** A disk that has no room for a second trace. */
function withoutRoom(real: Connection): Connection {
  const broken: Connection = Object.create(real);
  broken.run = (sql, ...values) => {
    if (sql.startsWith("VACUUM INTO")) throw new Error("database or disk is full");
    real.run(sql, ...values);
  };
  return broken;
}

test("brought forward, its entries are all there, and the copy is what it was, for its owner alone", () => {
  const { file, copy, entries } = olderTrace();
  const store = openAt(file);
  expect([...store.entries()].length).toBe(entries);
  store.close();
  expect(statSync(copy).mode & 0o777).toBe(0o600);
  const kept = new Database(copy, { readonly: true });
  expect(kept.query("PRAGMA user_version").get()).toEqual({ user_version: older });
  expect(kept.query("SELECT count(*) AS n FROM entries").get()).toEqual({ n: entries });
  kept.close();
  const names = readdirSync(dirname(file)).toSorted();
  expect(names).toEqual(["trace.db", `trace.db.form-${older}`]);
});

test("a trace of the newest form is not copied", () => {
  const file = scratchFile();
  openAt(file).close();
  openAt(file).close();
  expect(readdirSync(dirname(file))).toEqual(["trace.db"]);
});

test("where no copy can be made the trace is left in its older form, and that is said", () => {
  const { file } = olderTrace();
  expect(codeOf(() => openAt(file, {}, withoutRoom))).toBe("trace_unwritable");
  expect(readdirSync(dirname(file)).filter((name) => name.includes(".form-"))).toEqual([]);
  const raw = new Database(file, { readonly: true });
  expect(raw.query("PRAGMA user_version").get()).toEqual({ user_version: older });
  raw.close();
});

test("what is erased is gone from the copy as well", () => {
  const { file, copy, entries } = olderTrace();
  const store = openAt(file);
  expect(existsSync(copy)).toBe(true);
  const what = { fromSeq: 1, toSeq: entries, reason: "asked" } as const;
  expect(eraseSome(store, what, join(dirname(file), "archives")).erased).toBeGreaterThan(0);
  expect(existsSync(copy)).toBe(false);
  store.close();
});
