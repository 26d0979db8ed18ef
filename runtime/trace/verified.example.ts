/** A trace on the disk, changes made behind the store's back, and what verification says of them: for tests. */
import { Database } from "bun:sqlite";
import { expect } from "bun:test";
import { entryHash, type Unhashed } from "../../contracts/chain.ts";
import { traceReport } from "../../contracts/views.ts";
import * as draft from "./drafts.example.ts";
import { openAt } from "./opened.example.ts";
import { scratchFile } from "./scratch.example.ts";
import { sha256 } from "./sha256.ts";
import type { Glimpse } from "./quick.ts";
import { openSqliteReader, type TraceReader } from "./sqlite-reader.ts";
import type { TraceStore } from "./store.ts";
import { verifyTrace } from "./verify.ts";

/** Entries 1 to 19: opened, then two sessions of two prompts; 3 is a prompt.detected, 5 a reply.injected. */
export function writtenTrace(write: (store: TraceStore) => void = twoSessions): string {
  const file = scratchFile();
  const store = openAt(file);
  write(store);
  store.close();
  return file;
}

function twoSessions(store: TraceStore): void {
  draft.writeSession(store, 2);
  draft.writeSession(store, 2);
}

export function change(file: string, ...statements: string[]): void {
  const database = new Database(file);
  database.run("PRAGMA foreign_keys = OFF");
  for (const statement of statements) database.run(statement);
  database.close();
}

export function verified(file: string) {
  const reader = openSqliteReader(file);
  try {
    const report = verifyTrace(reader);
    expect(traceReport.parse(report)).toEqual(report);
    // The same with no row taken at a glance.
    expect(verifyTrace({ ...reader, glimpses: () => unclear(reader) })).toEqual(report);
    return report;
  } finally {
    reader.close();
  }
}

function* unclear(reader: TraceReader): Generator<readonly Glimpse[]> {
  for (const page of reader.glimpses()) yield page.map((one) => ({ ...one, packed: null }));
}

export const faultsOf = (file: string): string[] =>
  verified(file).faults.map(({ seq, fault }) => `${seq} ${fault}`);

/** As an attacker would who can write the whole file: gives every entry from `seq` on a fitting prev and hash. */
export function rechain(file: string, from: number): void {
  const database = new Database(file);
  type Row = Record<string, string | number | null>;
  const rows = database
    .query<Row, [number]>("SELECT * FROM entries WHERE seq >= ? ORDER BY seq")
    .all(from);
  const before = database
    .query<{ hash: string }, [number]>("SELECT hash FROM entries WHERE seq = ?")
    .get(from - 1);
  let prev = before?.hash ?? "0".repeat(64);
  for (const { content: _content, salt: _salt, hash: _hash, ...row } of rows) {
    const unhashed = { ...row, prev, data: JSON.parse(String(row["data"])) } as unknown as Unhashed;
    const hash = entryHash(unhashed, sha256);
    database.run("UPDATE entries SET prev = ?, hash = ? WHERE seq = ?", [
      prev,
      hash,
      row["seq"] ?? 0,
    ]);
    prev = hash;
  }
  database.close();
}
