/** How long a durable append takes and how fast a trace is verified, beside SQLite storing the same rows bare. */
import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { SessionId } from "../contracts/ids.ts";
import { AgentKey } from "../runtime/trace/agent-key.ts";
import * as draft from "../runtime/trace/drafts.example.ts";
import { openAt } from "../runtime/trace/opened.example.ts";
import { openSqliteReader } from "../runtime/trace/sqlite-reader.ts";
import { type EntryRow, toRow } from "../runtime/trace/sqlite-rows.ts";
import type { TraceStore } from "../runtime/trace/store.ts";
import { verifyTrace } from "../runtime/trace/verify.ts";
import { beside, type Figure, judge, table } from "./figure.ts";
import { load } from "./machine.ts";
import { keepResult } from "./results.ts";

const { values } = parseArgs({
  options: {
    /** On which disk: an fsync on a memory disk costs nothing and says nothing. */
    folder: { type: "string", default: "." },
    prompts: { type: "string", default: "1000" },
    quick: { type: "boolean", default: false },
  },
});
const prompts = values.quick ? 50 : Number(values.prompts);
const verifyRounds = values.quick ? 1 : 5;

type Times = { ours: number[]; bare: number[]; entries: number };

const published = {
  append: "the Python AtlasBridge 3 500/s with fsync, Tessera on POSIX files 2 900/s",
  verify: "the Python AtlasBridge 55 000/s",
};

/** Ours and the bare insert take turns, row for row, so that other work on the disk strikes both alike. */
function appendBoth(folder: string): Times {
  const keys = new AgentKey(join(folder, "agent.key"));
  const store = openAt(join(folder, "trace.db"), { keys });
  const bare = new Database(join(folder, "bare.db"), { create: true });
  bare.run("PRAGMA journal_mode = WAL");
  bare.run("PRAGMA synchronous = FULL");
  bare.run(
    "CREATE TABLE entries (seq INTEGER PRIMARY KEY, v, agent_id, at, session_id, kind, data, content_hash, prev, hash, content, salt)",
  );
  const insert = bare.query(`INSERT INTO entries VALUES (${Array(12).fill("?").join(",")})`);
  const times: Times = { ours: [], bare: [], entries: 0 };
  const sessionId = draft.newSession();
  store.append([draft.started()], { sessionId, opens: draft.someHolder });
  for (let count = 0; count < prompts; count += 1) {
    for (const { drafts, claim } of draft.draftsOfPrompt()) {
      let from = performance.now();
      const stored = store.append(drafts, { sessionId, ...claim });
      times.ours.push(performance.now() - from);
      times.entries += stored.length;
      const rows = stored.map(toRow).map(columnsOf);
      from = performance.now();
      bare.transaction(() => {
        for (const row of rows) insert.run(...row);
      })();
      times.bare.push(performance.now() - from);
    }
  }
  bare.close();
  fill(store, sessionId);
  store.close();
  return times;
}

/** Entries enough to time verifying, many in one transaction. */
function fill(store: TraceStore, sessionId: SessionId): void {
  const rounds = values.quick ? 2 : 200;
  for (let round = 0; round < rounds; round += 1) {
    const drafts = Array.from({ length: 100 }, () => {
      const prompt = draft.newPrompt();
      return [draft.detected(prompt), draft.decided(prompt), draft.closed(prompt, "person")];
    });
    store.append(drafts.flat(), { sessionId });
  }
}

function columnsOf(row: EntryRow): (string | number | null)[] {
  const { seq, v, agent_id, at, session_id, kind } = row;
  const { data, content_hash, prev, hash, content, salt } = row;
  return [seq, v, agent_id, at, session_id, kind, data, content_hash, prev, hash, content, salt];
}

type Verified = { ours: number[]; bare: number[]; entries: number };

/** Entries per second: verifying, and reading the same rows without looking at them. */
function verifyBoth(file: string): Verified {
  const reader = openSqliteReader(file);
  const ours: number[] = [];
  const bare: number[] = [];
  let entries = 0;
  for (let round = 0; round < verifyRounds; round += 1) {
    let from = performance.now();
    const report = verifyTrace(reader);
    ours.push(report.entries / ((performance.now() - from) / 1_000));
    if (!report.ok) throw new Error(report.faults[0]?.message);
    entries = report.entries;
    from = performance.now();
    let read = 0;
    for (const row of reader.rows()) read += row.seq > 0 ? 1 : 0;
    bare.push(read / ((performance.now() - from) / 1_000));
  }
  reader.close();
  return { ours, bare, entries };
}

const perSecond = (entries: number, ms: readonly number[]): number =>
  entries / (ms.reduce((sum, one) => sum + one, 0) / 1_000);

function figuresOf({ ours, bare, entries }: Times, verified: Verified): Figure[] {
  const append = (share: number, target: Figure["target"]): Figure => ({
    what: `durable append (FULL), p${share * 100}`,
    unit: "ms",
    ...beside(ours, ["bare insert", bare], share),
    target,
  });
  return [
    append(0.5, null),
    append(0.99, { of: "value", atMost: 1 }),
    {
      what: `durable append (FULL), ${entries} entries one after the other`,
      unit: "entries/s",
      ours: perSecond(entries, ours),
      peer: { name: "bare insert", value: perSecond(entries, bare) },
      target: null,
      runs: ours.length,
      published: published.append,
    },
    {
      what: `verify, ${verified.entries} entries, median`,
      unit: "entries/s",
      ...beside(verified.ours, ["reading the rows", verified.bare]),
      target: { of: "value", atLeast: 300_000 },
      published: published.verify,
    },
  ];
}

const folder = mkdtempSync(join(values.folder, ".bench-trace-"));
try {
  const before = load();
  const times = appendBoth(folder);
  const judged = figuresOf(times, verifyBoth(join(folder, "trace.db"))).map(judge);
  console.log(table(judged));
  console.log(`load ${before} before, ${load()} after`);
  if (!values.quick) keepResult("trace", { before, figures: judged });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
