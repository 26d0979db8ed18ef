/** What is erased is gone from the raw files, the trace says so, and everything else stands as it was. */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import { limits } from "../../contracts/limits.ts";
import { manualClock } from "../manual-clock.ts";
import { archiveTrace } from "./archive.ts";
import * as draft from "./drafts.example.ts";
import { type Erasure, eraseSome } from "./erase.ts";
import { openAt } from "./opened.example.ts";
import type { OwnTrace } from "./own-trace.ts";
import { erasePastRetention, isRetentionDue } from "./retention.ts";
import { scratchFile } from "./scratch.example.ts";
import { archiveFolder, openSqliteReader } from "./sqlite-reader.ts";
import { change, faultsOf, verified } from "./verified.example.ts";
import { verifyTrace } from "./verify.ts";

const sessionId = draft.newSession();

/** A question that nothing else in the files can be mistaken for, of any length: `mark` at its beginning and end. */
const question = (mark: string, chars = 40): string => `<${mark}>${"x".repeat(chars)}<${mark}>`;

function ask(store: OwnTrace, mark: string, chars?: number): number {
  const id = draft.newPrompt();
  const drafts = [draft.detected(id, question(mark, chars)), draft.closed(id)];
  return store.append(drafts, { sessionId })[0]?.seq ?? 0;
}

/** Of each mark that stands anywhere in the files of the trace, archives included. */
function marksIn(file: string): Set<string> {
  const folders = [dirname(file), archiveFolder(file)];
  const found = new Set<string>();
  for (const folder of folders) {
    for (const name of namesIn(folder)) {
      const text = readFileSync(join(folder, name), "latin1");
      for (const [, mark = ""] of text.matchAll(/<(m\d+)>/g)) found.add(mark);
    }
  }
  return found;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((one) =>
      one.isFile() ? [one.name] : [],
    );
  } catch {
    return [];
  }
}

function eraseAll(store: OwnTrace, file: string, what: Omit<Erasure, "reason">): number {
  let erased = 0;
  for (let from: number | null = what.fromSeq; from !== null; ) {
    const step = eraseSome(store, { ...what, fromSeq: from, reason: "asked" }, archiveFolder(file));
    erased += step.erased;
    from = step.next;
  }
  expect(store.emptyLog()).toBe(true);
  return erased;
}

describe("erased content", () => {
  test("is in none of the files, and each other entry has its own", () => {
    const file = scratchFile();
    const store = openAt(file);
    store.append([draft.started()], { sessionId, opens: draft.someHolder });
    const seqs = Array.from({ length: 60 }, (_, at) =>
      ask(store, `m${at}`, at === 30 ? 90_000 : 40),
    );
    expect(marksIn(file).size).toBe(60);
    const [fromSeq = 0, toSeq = 0] = [seqs[10], seqs[40]];
    expect(eraseAll(store, file, { fromSeq, toSeq })).toBe(31);
    const left = Array.from({ length: 60 }, (_, at) => `m${at}`);
    expect([...marksIn(file)].toSorted()).toEqual(left.toSpliced(10, 31).toSorted());
    expect(verified(file)).toMatchObject({ ok: true, content_erased: 31 });
    const reader = openSqliteReader(file);
    const texts = [...reader.entries({ kinds: ["prompt.detected"] })].map(({ content, salt }) => [
      content === null,
      salt === null,
    ]);
    reader.close();
    expect(texts.filter(([isGone]) => isGone)).toHaveLength(31);
    expect(texts.every(([content, salt]) => content === salt)).toBe(true);
    store.close();
  });

  test("of one session or of before a moment leaves that of the others", () => {
    const file = scratchFile();
    const clock = manualClock();
    const store = openAt(file, { clock });
    const other = draft.newSession();
    for (const [id, mark] of [
      [sessionId, "m1"],
      [other, "m2"],
      [sessionId, "m3"],
    ] as const) {
      store.append([draft.detected(draft.newPrompt(), question(mark))], { sessionId: id });
      clock.advance(1_000);
    }
    const cut = clock.now();
    clock.advance(1);
    store.append([draft.detected(draft.newPrompt(), question("m4"))], { sessionId });
    const all = { fromSeq: 1, toSeq: store.head().seq };
    expect(eraseAll(store, file, { ...all, session: sessionId, before: cut })).toBe(2);
    expect([...marksIn(file)].toSorted()).toEqual(["m2", "m4"]);
    expect(eraseAll(store, file, { ...all, session: sessionId })).toBe(1);
    expect(eraseAll(store, file, { ...all, before: cut })).toBe(1);
    expect(marksIn(file).size).toBe(0);
    expect(verified(file)).toMatchObject({ ok: true, content_erased: 4 });
    store.close();
  });

  test("whatever is erased in whatever order, by whomever else the file is written meanwhile", () => {
    const step = fc.oneof(
      fc.record({
        ask: fc.integer({ min: 1, max: 12 }),
        chars: fc.integer({ min: 0, max: 9_000 }),
      }),
      fc.record({ from: fc.nat(60), count: fc.integer({ min: 1, max: 20 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 4, maxLength: 14 }), (steps) => {
        const file = scratchFile();
        const store = openAt(file);
        const other = openAt(file);
        const asked = new Map<number, string>();
        let marks = 0;
        for (const one of steps) {
          if ("ask" in one) {
            for (let left = one.ask; left > 0; left -= 1) {
              marks += 1;
              const by = left % 2 === 0 ? store : other;
              asked.set(ask(by, `m${marks}`, one.chars), `m${marks}`);
            }
          } else {
            const [fromSeq, toSeq] = [one.from, one.from + one.count];
            eraseAll(store, file, { fromSeq, toSeq });
            for (let seq = fromSeq; seq <= toSeq; seq += 1) asked.delete(seq);
          }
        }
        store.emptyLog();
        expect([...marksIn(file)].toSorted()).toEqual([...asked.values()].toSorted());
        const { faults } = verified(file);
        expect(faults.filter(({ fault }) => fault.startsWith("content"))).toEqual([]);
        store.close();
        other.close();
      }),
      { numRuns: 10 },
    );
  }, 20_000);

  test("is gone from the log too while somebody is amid reading the trace", () => {
    const file = scratchFile();
    const store = openAt(file, { busyMs: 10 });
    ask(store, "m1");
    const reader = openSqliteReader(file);
    const rows = reader.rows()[Symbol.iterator]();
    rows.next();
    eraseSome(store, { fromSeq: 1, toSeq: 9, reason: "asked" }, archiveFolder(file));
    // Pages are read whole: nobody holds the log up between them.
    expect(store.emptyLog()).toBe(true);
    expect(marksIn(file).size).toBe(0);
    reader.close();
    store.close();
  });
});

describe("what verify says of it", () => {
  test("content put back after it was erased, or taken away without a word", () => {
    const file = scratchFile();
    const store = openAt(file);
    const seq = ask(store, "m1");
    ask(store, "m2");
    const reader = openSqliteReader(file);
    const [row] = reader.rows({ afterSeq: seq - 1 });
    reader.close();
    eraseAll(store, file, { fromSeq: seq, toSeq: seq });
    store.close();
    change(
      file,
      `UPDATE entries SET content = '${row?.content}', salt = '${row?.salt}' WHERE seq = 2`,
    );
    expect(faultsOf(file)).toEqual(["2 content_left"]);
    change(file, `UPDATE entries SET content = NULL, salt = NULL WHERE seq >= 2`);
    expect(faultsOf(file)).toEqual(["4 content_missing"]);
  });

  test("an entry cannot say that what comes after it was erased", () => {
    const file = scratchFile();
    const store = openAt(file);
    const data = { from_seq: 1, to_seq: 99 };
    store.append([{ kind: "content.erased", data }], { sessionId: null });
    ask(store, "m1");
    store.close();
    change(file, "UPDATE entries SET content = NULL, salt = NULL WHERE seq = 3");
    expect(faultsOf(file)).toEqual(["3 content_missing"]);
  });

  test("erased while we are reading is not held against the trace", () => {
    const file = scratchFile();
    const store = openAt(file);
    for (let count = 0; count < 300; count += 1) ask(store, `m${count}`);
    const reader = openSqliteReader(file);
    const erasing = { fromSeq: 1, toSeq: 601, reason: "asked" } as const;
    const glimpses = function* () {
      let isFirst = true;
      for (const page of reader.glimpses()) {
        yield page;
        if (isFirst) eraseSome(store, erasing, archiveFolder(file));
        isFirst = false;
      }
    };
    const report = verifyTrace({ ...reader, glimpses });
    expect(report).toMatchObject({ ok: true });
    expect(report.content_erased).toBeGreaterThan(100);
    reader.close();
    store.close();
  });
});

describe("retention", () => {
  const dayMs = 86_400_000;

  test("erases what is older, a bounded part each time, and looks no further than it must", () => {
    const file = scratchFile();
    const archives = archiveFolder(file);
    const clock = manualClock();
    const store = openAt(file, { clock });
    const steps = limits.retentionStepsMax * limits.eraseEntriesMax;
    expect(steps).toBeGreaterThan(1_000);
    for (let count = 0; count < 700; count += 1) ask(store, `m${count}`);
    clock.advance(dayMs);
    ask(store, "m9000");
    const before = clock.now() - dayMs + 1;
    expect(isRetentionDue(store, { before, archives })).toBe(true);
    expect(erasePastRetention(store, { before, archives })).toBe(700);
    expect(isRetentionDue(store, { before, archives })).toBe(false);
    expect(erasePastRetention(store, { before, archives })).toBe(0);
    store.emptyLog();
    expect([...marksIn(file)]).toEqual(["m9000"]);
    expect(verified(file)).toMatchObject({ ok: true, content_erased: 700 });
    const said = [...store.entries({ kinds: ["content.erased"] })].map(({ data }) => data);
    expect(said).toHaveLength(2);
    expect(said[0]).toMatchObject({ reason: "retention" });
    clock.advance(dayMs);
    const later = { before: clock.now(), archives };
    expect(isRetentionDue(store, later)).toBe(true);
    expect(erasePastRetention(store, later)).toBe(1);
    store.close();
  });

  test("an archive that cannot be read keeps nothing from being erased, and is looked at again", () => {
    const file = scratchFile();
    const archives = archiveFolder(file);
    const clock = manualClock();
    const store = openAt(file, { clock });
    ask(store, "m1");
    clock.advance(40 * dayMs);
    const [made] = archiveTrace(store, { folder: archives, before: clock.now() }).archives;
    const archive = join(archives, made?.file ?? "");
    renameSync(archive, `${archive}.good`);
    writeFileSync(archive, "");
    ask(store, "m2");
    clock.advance(dayMs);
    const due = { before: clock.now(), archives };
    expect(isRetentionDue(store, due)).toBe(true);
    expect(erasePastRetention(store, due)).toBe(1);
    expect(isRetentionDue(store, due)).toBe(false);
    renameSync(`${archive}.good`, archive);
    expect(erasePastRetention(store, due)).toBe(1);
    store.emptyLog();
    expect([...marksIn(file)]).toEqual([]);
    expect(verified(file)).toMatchObject({ ok: true, content_erased: 2 });
    store.close();
  });

  test("an entry from a clock that was wrong for a while keeps nobody else's content", () => {
    const file = scratchFile();
    const archives = archiveFolder(file);
    const clock = manualClock();
    const store = openAt(file, { clock });
    ask(store, "m1");
    clock.advance(1_000 * dayMs);
    ask(store, "m2");
    clock.advance(-999 * dayMs);
    ask(store, "m3");
    const before = clock.now() + 1;
    expect(erasePastRetention(store, { before, archives })).toBe(2);
    store.emptyLog();
    expect([...marksIn(file)]).toEqual(["m2"]);
    expect(verified(file).content_erased).toBe(2);
    store.close();
  });
});
