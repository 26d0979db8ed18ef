/** Verification finds what was done to the file around its entries: holders removed, foreign objects added. */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import * as draft from "./drafts.example.ts";
import { openAt } from "./opened.example.ts";
import { openSqliteReader } from "./sqlite-reader.ts";
import type { TraceStore } from "./store.ts";
import { change, faultsOf, verified, writtenTrace } from "./verified.example.ts";
import { verifyTrace } from "./verify.ts";

describe("holders", () => {
  const sessionId = draft.newSession();
  const openOne = (store: TraceStore): void => {
    store.append([draft.started()], { sessionId, opens: draft.someHolder });
  };

  test("a started session with neither end nor holder is found, after the entries that are sound", () => {
    const file = writtenTrace(openOne);
    expect(verified(file).ok).toBe(true);
    change(file, "DELETE FROM holders");
    expect(verified(file)).toMatchObject({ sound_to: 2, faults: [{ seq: 3, fault: "session" }] });
    expect(verified(file).faults[0]?.message).toContain(sessionId);
  });

  test("an end that was cut off is found by the holder that it had removed", () => {
    const file = writtenTrace();
    change(file, "DELETE FROM entries WHERE seq = 21");
    expect(faultsOf(file)).toEqual(["21 session"]);
  });

  test("a session that ends while we are reading is not held against the trace", () => {
    const file = writtenTrace(openOne);
    const store = openAt(file);
    const reader = openSqliteReader(file);
    const heldIds = (): string[] => {
      store.append([draft.ended()], { sessionId });
      return reader.heldIds();
    };
    expect(verifyTrace({ ...reader, heldIds })).toMatchObject({ ok: true, entries: 2 });
    reader.close();
    store.close();
  });
});

describe("the database's own objects", () => {
  const erasing =
    "CREATE TRIGGER tidy AFTER INSERT ON entries BEGIN UPDATE entries SET content = NULL, salt = NULL; END";
  const changes: Record<string, { statements: string[]; named: string }> = {
    "a trigger": { statements: [erasing], named: 'the trigger "tidy" on "entries"' },
    "a view": { statements: ["CREATE VIEW v AS SELECT 1"], named: 'the view "v"' },
    "a table": { statements: ["CREATE TABLE t (a)"], named: 'the table "t"' },
    "a column more": {
      statements: ["ALTER TABLE entries ADD COLUMN extra TEXT"],
      named: 'its table "entries" was altered',
    },
    "an index less": {
      statements: ["DROP INDEX entries_of_kind"],
      named: 'its index "entries_of_kind" was removed',
    },
  };
  for (const [name, { statements, named }] of Object.entries(changes)) {
    test(`${name}: found by verify, and nothing is written beside it`, () => {
      const file = writtenTrace();
      change(file, ...statements);
      expect(verified(file)).toMatchObject({ ok: false, faults: [{ fault: "schema" }] });
      expect(verified(file).faults[0]?.message).toContain(named);
      expect(() => openAt(file, { create: false })).toThrow(named);
      const lines: string[] = [];
      openAt(file, { onSetAside: (line) => lines.push(line) }).close();
      expect(lines[0]).toContain(named);
      expect(verified(file)).toMatchObject({ ok: true, entries: 1 });
    });
  }
});

test("pages that are lost: the entries before them are sound, and from which on they are not is said", () => {
  const file = writtenTrace((store) => {
    for (let count = 0; count < 40; count += 1) draft.writeSession(store);
  });
  const whole = verified(file);
  const bytes = readFileSync(file);
  const from = Math.floor(bytes.length / 2);
  bytes.fill(0xff, from - (from % 4_096));
  writeFileSync(file, bytes);
  const report = verified(file);
  expect(report.ok).toBe(false);
  expect(report.sound_to).toBeGreaterThan(20);
  expect(report.sound_to).toBeLessThan(whole.entries);
  const [fault] = report.faults;
  expect(fault).toMatchObject({ fault: "unreadable", seq: report.sound_to + 1 });
  expect(fault?.message).toContain("malformed");
});
