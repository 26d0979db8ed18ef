/** A writer killed at any moment, or a copy taken while it writes, leaves a trace that verifies and goes on. */
import { expect, test } from "bun:test";
import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { openAt } from "./opened.example.ts";
import { scratchFile, scratchFolder } from "./scratch.example.ts";
import { openSqliteReader } from "./sqlite-reader.ts";
import { verifyTrace } from "./verify.ts";

const appender = join(import.meta.dir, "appender.example.ts");
const runs = 30;

/** A child that appends without end; `seen` is the highest number it has told us was durable. */
function startWriter(file: string) {
  const child = Bun.spawn(["bun", appender, file, "endless"], {
    stdout: "pipe",
    stderr: "inherit",
  });
  const writer = { child, seen: 0, toldUntil: Promise.resolve() };
  const waiting: { lines: number; tell: () => void }[] = [];
  let lines = 0;
  const read = async (): Promise<void> => {
    let rest = "";
    const decoder = new TextDecoder();
    for await (const bytes of child.stdout) {
      const parts = (rest + decoder.decode(bytes)).split("\n");
      rest = parts.pop() ?? "";
      lines += parts.length;
      writer.seen = Math.max(writer.seen, Number(parts.at(-1)) || 0);
      for (const waiter of waiting) if (waiter.lines <= lines) waiter.tell();
    }
  };
  writer.toldUntil = read();
  const afterLines = (wanted: number): Promise<void> =>
    new Promise((tell) => {
      if (wanted <= lines) tell();
      else waiting.push({ lines: wanted, tell });
    });
  return { writer, afterLines };
}

function verified(file: string) {
  const reader = openSqliteReader(file);
  try {
    return verifyTrace(reader);
  } finally {
    reader.close();
  }
}

test(`kill -9 at ${runs} random moments: nothing that was durable is lost, and the trace verifies`, async () => {
  const file = scratchFile();
  let known = 0;
  for (let run = 0; run < runs; run += 1) {
    const { writer, afterLines } = startWriter(file);
    // From "has not made its file yet" to "in the middle of some append".
    await afterLines(run === 0 ? 0 : Math.floor(Math.random() * 40));
    writer.child.kill("SIGKILL");
    await Promise.all([writer.child.exited, writer.toldUntil]);
    known = Math.max(known, writer.seen);
    if (!existsSync(file) || Bun.file(file).size === 0) continue;
    const report = verified(file);
    expect(report.faults).toEqual([]);
    expect(report.entries).toBeGreaterThanOrEqual(known);
  }
  const store = openAt(file);
  store.recover(() => true);
  expect(store.openSessions()).toEqual([]);
  const kinds = [...store.entries({ kinds: ["session.started", "session.ended"] })].map(
    (entry) => entry.kind,
  );
  const count = (kind: "session.started" | "session.ended"): number =>
    kinds.filter((one) => one === kind).length;
  expect(count("session.started")).toBeGreaterThan(runs / 2);
  expect(count("session.ended")).toBe(count("session.started"));
  store.close();
  expect(verified(file)).toMatchObject({ ok: true });
}, 30_000);

test("a copy of the files taken while a session writes opens and verifies", async () => {
  const file = scratchFile();
  const { writer, afterLines } = startWriter(file);
  for (let copies = 1; copies <= 10; copies += 1) {
    await afterLines(copies * 15);
    const copy = join(scratchFolder(), "trace.db");
    const durable = writer.seen;
    // The order in which a careful person would not: the log that the database needs is copied last.
    for (const suffix of ["", "-wal", "-shm"]) copyFileSync(`${file}${suffix}`, `${copy}${suffix}`);
    const report = verified(copy);
    expect(report.faults).toEqual([]);
    expect(report.entries).toBeGreaterThanOrEqual(durable);
    const store = openAt(copy);
    expect(store.recover(() => true).at(-1)?.kind).toBe("runtime.recovered");
    store.close();
    expect(verified(copy)).toMatchObject({ ok: true });
  }
  writer.child.kill("SIGKILL");
  await writer.child.exited;
}, 20_000);
