/** Whatever is done to a trace's file, taking rows at a glance finds the same as looking at each thoroughly. */
import { Database } from "bun:sqlite";
import { copyFileSync } from "node:fs";
import { expect, test } from "bun:test";
import fc from "fast-check";
import { scratchFile } from "./scratch.example.ts";
import { rechain, verified, writtenTrace } from "./verified.example.ts";

const texts = ["data", "content", "session_id", "kind", "prev", "hash", "content_hash", "salt"];

/** As an attacker who knows how rows are told at a glance: parts of the text moved between its columns. */
const pieces = fc.oneof(
  fc.constantFrom(
    `","data":`,
    `,"kind":"`,
    `","prev":"`,
    `,"session_id":null,"v":1}`,
    `"`,
    "\\",
    "null",
  ),
  fc.constantFrom("\u0000", "\u0001", "A", "0", "}", "{}", " ", "é", "\\u0061", `\\"`),
);

const edit = fc.record({
  seq: fc.integer({ min: 1, max: 21 }),
  column: fc.constantFrom(...texts),
  at: fc.nat(400),
  cut: fc.nat(3),
  put: pieces,
  chained: fc.boolean(),
});

function apply(
  file: string,
  {
    seq,
    column,
    at,
    cut,
    put,
  }: Omit<typeof edit extends fc.Arbitrary<infer T> ? T : never, "chained">,
): void {
  const database = new Database(file);
  database.run("PRAGMA foreign_keys = OFF");
  const row = database
    .query<{ value: string | null }, [number]>(
      `SELECT ${column} AS value FROM entries WHERE seq = ?`,
    )
    .get(seq);
  const value = row?.value ?? "";
  const from = at % (value.length + 1);
  const changed = value.slice(0, from) + put + value.slice(from + cut);
  database.run(`UPDATE entries SET ${column} = ? WHERE seq = ?`, [changed, seq]);
  database.close();
}

test("any part of a row edited, with the chain made to fit or not", () => {
  const original = writtenTrace();
  let found = 0;
  fc.assert(
    fc.property(edit, ({ chained, ...change }) => {
      // A new name each time: what the one before has left beside its file would be taken for this one's.
      const file = scratchFile();
      copyFileSync(original, file);
      apply(file, change);
      try {
        if (chained) rechain(file, change.seq);
      } catch {
        // What is no JSON any more has no canonical spelling to be hashed.
      }
      // It compares both ways of looking.
      if (!verified(file).ok) found += 1;
    }),
    { numRuns: 150 },
  );
  expect(found).toBeGreaterThan(100);
}, 60_000);
