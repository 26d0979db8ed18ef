/** Every write broken twice: once so that it failed, once so that it failed but had taken effect. */
import { describe, expect, test } from "bun:test";
import { AtlasError } from "../../contracts/errors.ts";
import type { EntryDraft } from "../../contracts/trace.ts";
import * as draft from "./drafts.example.ts";
import { asidesOf } from "./aside.ts";
import { TraceSetAside } from "./broken.ts";
import { openAt } from "./opened.example.ts";
import { scratchFile } from "./scratch.example.ts";
import type { Connection } from "./sqlite-connection.ts";
import { openSqliteReader } from "./sqlite-reader.ts";
import { AlreadyClaimed, type TraceStore } from "./store.ts";
import { verifyTrace } from "./verify.ts";

type Mode = "failed" | "failed but persisted";

/** Lets steps through until the k-th from `arm` on, which breaks; then none breaks until armed again. */
class Breaker {
  readonly steps: string[] = [];
  #left = 0;
  #mode: Mode = "failed";
  #code = "SQLITE_IOERR_WRITE";
  rollbackToo = false;

  arm(step: number, mode: Mode, code = "SQLITE_IOERR_WRITE"): void {
    this.steps.length = 0;
    this.#left = step;
    this.#mode = mode;
    this.#code = code;
  }

  get broke(): boolean {
    return this.#left <= 0;
  }

  #step<T>(name: string, act: () => T): T {
    this.steps.push(name);
    this.#left -= 1;
    if (this.#left !== 0) return act();
    if (this.#mode === "failed but persisted") act();
    throw Object.assign(new Error("broken on purpose"), { code: this.#code });
  }

  around(inner: Connection): Connection {
    return {
      begin: () => this.#step("begin", () => inner.begin()),
      commit: () => this.#step("commit", () => inner.commit()),
      rollback: () => {
        if (this.rollbackToo) {
          this.rollbackToo = false;
          throw Object.assign(new Error("broken on purpose"), { code: "SQLITE_IOERR" });
        }
        inner.rollback();
      },
      get inTransaction() {
        return inner.inTransaction;
      },
      get moved() {
        return inner.moved;
      },
      run: (sql, ...values) => this.#step(sql.slice(0, 18), () => inner.run(sql, ...values)),
      rows: (sql, ...values) => this.#step("read", () => inner.rows(sql, ...values)),
      script: (sql) => this.#step(sql.slice(0, 18), () => inner.script(sql)),
      waitAtMost: (busyMs) => inner.waitAtMost(busyMs),
      close: () => inner.close(),
    };
  }
}

/** What somebody else finds in the file, with a connection of their own. */
function fromOutside(file: string) {
  const reader = openSqliteReader(file);
  try {
    return {
      report: verifyTrace(reader),
      entries: [...reader.entries()],
      open: reader.openSessions(),
    };
  } finally {
    reader.close();
  }
}

type Case = {
  name: string;
  prepare(store: TraceStore): void;
  act(store: TraceStore): number;
  again: "appends" | "claimed" | "refused" | "nothing";
};

const sessionId = draft.newSession();
const prompt = draft.newPrompt();
const reply: EntryDraft[] = [draft.decided(prompt), draft.injected(prompt)];
const begin = (store: TraceStore): void => {
  store.append([draft.started()], { sessionId, opens: draft.someHolder });
  store.append([draft.detected(prompt)], { sessionId });
};

const replyWithClaim: Case = {
  name: "a reply with its claim",
  prepare: begin,
  act: (store) => store.append(reply, { sessionId, claim: prompt }).length,
  again: "claimed",
};

const cases: Case[] = [
  replyWithClaim,
  {
    name: "the start of a session",
    prepare: () => {},
    act: (store) => store.append([draft.started()], { sessionId, opens: draft.someHolder }).length,
    again: "refused",
  },
  {
    name: "several entries at once",
    prepare: () => {},
    act: (store) =>
      store.append([draft.noted(), draft.noted(), draft.noted()], { sessionId: null }).length,
    again: "appends",
  },
  {
    name: "a recovery",
    prepare: begin,
    act: (store) => store.recover(() => true).length,
    again: "nothing",
  },
];

/** The steps of the act when nothing breaks. */
function stepsOf({ prepare, act }: Case): { steps: string[]; written: number } {
  const breaker = new Breaker();
  const store = openAt(scratchFile(), {}, (inner) => breaker.around(inner));
  prepare(store);
  breaker.arm(Number.POSITIVE_INFINITY, "failed");
  const written = act(store);
  store.close();
  return { steps: [...breaker.steps], written };
}

/** Does it again after it broke. Returns how many entries that added. */
function retry(one: Case, store: TraceStore, persisted: boolean): number {
  if (!persisted) return one.act(store);
  switch (one.again) {
    case "appends":
      return one.act(store);
    case "nothing":
      expect(one.act(store)).toBe(0);
      return 0;
    case "claimed":
      expect(() => one.act(store)).toThrow(AlreadyClaimed);
      return 0;
    case "refused":
      expect(() => one.act(store)).toThrow(AtlasError);
      return 0;
  }
}

function breakAt(
  one: Case,
  step: { at: number; name: string; mode: Mode; rollbackToo: boolean; written: number },
): void {
  const breaker = new Breaker();
  const file = scratchFile();
  const store = openAt(file, {}, (inner) => breaker.around(inner));
  one.prepare(store);
  const before = fromOutside(file).report.entries;
  breaker.arm(step.at, step.mode);
  breaker.rollbackToo = step.rollbackToo;
  // Of a commit only the report got lost: it is seen that all is there, and told so.
  const persisted = step.name === "commit" && step.mode === "failed but persisted";
  if (persisted) expect(one.act(store)).toBe(step.written);
  else expect(() => one.act(store)).toThrow(AtlasError);
  expect(breaker.broke).toBe(true);
  const after = fromOutside(file);
  // All or none: an append that threw has stored nothing.
  expect(after.report.entries).toBe(before + (persisted ? step.written : 0));
  expect(after.report.faults).toEqual([]);
  const added = retry(one, store, persisted);
  const end = fromOutside(file);
  expect(end.report.entries).toBe(after.report.entries + added);
  expect(end.report.faults).toEqual([]);
  expect([...store.entries()]).toEqual(end.entries);
  expect(store.openSessions()).toEqual(end.open);
  expect(end.entries.filter((entry) => entry.kind === "reply.injected").length).toBeLessThanOrEqual(
    1,
  );
  store.close();
}

describe("broken at any step, the trace stays whole and what the caller hears stays true", () => {
  for (const one of cases) {
    for (const mode of ["failed", "failed but persisted"] as const) {
      for (const rollbackToo of [false, true]) {
        test(`${one.name}: ${mode}${rollbackToo ? ", and the rollback too" : ""}`, () => {
          const { steps, written } = stepsOf(one);
          expect(steps.filter((name) => name === "begin" || name === "commit")).toEqual([
            "begin",
            "commit",
          ]);
          for (const [index, name] of steps.entries()) {
            breakAt(one, { at: index + 1, name, mode, rollbackToo, written });
          }
        });
      }
    }
  }
});

test("broken at any step of its making, a new trace is made whole by the next who opens it", () => {
  const whole = new Breaker();
  whole.arm(Number.POSITIVE_INFINITY, "failed");
  openAt(scratchFile(), {}, (inner) => whole.around(inner)).close();
  expect(whole.steps.length).toBeGreaterThan(8);
  for (const mode of ["failed", "failed but persisted"] as const) {
    for (const index of whole.steps.keys()) {
      const breaker = new Breaker();
      const file = scratchFile();
      breaker.arm(index + 1, mode);
      let opened: Connection | null = null;
      const open = (): TraceStore =>
        openAt(file, {}, (inner) => {
          opened = inner;
          return breaker.around(inner);
        });
      expect(open).toThrow();
      (opened as Connection | null)?.close();
      const store = openAt(file);
      store.append([draft.noted()], { sessionId: null });
      store.close();
      expect(fromOutside(file).report).toMatchObject({ ok: true, entries: 2 });
    }
  }
});

test("each of SQLite's failures is heard as what a person can do something about", () => {
  const heard: Record<string, string> = {
    SQLITE_BUSY: "trace_locked",
    SQLITE_BUSY_SNAPSHOT: "trace_locked",
    SQLITE_FULL: "trace_full",
    SQLITE_READONLY: "trace_unwritable",
    SQLITE_CANTOPEN: "trace_unwritable",
    SQLITE_PERM: "trace_unwritable",
    SQLITE_IOERR_FSYNC: "trace_unwritable",
    SQLITE_MISUSE: "internal",
  };
  const breaker = new Breaker();
  const file = scratchFile();
  const store = openAt(file, {}, (inner) => breaker.around(inner));
  for (const [code, expected] of Object.entries(heard)) {
    breaker.arm(1, "failed", code);
    try {
      store.append([draft.noted()], { sessionId: null });
      throw new Error("nothing broke");
    } catch (error) {
      expect(error).toBeInstanceOf(AtlasError);
      expect(error).toMatchObject({ code: expected });
      expect(String(error)).toContain(file);
      expect(String(error)).not.toContain("\n");
    }
  }
  expect(store.append([draft.noted()], { sessionId: null })[0]?.seq).toBe(2);
  store.close();
});

describe("a write that finds the database corrupt", () => {
  for (const code of ["SQLITE_CORRUPT", "SQLITE_CORRUPT_INDEX", "SQLITE_NOTADB"]) {
    for (const mode of ["failed", "failed but persisted"] as const) {
      test(`${code}, ${mode}: the old trace is kept whole, the new one knows its end`, () => {
        const { steps } = stepsOf(replyWithClaim);
        for (const [index, name] of steps.entries()) corruptAt({ at: index + 1, name, mode, code });
      });
    }
  }
});

function corruptAt({
  at,
  name,
  mode,
  code,
}: {
  at: number;
  name: string;
  mode: Mode;
  code: string;
}): void {
  const breaker = new Breaker();
  const file = scratchFile();
  const store = openAt(file, {}, (inner) => breaker.around(inner));
  begin(store);
  breaker.arm(at, mode, code);
  const act = (): unknown => store.append(reply, { sessionId, claim: prompt });
  if (name === "commit" && mode === "failed but persisted") {
    act();
    expect(asidesOf(file)).toEqual([]);
    store.close();
    return;
  }
  expect(act).toThrow(TraceSetAside);
  const [kept = ""] = asidesOf(file);
  expect(fromOutside(kept).report).toMatchObject({ ok: true, entries: 3 });
  expect(act).toThrow(TraceSetAside);
  begin(store);
  expect(act()).toHaveLength(2);
  store.close();
  const { report } = fromOutside(file);
  expect(report).toMatchObject({ ok: true, entries: 5, previous: { head: { seq: 3 } } });
  expect(report.agent_id).toBe(fromOutside(kept).report.agent_id);
}
