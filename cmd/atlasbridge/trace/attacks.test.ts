/** The attacks on a trace that it was designed against: each is found by `trace verify`, which names the first bad entry. */
import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { traceVerifyView } from "../../../contracts/views.ts";
import { asidesOf } from "../../../runtime/trace/aside.ts";
import { newestFile } from "../../../runtime/trace/checkpoints.ts";
import { noted, writeSession } from "../../../runtime/trace/drafts.example.ts";
import { change, rechain } from "../../../runtime/trace/verified.example.ts";
import { type Home, signedHome } from "./cli.example.ts";

/** Entries 1 to 22, signed at 2, 12 and 22; 3 to 12 are one session, 13 to 22 another. */
const entries = 22;

/** What the command says, to a person and to a program: exit 4, and the same first bad entry. */
async function firstBad(home: Home): Promise<number> {
  const said = await home.run("trace", "verify");
  expect(said.code).toBe(4);
  const named = Number(/^trace is broken from entry (\d+) on: /.exec(said.out)?.[1]);
  const json = await home.run("--json", "trace", "verify");
  expect(json.code).toBe(4);
  const { report } = traceVerifyView.parse(JSON.parse(json.out));
  expect(report?.faults[0]?.seq).toBe(named);
  expect(said.out).toContain(report?.faults[0]?.message ?? "no message");
  return named;
}

/** Whether it has a fault of this very entry. */
async function named(home: Home, seq: number): Promise<boolean> {
  const { out } = await home.run("--json", "trace", "verify");
  const { report } = traceVerifyView.parse(JSON.parse(out));
  return report?.faults.some((fault) => fault.seq === seq) ?? false;
}

/** All that tells of the entries after this one, as somebody would who knows the tables. */
function forget(file: string, after: number): void {
  change(
    file,
    `DELETE FROM entries WHERE seq > ${after}`,
    `DELETE FROM claims WHERE seq > ${after}`,
    `DELETE FROM checkpoints WHERE size > ${after}`,
    "DELETE FROM holders",
  );
}

describe("attacks", () => {
  test("the tail cut off", async () => {
    const home = signedHome();
    forget(home.traceFile, 12);
    expect(await firstBad(home)).toBe(13);
  });

  test("the last entry alone cut off", async () => {
    const home = signedHome();
    change(home.traceFile, `DELETE FROM entries WHERE seq = ${entries}`);
    expect(await firstBad(home)).toBe(entries);
  });

  test("everything deleted in the database", async () => {
    const home = signedHome();
    forget(home.traceFile, 0);
    expect(await firstBad(home)).toBe(1);
  });

  test("the database itself deleted: what was signed of it is told", async () => {
    const home = signedHome();
    for (const suffix of ["", "-wal", "-shm"])
      rmSync(`${home.traceFile}${suffix}`, { force: true });
    const said = await home.run("trace", "verify");
    expect(said).toMatchObject({
      code: 4,
      error: expect.stringContaining(`over ${entries} entries`),
    });
  });

  test("all of it rewritten and chained anew from the first entry on", async () => {
    const home = signedHome();
    change(home.traceFile, "UPDATE entries SET at = at + 1");
    rechain(home.traceFile, 1);
    expect(await firstBad(home)).toBe(1);
  });

  test("as many entries rewritten at the end as were there, and chained anew", async () => {
    const home = signedHome();
    change(home.traceFile, "UPDATE entries SET at = at + 1 WHERE seq >= 13");
    rechain(home.traceFile, 13);
    change(home.traceFile, "DELETE FROM checkpoints WHERE size > 12");
    expect(await firstBad(home)).toBe(13);
  });

  test("a field stripped, with the chain made to fit", async () => {
    const home = signedHome();
    change(home.traceFile, "UPDATE entries SET data = json_remove(data, '$.cut') WHERE seq = 4");
    rechain(home.traceFile, 4);
    expect(await firstBad(home)).toBe(3);
    change(home.traceFile, "DELETE FROM checkpoints");
    rmSync(newestFile(home.traceFile));
    expect(await firstBad(home)).toBe(4);
  });

  test("two entries that changed places", async () => {
    const home = signedHome();
    change(
      home.traceFile,
      "UPDATE entries SET seq = -6 WHERE seq = 6",
      "UPDATE entries SET seq = 6 WHERE seq = 8",
      "UPDATE entries SET seq = 8 WHERE seq = -6",
    );
    // Of those before it that were signed together with it none can be believed any more.
    expect(await firstBad(home)).toBe(3);
    expect(await named(home, 6)).toBe(true);
  });

  test("a number given twice, in a table made anew to allow it", async () => {
    const home = signedHome();
    change(
      home.traceFile,
      "CREATE TABLE forged AS SELECT * FROM entries",
      "INSERT INTO forged SELECT * FROM entries WHERE seq = 9",
      "DROP TABLE entries",
      "ALTER TABLE forged RENAME TO entries",
    );
    expect(await firstBad(home)).toBe(1);
    const { out } = await home.run("trace", "verify");
    expect(out).toContain('its table "entries" was altered');
    expect(out).toContain("entry 9 stands after 9");
  });

  test("yesterday's copy put back", async () => {
    const home = signedHome();
    copyFileSync(home.traceFile, `${home.traceFile}.yesterday`);
    const store = home.signingStore();
    writeSession(store);
    store.close();
    copyFileSync(`${home.traceFile}.yesterday`, home.traceFile);
    expect(await firstBad(home)).toBe(entries + 1);
  });

  test("the newest entry deleted, then begun again: nothing is added to it, and it says so itself", async () => {
    const home = signedHome();
    change(home.traceFile, `DELETE FROM entries WHERE seq = ${entries}`);
    const store = home.signingStore();
    store.append([noted()], { sessionId: null });
    store.close();
    const [kept = ""] = asidesOf(home.traceFile);
    const said = await home.run("trace", "verify");
    expect(said.code).toBe(0);
    expect(said.out).toContain(`in place of a tampered one, which ended at entry ${entries - 1}`);
    expect(said.out).toContain(`signed to entry ${entries}`);
    const old = await home.run("trace", "verify", "--file", kept);
    expect(old.code).toBe(4);
    expect(old.out).toStartWith(`trace is broken from entry ${entries} on`);
  });
});

describe("each column of an entry edited", () => {
  const edits: Record<string, string> = {
    seq: "seq + 100",
    v: "2",
    agent_id: "'01a20a8f-8325-757e-9f05-9f23f9849673'",
    at: "at + 1",
    session_id: "(SELECT session_id FROM entries WHERE seq = 20)",
    kind: "'prompt.escalated'",
    data: "replace(data, 'yes_no', 'pager')",
    content_hash: "upper(content_hash)",
    prev: "hash",
    hash: "prev",
    content: "replace(content, 'Continue', 'Delete')",
    salt: "upper(hex(randomblob(16)))",
  };
  // Without the hash the tree is another, and then the entry before, signed with it, is not known to be sound either.
  const breaksTree = new Set(["seq", "hash"]);
  for (const [column, value] of Object.entries(edits)) {
    test(`${column}: named at its entry`, async () => {
      const home = signedHome();
      change(home.traceFile, `UPDATE entries SET ${column} = ${value} WHERE seq = 4`);
      expect(await firstBad(home)).toBe(breaksTree.has(column) ? 3 : 4);
      expect(await named(home, 4)).toBe(true);
    });
  }

  test("these are all columns that there are", () => {
    const database = new Database(signedHome().traceFile, { readonly: true });
    const columns = database.query<{ name: string }, []>("PRAGMA table_info(entries)").all();
    expect(columns.map(({ name }) => name).toSorted()).toEqual(Object.keys(edits).toSorted());
    database.close();
  });
});

describe("forgeries", () => {
  test("a checkpoint whose signature was made by another key", async () => {
    const [home, other] = [signedHome(), signedHome()];
    const note = readFileSync(newestFile(other.traceFile), "utf8");
    change(home.traceFile, `UPDATE checkpoints SET note = '${note}' WHERE size = ${entries}`);
    expect(await firstBad(home)).toBe(entries);
  });

  test("a checkpoint with one bit of its signature turned", async () => {
    const home = signedHome();
    change(
      home.traceFile,
      `UPDATE checkpoints SET note = substr(note, 1, length(note) - 6) || 'AAAA' || substr(note, -2) WHERE size = 12`,
    );
    expect(await firstBad(home)).toBe(12);
  });

  test("a proof whose entry, path, checkpoint or key was changed proves nothing", async () => {
    const home = signedHome();
    const { out } = await home.run("trace", "prove", "5", "--content");
    const proof = JSON.parse(out);
    const other = JSON.parse((await signedHome().run("trace", "prove", "5")).out);
    const forged = [
      { ...proof, entry: { ...proof.entry, at: proof.entry.at + 1 } },
      { ...proof, entry: other.entry },
      { ...proof, path: proof.path.toReversed() },
      { ...proof, path: proof.path.slice(1) },
      { ...proof, checkpoint: other.checkpoint },
      { ...proof, key: other.key, checkpoint: other.checkpoint },
    ];
    const file = join(home.folder, "proof.json");
    writeFileSync(file, JSON.stringify(proof));
    expect((await home.run("trace", "verify", "--proof", file)).code).toBe(0);
    for (const one of forged) {
      writeFileSync(file, JSON.stringify(one));
      const said = await home.run("trace", "verify", "--proof", file);
      expect(said.code).toBe(4);
      expect(said.out).toContain("is not proved");
    }
  });
});
