/** The SQLite store keeps the promises of every store, and those that only a file has. */
import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { systemRandom } from "../random.ts";
import * as draft from "./drafts.example.ts";
import { openAt } from "./opened.example.ts";
import { scratchFile, scratchFolder } from "./scratch.example.ts";
import { applicationId, migrations } from "./sqlite-schema.ts";
import { openSqliteReader } from "./sqlite-reader.ts";
import { codeOf, expectWholeChain, storeSuite } from "./store.suite.ts";
import { verifyTrace } from "./verify.ts";

const appender = join(import.meta.dir, "appender.example.ts");

describe("sqlite store", () => {
  storeSuite((clock) => openAt(scratchFile(), { clock }));
});

function verified(file: string) {
  const reader = openSqliteReader(file);
  try {
    return verifyTrace(reader);
  } finally {
    reader.close();
  }
}

describe("the file", () => {
  test("a new trace is the owner's alone: folder 0700, all files 0600", () => {
    const folder = join(scratchFolder(), "a", "b");
    const store = openAt(join(folder, "trace.db"));
    store.append([draft.noted()], { sessionId: null });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const files = readdirSync(folder).toSorted();
    expect(files).toEqual(["trace.db", "trace.db-shm", "trace.db-wal"]);
    for (const name of files) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    store.close();
  });

  test("what was appended is there after closing, under the same agent", () => {
    const file = scratchFile();
    const first = openAt(file);
    draft.writeSession(first, 3);
    const before = [...first.entries()];
    first.close();
    const again = openAt(file, { runtimeVersion: "9.9.9", create: false });
    expect([...again.entries()]).toEqual(before);
    expect(again.agentId).toBe(first.agentId);
    again.close();
    // The last one to close leaves a single file behind, with everything in it.
    expect(readdirSync(dirname(file))).toEqual(["trace.db"]);
  });

  test("without create a missing or empty trace is not found, and none is made", () => {
    const file = scratchFile();
    expect(codeOf(() => openAt(file, { create: false }))).toBe("not_found");
    expect(existsSync(file)).toBe(false);
    writeFileSync(file, "");
    expect(codeOf(() => openAt(file, { create: false }))).toBe("not_found");
    expect(codeOf(() => openSqliteReader(file))).toBe("not_found");
    expect(statSync(file).size).toBe(0);
    openAt(file).close();
    expect(verified(file).ok).toBe(true);
  });

  test("a folder that cannot be made, a folder in the file's place: one clear error each", () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, "file"), "x");
    expect(codeOf(() => openAt(join(folder, "file", "trace.db")))).toBe("home_unusable");
    mkdirSync(join(folder, "trace.db"));
    expect(codeOf(() => openAt(join(folder, "trace.db")))).toBe("trace_unwritable");
  });

  test("another program's database is refused and left as it was", () => {
    const file = scratchFile();
    const theirs = new Database(file);
    theirs.run("CREATE TABLE notes (text)");
    theirs.close();
    expect(codeOf(() => openAt(file))).toBe("trace_corrupt");
    expect(codeOf(() => openSqliteReader(file))).toBe("trace_corrupt");
    const after = new Database(file);
    expect(after.query("PRAGMA journal_mode").get()).toEqual({ journal_mode: "delete" });
    expect(after.query("SELECT name FROM sqlite_schema").all()).toEqual([{ name: "notes" }]);
    after.close();
  });

  test("a file that is no database is refused by readers and left as it was", () => {
    const file = scratchFile();
    const text = "not a database\n".repeat(500);
    writeFileSync(file, text);
    expect(codeOf(() => openAt(file, { create: false }))).toBe("trace_corrupt");
    expect(codeOf(() => openSqliteReader(file))).toBe("trace_corrupt");
    expect(Bun.file(file).size).toBe(text.length);
  });

  test("a trace of a newer version is refused for writing and for reading", () => {
    const file = scratchFile();
    openAt(file).close();
    const raw = new Database(file);
    expect(raw.query("PRAGMA application_id").get()).toEqual({ application_id: applicationId });
    raw.run(`PRAGMA user_version = ${migrations.length + 1}`);
    raw.close();
    expect(codeOf(() => openAt(file))).toBe("trace_newer");
    expect(codeOf(() => openSqliteReader(file))).toBe("trace_newer");
  });

  test("a trace moved away while in use takes no more entries, until it is back", () => {
    const file = scratchFile();
    const store = openAt(file);
    renameSync(file, `${file}.away`);
    const append = () => store.append([draft.noted()], { sessionId: null });
    expect(codeOf(append)).toBe("trace_unwritable");
    renameSync(`${file}.away`, file);
    expect(append()[0]?.seq).toBe(2);
    store.close();
  });
});

describe("trouble with the disk and with others", () => {
  test("a trace that another program holds is trace_locked; nothing is stored, and later it works", () => {
    const file = scratchFile();
    const store = openAt(file, { busyMs: 30 });
    const other = new Database(file);
    other.run("BEGIN IMMEDIATE");
    const append = () => store.append([draft.noted()], { sessionId: null });
    expect(codeOf(append)).toBe("trace_locked");
    expect(append).toThrow(/^another program holds the trace .*close that program/);
    other.run("ROLLBACK");
    expect(append()[0]?.seq).toBe(2);
    other.close();
    store.close();
  });

  test("how long it waits for another program can be changed while it is open", () => {
    const file = scratchFile();
    const store = openAt(file, { busyMs: 60_000 });
    const other = new Database(file);
    other.run("BEGIN IMMEDIATE");
    store.waitAtMost(30);
    // Had it waited for a minute, this test would have been ended.
    expect(codeOf(() => store.append([draft.noted()], { sessionId: null }))).toBe("trace_locked");
    other.close();
    store.close();
  });

  test("a full disk is trace_full; nothing is stored, and with room again it works", () => {
    const file = scratchFile();
    let limit: (pages: number) => void = () => {};
    const store = openAt(file, {}, (connection) => {
      limit = (pages) => connection.script(`PRAGMA max_page_count = ${pages}`);
      return connection;
    });
    limit(20);
    const big = [draft.noted("x".repeat(100_000))];
    expect(codeOf(() => store.append(big, { sessionId: null }))).toBe("trace_full");
    expect(store.head().seq).toBe(1);
    limit(1_000_000);
    expect(store.append(big, { sessionId: null })[0]?.seq).toBe(2);
    store.close();
    expect(verified(file)).toMatchObject({ ok: true, entries: 2 });
  });

  // Skipped as root, whom no mode of a file keeps out.
  test.skipIf(process.getuid?.() === 0)("a read-only trace is trace_unwritable", () => {
    const file = scratchFile();
    openAt(file).close();
    chmodSync(file, 0o400);
    const append = () => {
      const store = openAt(file);
      store.append([draft.noted()], { sessionId: null });
    };
    expect(codeOf(append)).toBe("trace_unwritable");
  });

  test("a damaged page is trace_corrupt to whoever must not mend it", () => {
    const file = scratchFile();
    const store = openAt(file);
    for (let count = 0; count < 40; count += 1) draft.writeSession(store);
    store.close();
    const bytes = new Uint8Array(readFileSync(file));
    bytes.fill(0xff, 8_192, bytes.length);
    writeFileSync(file, bytes);
    const use = () => {
      const again = openAt(file, { create: false });
      again.append([draft.noted()], { sessionId: null });
    };
    expect(codeOf(use)).toBe("trace_corrupt");
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });
});

describe("several writers", () => {
  test("two stores on one file interleave two hundred appends without gap or fork", () => {
    const file = scratchFile();
    const [one, two] = [openAt(file), openAt(file)];
    expect(one.agentId).toBe(two.agentId);
    for (let count = 0; count < 200; count += 1) {
      const store = (systemRandom.bytes(1)[0] ?? 0) % 2 === 0 ? one : two;
      expect(store.append([draft.noted()], { sessionId: null })[0]?.seq).toBe(count + 2);
    }
    expect([...one.entries()]).toEqual([...two.entries()]);
    expect(expectWholeChain(one.entries())).toBe(201);
    one.close();
    two.close();
  });

  test("a claim made through one store holds for the other", () => {
    const file = scratchFile();
    const [one, two] = [openAt(file), openAt(file)];
    const prompt = draft.newPrompt();
    const claim = { sessionId: draft.newSession(), claim: prompt };
    one.append([draft.injected(prompt)], claim);
    expect(() => two.append([draft.injected(prompt)], claim)).toThrow(/answered already/);
    expect(two.head().seq).toBe(2);
    one.close();
    two.close();
  });

  test("four processes that begin one trace together write it without gap or fork", async () => {
    const file = scratchFile();
    const children = [1, 2, 3, 4].map(() =>
      Bun.spawn(["bun", appender, file, "33"], { stdout: "ignore", stderr: "inherit" }),
    );
    const codes = await Promise.all(children.map((child) => child.exited));
    expect(codes).toEqual([0, 0, 0, 0]);
    const report = verified(file);
    expect(report).toMatchObject({
      ok: true,
      entries: 1 + 4 * (2 + 33 * 4),
      sessions: 4,
      prompts: 132,
    });
    const store = openAt(file);
    expect(expectWholeChain(store.entries())).toBe(report.entries);
    store.close();
  }, 20_000);
});

test("a trace with bits for others is made private again when it is opened for a session", () => {
  const file = scratchFile();
  const first = openAt(file);
  const files = [file, `${file}-wal`, `${file}-shm`];
  for (const path of files) chmodSync(path, 0o666);
  openAt(file, { create: false }).close();
  for (const path of files) expect(statSync(path).mode & 0o777).toBe(0o666);
  openAt(file).close();
  for (const path of files) expect(statSync(path).mode & 0o777).toBe(0o600);
  first.close();
});
