/** Old months lie in files of their own: everything reads and verifies as before, and no cut loses or doubles an entry. */
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Moment } from "../../contracts/moment.ts";
import { manualClock } from "../manual-clock.ts";
import { AgentKey } from "./agent-key.ts";
import { archiveTrace, type ArchiveStep } from "./archive.ts";
import { readNewest } from "./checkpoints.ts";
import * as draft from "./drafts.example.ts";
import { eraseSome } from "./erase.ts";
import { readKeyFile } from "./key-file.ts";
import { openAt } from "./opened.example.ts";
import type { OwnTrace } from "./own-trace.ts";
import { scratchFile } from "./scratch.example.ts";
import { archiveFolder, openSqliteReader } from "./sqlite-reader.ts";
import { change } from "./verified.example.ts";
import { verifyTrace } from "./verify.ts";

const dayMs = 86_400_000;
const july = Date.parse("2026-07-10T00:00:00Z");
const september = Date.parse("2026-09-01T00:00:00Z");

const signed = (file: string, clock: ReturnType<typeof manualClock>): OwnTrace =>
  openAt(file, { clock, keys: new AgentKey(`${file}.key`) });

/** Sessions on 10 July, 10 August and 10 September 2026, of `prompts` prompts each. */
function threeMonths(prompts = 3): {
  file: string;
  store: OwnTrace;
  clock: ReturnType<typeof manualClock>;
} {
  const file = scratchFile();
  const clock = manualClock();
  clock.advance(july - clock.now());
  const store = signed(file, clock);
  for (let month = 0; month < 3; month += 1) {
    if (prompts < 10) draft.writeSession(store, prompts);
    else writeMany(store, prompts);
    clock.advance(31 * dayMs);
  }
  return { file, store, clock };
}

/** As a session, in few writes. */
function writeMany(store: OwnTrace, prompts: number): void {
  const sessionId = draft.newSession();
  store.append([draft.started()], { sessionId, opens: draft.someHolder });
  const asked = Array.from({ length: prompts }, () => draft.newPrompt());
  const drafts = asked.flatMap((id) => [draft.detected(id), draft.closed(id, "person")]);
  store.append(drafts, { sessionId });
  store.append([draft.ended()], { sessionId });
}

function archived(file: string, store: OwnTrace, before: Moment = september) {
  return archiveTrace(store, { folder: archiveFolder(file), before });
}

function verified(file: string, withoutArchives = false) {
  const reader = openSqliteReader(file);
  const own = readKeyFile(`${file}.key`)?.publicKey ?? "";
  const beside = { newest: readNewest(file), publicKeys: [own], trusted: null };
  try {
    return verifyTrace(reader, { beside, withoutArchives });
  } finally {
    reader.close();
  }
}

const faultsOf = (file: string, withoutArchives = false): string[] =>
  verified(file, withoutArchives).faults.map(({ seq, fault }) => `${seq} ${fault}`);

/** Every entry as a reader finds it, but for what archiving itself has added. */
function entriesOf(file: string): string[] {
  const reader = openSqliteReader(file);
  const all = [...reader.entries()].filter(({ kind }) => kind !== "trace.archived");
  reader.close();
  return all.map((entry) => JSON.stringify(entry));
}

describe("an archived trace", () => {
  test("has a file for each month, for its owner alone, and reads and verifies as before", () => {
    const { file, store } = threeMonths();
    const before = entriesOf(file);
    const report = verified(file);
    const { archives, heldBy } = archived(file, store);
    expect(archives.map(({ file: name }) => name)).toEqual(["2026-07.db", "2026-08.db"]);
    expect(heldBy).toBeNull();
    expect(entriesOf(file)).toEqual(before);
    const after = verified(file);
    expect(after).toMatchObject({ ok: true, sessions: 3, prompts: 9, entries: report.entries + 2 });
    const [first = 0, second = 0] = archives.map(({ toSeq }) => toSeq);
    expect(after.archives).toEqual([
      { file: "2026-07.db", from_seq: 1, to_seq: first, state: "checked" },
      { file: "2026-08.db", from_seq: first + 1, to_seq: second, state: "checked" },
    ]);
    for (const { file: name } of archives) {
      expect(statSync(join(archiveFolder(file), name)).mode & 0o777).toBe(0o600);
    }
    expect(readdirSync(archiveFolder(file)).toSorted()).toEqual(["2026-07.db", "2026-08.db"]);
    store.close();
  });

  test("takes entries as before, is signed as before, and is archived again", () => {
    const { file, store, clock } = threeMonths();
    archived(file, store);
    draft.writeSession(store, 2);
    clock.advance(31 * dayMs);
    draft.writeSession(store, 2);
    const { archives } = archived(file, store, Date.parse("2026-11-01T00:00:00Z"));
    expect(archives.map(({ file: name }) => name)).toEqual(["2026-09.db", "2026-10.db"]);
    const report = verified(file);
    expect(report).toMatchObject({ ok: true, sessions: 5, archives: { length: 4 } });
    expect(archived(file, store, Date.parse("2026-11-01T00:00:00Z")).archives).toEqual([]);
    store.close();
  });

  test("every query gives what it gave before", () => {
    const { file, store } = threeMonths();
    const kinds = ["prompt.detected"] as const;
    const read = () => {
      const reader = openSqliteReader(file);
      const sessions = reader.sessionIds();
      const [sessionId] = sessions;
      const queries = [
        { last: 4 },
        { kinds, last: 7 },
        { afterSeq: 5, kinds },
        { afterSeq: 14 },
        { last: 0 },
        ...(sessionId === undefined ? [] : [{ sessionId }, { sessionId, last: 2 }]),
      ];
      const found = queries.map((query) =>
        [...reader.rows(query)].filter(({ kind }) => kind !== "trace.archived"),
      );
      const claims = [...reader.claims()].map(({ seq }) => seq).toSorted((a, b) => a - b);
      reader.close();
      return { sessions, claims, found };
    };
    const before = read();
    archived(file, store);
    // The last ones are asked for by number, and archiving has added two.
    const after = read();
    expect({ ...after, found: after.found.slice(1) }).toEqual({
      ...before,
      found: before.found.slice(1),
    });
    store.close();
  });

  test("gives its space back to the disk", () => {
    const { file, store } = threeMonths(400);
    store.emptyLog();
    const before = statSync(file).size;
    const { packed } = archived(file, store);
    expect(packed).toBe(true);
    expect(statSync(file).size).toBeLessThan(before / 2);
    expect(existsSync(`${file}-wal`) ? statSync(`${file}-wal`).size : 0).toBe(0);
    expect(verified(file).ok).toBe(true);
    store.close();
  });

  test("keeps what an open session would need, and says so", () => {
    const { file, store, clock } = threeMonths();
    const sessionId = draft.newSession();
    clock.advance(-92 * dayMs);
    const [start] = store.append([draft.started()], { sessionId, opens: draft.someHolder });
    clock.advance(200 * dayMs);
    const { heldBy } = archived(file, store, clock.now());
    expect(heldBy).toBe(sessionId);
    expect(verified(file)).toMatchObject({ ok: true });
    const closed = store.recover(() => true);
    expect(closed.map(({ kind }) => kind)).toEqual(["session.ended", "runtime.recovered"]);
    expect(verified(file).ok).toBe(true);
    expect(start?.seq).toBeGreaterThan(verified(file).archives.at(-1)?.to_seq ?? 0);
    store.close();
  });

  test("that is damaged is not put away", () => {
    const { file, store } = threeMonths();
    change(file, "UPDATE entries SET prev = hash WHERE seq = 9");
    expect(() => archived(file, store)).toThrow("nothing was archived: entry 9");
    expect(verified(file).archives).toEqual([]);
    store.close();
  });
});

describe("an archive that is not there", () => {
  test("is named with what is in it; without archives the rest is whole", () => {
    const { file, store } = threeMonths();
    const { archives } = archived(file, store);
    const [first, second] = archives;
    rmSync(join(archiveFolder(file), "2026-07.db"));
    const report = verified(file);
    expect(report.faults).toEqual([
      {
        seq: 1,
        fault: "archive_missing",
        message: expect.stringContaining(
          `entries 1 to ${first?.toSeq} are in the archive 2026-07.db`,
        ),
      },
    ]);
    expect(verified(file, true)).toMatchObject({ ok: true, archives: [{ state: "missing" }, {}] });
    rmSync(join(archiveFolder(file), "2026-08.db"));
    const bare = verified(file, true);
    expect(bare).toMatchObject({ ok: true, sessions: 1, head: { seq: store.head().seq } });
    expect(bare.signed_to).toBeGreaterThan(second?.toSeq ?? 0);
    store.close();
  });

  test("in the middle is passed over, and what comes behind is held against what was signed", () => {
    const { file, store } = threeMonths();
    archived(file, store);
    rmSync(join(archiveFolder(file), "2026-08.db"));
    expect(verified(file, true).ok).toBe(true);
    change(
      file,
      "UPDATE archives SET roots = replace(roots, substr(roots, 1, 8), '00000000') WHERE file = '2026-08.db'",
    );
    expect(faultsOf(file, true)[0]).toContain("checkpoint_mismatch");
    store.close();
  });
});

describe("attacks on archives", () => {
  const attacks: Record<string, { attack: (file: string, folder: string) => void; found: RegExp }> =
    {
      "an entry changed in one": {
        attack: (_file, folder) =>
          change(join(folder, "2026-07.db"), "UPDATE entries SET at = at + 1 WHERE seq = 5"),
        found: /^5 hash_mismatch/,
      },
      "an entry removed from one": {
        attack: (_file, folder) =>
          change(join(folder, "2026-07.db"), "DELETE FROM entries WHERE seq = 5"),
        found: /5 gap/,
      },
      "two exchanged": {
        attack: (_file, folder) => {
          renameSync(join(folder, "2026-07.db"), join(folder, "x"));
          renameSync(join(folder, "2026-08.db"), join(folder, "2026-07.db"));
          renameSync(join(folder, "x"), join(folder, "2026-08.db"));
        },
        found: /^1 gap/,
      },
      "entries cut off and said to be archived": {
        attack: (file) => {
          change(
            file,
            "UPDATE archives SET to_seq = 99, file = 'gone.db' WHERE file = '2026-08.db'",
          );
        },
        found: /archive_missing|archive_mismatch/,
      },
      "another key said to be in force behind one": {
        attack: (file) =>
          change(file, `UPDATE archives SET public_key = '${"0".repeat(64)}' WHERE to_seq > 20`),
        found: /^\d+ archive_mismatch$/,
      },
      "a trigger put into one": {
        attack: (_file, folder) =>
          change(
            join(folder, "2026-07.db"),
            "CREATE TRIGGER t AFTER UPDATE ON entries BEGIN DELETE FROM entries; END",
          ),
        found: /^1 schema/,
      },
    };
  for (const [name, { attack, found }] of Object.entries(attacks)) {
    test(name, () => {
      const { file, store } = threeMonths();
      archived(file, store);
      store.close();
      expect(verified(file).ok).toBe(true);
      attack(file, archiveFolder(file));
      expect(faultsOf(file).join("\n")).toMatch(found);
    });
  }
});

describe("cut off by kill -9", () => {
  const archiver = join(import.meta.dir, "archiver.example.ts");
  const steps: ArchiveStep[] = ["written", "named", "switched", "deleting", "deleted", "packed"];
  for (const step of steps) {
    test(`${step}: nothing is lost or doubled, and the next call finishes`, () => {
      const { file, store } = threeMonths();
      const before = entriesOf(file);
      const words = [process.execPath, archiver, file, String(september), step];
      const { signalCode } = Bun.spawnSync(words);
      expect(signalCode).toBe("SIGKILL");
      expect(entriesOf(file)).toEqual(before);
      expect(verified(file)).toMatchObject({ ok: true, sessions: 3, prompts: 9 });
      draft.writeSession(store, 1);
      archived(file, store);
      expect(entriesOf(file).slice(0, before.length)).toEqual(before);
      expect(readdirSync(archiveFolder(file)).toSorted()).toEqual(["2026-07.db", "2026-08.db"]);
      expect(verified(file)).toMatchObject({ ok: true, sessions: 4, prompts: 10 });
      store.close();
    });
  }
});

describe("meanwhile", () => {
  test("others append, and somebody who reads all of it misses nothing", () => {
    const { file, store, clock } = threeMonths(600);
    const other = signed(file, clock);
    const reader = openSqliteReader(file);
    const seen: number[] = [];
    let added = 0;
    for (const { seq } of reader.rows()) {
      seen.push(seq);
      if (seq === 300) {
        archiveTrace(store, {
          folder: archiveFolder(file),
          before: september,
          at: (step) => {
            // Within its transaction others wait.
            if (step === "named") return;
            draft.writeSession(other, 1);
            added += 1;
          },
        });
      }
    }
    expect(added).toBeGreaterThan(5);
    const newest = reader.head().seq;
    expect(seen.slice(0, 1_000)).toEqual(Array.from({ length: 1_000 }, (_, at) => at + 1));
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.at(-1)).toBeLessThanOrEqual(newest);
    expect(seen.every((seq, at) => seq === at + 1)).toBe(true);
    reader.close();
    expect(verified(file).ok).toBe(true);
    other.close();
    store.close();
  });

  test("content that is erased while its month is written does not come back", () => {
    const { file, store, clock } = threeMonths();
    const other = signed(file, clock);
    let isFirst = true;
    archiveTrace(store, {
      folder: archiveFolder(file),
      before: september,
      at: (step) => {
        if (step !== "written" || !isFirst) return;
        isFirst = false;
        eraseSome(other, { fromSeq: 1, toSeq: 12, reason: "asked" }, archiveFolder(file));
      },
    });
    expect(verified(file)).toMatchObject({ ok: true, content_erased: 4 });
    other.close();
    store.close();
  });

  test("content in an archive is erased there, and the trace says so", () => {
    const { file, store } = threeMonths();
    archived(file, store);
    const what = { fromSeq: 1, toSeq: store.head().seq, reason: "asked" } as const;
    let erased = 0;
    for (let from: number | null = 1; from !== null; ) {
      const step = eraseSome(store, { ...what, fromSeq: from }, archiveFolder(file));
      erased += step.erased;
      from = step.next;
    }
    expect(erased).toBe(12);
    expect(verified(file)).toMatchObject({ ok: true, content_erased: 12 });
    rmSync(join(archiveFolder(file), "2026-08.db"));
    const erasing = () => eraseSome(store, { ...what, fromSeq: 20 }, archiveFolder(file));
    expect(erasing).toThrow("put it back first");
    store.close();
  });
});
