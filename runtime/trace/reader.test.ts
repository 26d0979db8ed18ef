/** A reader changes nothing, sees what is durable, and works where nothing can be written. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as draft from "./drafts.example.ts";
import { openAt } from "./opened.example.ts";
import { scratchFile, scratchFolder } from "./scratch.example.ts";
import { openSqliteReader } from "./sqlite-reader.ts";
import { codeOf } from "./store.suite.ts";
import { verifyTrace } from "./verify.ts";

test("a reader sees each entry as soon as it is durable, and holds up no writer", () => {
  const file = scratchFile();
  const store = openAt(file, { busyMs: 0 });
  const reader = openSqliteReader(file);
  const id = draft.writeSession(store);
  expect([...reader.entries()]).toEqual([...store.entries()]);
  expect(reader.sessionIds()).toEqual([id]);
  expect(reader.head()).toEqual(store.head());
  expect(reader.agentId).toBe(store.agentId);
  for (const entry of reader.entries()) {
    if (entry.seq < 4) store.append([draft.noted()], { sessionId: null });
  }
  expect(reader.head().seq).toBe(10);
  reader.close();
  store.close();
});

test("reading leaves the database file as it was, byte for byte", () => {
  const file = scratchFile();
  const store = openAt(file);
  draft.writeSession(store, 5);
  store.close();
  const before = readFileSync(file);
  const reader = openSqliteReader(file);
  expect(verifyTrace(reader).ok).toBe(true);
  reader.close();
  expect(readFileSync(file).equals(before)).toBe(true);
});

test("without a trace there is nothing to read, and nothing is made", () => {
  const file = join(scratchFolder(), "none", "trace.db");
  expect(codeOf(() => openSqliteReader(file))).toBe("not_found");
});

/** Mounts the folder read-only over itself, for one process that reads the trace and tries to write it. */
function onReadOnlyDisk(folder: string, file: string): { out: string; err: string } {
  const script = `
    import { openSqliteReader } from ${JSON.stringify(join(import.meta.dir, "sqlite-reader.ts"))};
    import { verifyTrace } from ${JSON.stringify(join(import.meta.dir, "verify.ts"))};
    import { openAt } from ${JSON.stringify(join(import.meta.dir, "opened.example.ts"))};
    const reader = openSqliteReader(process.argv[1]);
    const { ok, entries } = verifyTrace(reader);
    reader.close();
    let refused = "nothing";
    try { openAt(process.argv[1]).append([{ kind: "operator.acted", data: { action: "x", by: "cli" } }], { sessionId: null }); } catch (error) { refused = error.code; }
    console.log(JSON.stringify({ ok, entries, refused }));`;
  const mount = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && exec "$2" -e "$3" "$4"';
  const argv = ["-rm", "sh", "-c", mount, "sh", folder, process.execPath, script, file];
  const ran = spawnSync("unshare", argv, { encoding: "utf8" });
  return { out: ran.stdout, err: ran.stderr };
}

describe("on a read-only disk", () => {
  const canMount = spawnSync("unshare", ["-rm", "true"]).status === 0;
  // Skipped where a file system cannot be mounted read-only.
  test.skipIf(!canMount)("a closed trace is read, and writing is trace_unwritable", () => {
    const folder = scratchFolder();
    const file = join(folder, "trace.db");
    const store = openAt(file);
    draft.writeSession(store);
    store.close();
    const said = onReadOnlyDisk(folder, file);
    expect(said.err).toBe("");
    expect(JSON.parse(said.out)).toEqual({
      ok: true,
      entries: 7,
      refused: "trace_unwritable",
    });
  });

  // Skipped where a file system cannot be mounted read-only.
  test.skipIf(!canMount)("entries that are still in the log beside it are read too", () => {
    const folder = scratchFolder();
    const file = join(folder, "trace.db");
    const store = openAt(file);
    draft.writeSession(store);
    // Copied while open: the copy's log has not been folded in, and its shared memory is not there.
    const copy = join(folder, "copy.db");
    spawnSync("cp", [file, copy]);
    spawnSync("cp", [`${file}-wal`, `${copy}-wal`]);
    store.close();
    const said = onReadOnlyDisk(folder, copy);
    expect(said.err).toBe("");
    expect(JSON.parse(said.out)).toMatchObject({ ok: true, entries: 7 });
  });
});
