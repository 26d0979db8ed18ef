/** Verification finds every change that was made behind the store's back, and names the entry. */
import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { canonicalJson } from "../../contracts/canonical.ts";
import * as draft from "./drafts.example.ts";
import { openAt } from "./opened.example.ts";
import { scratchFile } from "./scratch.example.ts";
import { openSqliteReader } from "./sqlite-reader.ts";
import type { TraceStore } from "./store.ts";
import { change, faultsOf, rechain, verified, writtenTrace } from "./verified.example.ts";
import { faultsKeptMax, verifyTrace } from "./verify.ts";

test("a trace as it was written is whole, and its parts are counted", () => {
  const report = verified(writtenTrace());
  expect(report).toMatchObject({
    ok: true,
    entries: 21,
    sessions: 2,
    prompts: 4,
    replies: 4,
    content_erased: 0,
    sound_to: 21,
    faults: [],
  });
});

describe("each column", () => {
  const edits: Record<string, string> = {
    seq: "22",
    v: "2",
    agent_id: "'01a20a8f-8325-757e-9f05-9f23f9849673'",
    at: "at + 1",
    session_id: "(SELECT session_id FROM entries WHERE seq = 20)",
    kind: "'prompt.escalated'",
    data: `replace(data, 'yes_no', 'pager')`,
    content_hash: "upper(content_hash)",
    prev: "hash",
    hash: "prev",
    content: `replace(content, 'Continue', 'Delete')`,
    salt: "upper(hex(randomblob(16)))",
  };
  for (const [column, value] of Object.entries(edits)) {
    test(`${column}: an edit is found at its entry`, () => {
      const file = writtenTrace();
      change(file, `UPDATE entries SET ${column} = ${value} WHERE seq = 3`);
      const report = verified(file);
      expect(report.ok).toBe(false);
      expect(report.sound_to).toBe(2);
      expect(report.faults[0]?.seq).toBe(3);
    });
  }

  test("the list of columns above is all of them", () => {
    const database = new Database(writtenTrace(), { readonly: true });
    const columns = database.query<{ name: string }, []>("PRAGMA table_info(entries)").all();
    expect(columns.map(({ name }) => name).toSorted()).toEqual(Object.keys(edits).toSorted());
    database.close();
  });
});

describe("whole entries", () => {
  test("one removed from the middle is a gap, named", () => {
    const file = writtenTrace();
    change(file, "DELETE FROM entries WHERE seq = 4");
    const report = verified(file);
    expect(report.faults).toEqual([{ seq: 4, fault: "gap", message: "entry 4 is missing" }]);
    expect(report.sound_to).toBe(3);
  });

  test("the first ones removed are a gap from 1 on", () => {
    const file = writtenTrace();
    change(file, "DELETE FROM entries WHERE seq <= 11", "DELETE FROM claims WHERE seq <= 11");
    expect(verified(file)).toMatchObject({ sound_to: 0, faults: [{ seq: 1, fault: "gap" }] });
  });

  test("removed and the rest renumbered: the link does not hold", () => {
    const file = writtenTrace();
    change(
      file,
      "DELETE FROM entries WHERE seq = 4",
      "UPDATE entries SET seq = -seq WHERE seq > 4",
      "UPDATE entries SET seq = -seq - 1 WHERE seq < 0",
    );
    expect(verified(file).faults[0]).toMatchObject({ seq: 4, fault: "prev_mismatch" });
  });

  test("two swapped: found at the first", () => {
    const file = writtenTrace();
    change(
      file,
      "UPDATE entries SET seq = -6 WHERE seq = 6",
      "UPDATE entries SET seq = 6 WHERE seq = 8",
      "UPDATE entries SET seq = 8 WHERE seq = -6",
    );
    expect(verified(file)).toMatchObject({ ok: false, sound_to: 5 });
  });

  test("a tail cut off after a reply is found by the claim that it leaves behind", () => {
    const file = writtenTrace();
    change(file, "DELETE FROM entries WHERE seq >= 15");
    const report = verified(file);
    expect(report).toMatchObject({ ok: false, sound_to: 14 });
    expect(report.faults[0]?.message).toContain("entries after 14 were removed");
  });

  test("all removed is empty, not whole", () => {
    const file = writtenTrace();
    change(file, "DELETE FROM entries", "DELETE FROM claims");
    expect(faultsOf(file)).toContain("1 empty");
  });

  test("one broken entry is one fault, and of very many the first are kept", () => {
    const file = writtenTrace((store) => {
      for (let count = 0; count < 50; count += 1)
        store.append([draft.noted()], { sessionId: null });
    });
    change(file, "UPDATE entries SET at = at + 1 WHERE seq = 9");
    expect(faultsOf(file)).toEqual(["9 hash_mismatch"]);
    change(file, "UPDATE entries SET at = at + 1");
    const report = verified(file);
    expect(report.faults_count).toBe(51);
    expect(report.faults).toHaveLength(faultsKeptMax);
    expect(report.faults[0]?.seq).toBe(1);
  });
});

describe("what was forged with a fitting chain", () => {
  test("data with a field too few or too many is not an entry", () => {
    for (const data of [`json_remove(data, '$.cut')`, `json_set(data, '$.zzz', 1)`]) {
      const file = writtenTrace();
      change(file, `UPDATE entries SET data = ${data} WHERE seq = 3`);
      rechain(file, 3);
      expect(faultsOf(file)[0]).toBe("3 schema");
    }
  });

  test("data that is not in its one spelling is named, whatever its hash", () => {
    const file = writtenTrace();
    change(file, `UPDATE entries SET data = replace(data, ',', ', ') WHERE seq = 4`);
    expect(faultsOf(file)[0]).toBe("4 hash_mismatch");
    rechain(file, 4);
    // The chain is computed over the canonical spelling, the stored text is another.
    expect(faultsOf(file)[0]).toStartWith("4 ");
  });

  test("data that is not JSON at all is named and stops nothing", () => {
    const file = writtenTrace();
    change(file, "UPDATE entries SET data = '{' WHERE seq = 4");
    expect(faultsOf(file)).toEqual(["4 hash_mismatch"]);
    expect(verified(file).entries).toBe(21);
  });

  test("the database's own agent id changed is found", () => {
    const file = writtenTrace();
    change(file, "UPDATE meta SET agent_id = '01a20a8f-8325-757e-9f05-9f23f9849673'");
    expect(faultsOf(file)).toEqual(["1 agent_mismatch"]);
  });

  test("the fast hash of a row is the contract's hash of the entry", () => {
    const file = writtenTrace();
    rechain(file, 1);
    expect(verified(file).ok).toBe(true);
  });
});

describe("content", () => {
  test("gone with its salt, and no entry says that it was erased, is found", () => {
    const file = writtenTrace();
    change(file, "UPDATE entries SET content = NULL, salt = NULL WHERE seq <= 9");
    expect(verified(file).content_erased).toBe(0);
    expect(faultsOf(file)).toEqual(["2 content_missing", "3 content_missing", "7 content_missing"]);
  });

  test("changed, half erased, added or unreadable is found", () => {
    const edits = [
      "content = replace(content, '[y/n]', '')",
      "content = NULL",
      "salt = NULL",
      "content = '{'",
      "salt = 'zz'",
      `content = replace(content, '{"default"', '{"question":"FORGED","default"')`,
      "content = content || ' '",
      "salt = salt || '00'",
      "salt = salt || ' '",
      "salt = upper(salt)",
      `content = '"\\ud800"'`,
    ];
    for (const edit of edits) {
      const file = writtenTrace();
      change(file, `UPDATE entries SET ${edit} WHERE seq = 3`);
      expect(faultsOf(file)).toEqual(["3 content_mismatch"]);
    }
    const file = writtenTrace();
    change(file, `UPDATE entries SET content = '{}', salt = '${"00".repeat(16)}' WHERE seq = 4`);
    expect(faultsOf(file)).toEqual(["4 content_mismatch"]);
  });
});

describe("claims", () => {
  test("one missing, one too many, one pointing elsewhere are found", () => {
    const missing = writtenTrace();
    change(missing, "DELETE FROM claims WHERE seq = 5");
    expect(faultsOf(missing)).toEqual(["5 claim_mismatch"]);
    const extra = writtenTrace();
    change(extra, "INSERT INTO claims VALUES ('01a20a8f-8325-757e-9f05-9f23f9849673', 7)");
    expect(faultsOf(extra)).toEqual(["7 claim_mismatch"]);
    const moved = writtenTrace();
    change(moved, "UPDATE claims SET seq = 6 WHERE seq = 5");
    expect(faultsOf(moved)).toEqual(["6 claim_mismatch"]);
  });

  test("one made while we were reading is not held against the trace", () => {
    const file = writtenTrace();
    const store = openAt(file);
    const reader = openSqliteReader(file);
    const report = verifyTrace({
      ...reader,
      claims: () => {
        draft.writeSession(store);
        return reader.claims();
      },
    });
    expect(report).toMatchObject({ ok: true, entries: 21 });
    reader.close();
    store.close();
  });
});

describe("the story", () => {
  const prompt = draft.newPrompt();
  const sessionId = draft.newSession();
  const open = (store: TraceStore): void => {
    store.append([draft.started()], { sessionId, opens: draft.someHolder });
  };
  const stories: Record<string, { write: (store: TraceStore) => void; faults: string[] }> = {
    "a running session may have an open prompt": {
      write: (store) => {
        open(store);
        store.append([draft.detected(prompt)], { sessionId });
      },
      faults: [],
    },
    "a prompt closed twice": {
      write: (store) => {
        open(store);
        store.append([draft.detected(prompt), draft.closed(prompt), draft.closed(prompt)], {
          sessionId,
        });
      },
      faults: ["5 closed_twice"],
    },
    "a prompt that its session left open": {
      write: (store) => {
        open(store);
        store.append([draft.detected(prompt), draft.ended()], { sessionId });
      },
      faults: ["4 not_closed"],
    },
    "a session that ended twice": {
      write: (store) => {
        open(store);
        store.append([draft.ended(), draft.ended()], { sessionId });
      },
      faults: ["4 ended_twice"],
    },
    "a session that ended without a start": {
      write: (store) => void store.append([draft.ended()], { sessionId }),
      faults: ["2 session"],
    },
    "a reply to a prompt that nobody saw": {
      write: (store) => void store.append([draft.injected(prompt)], { sessionId, claim: prompt }),
      faults: ["2 claim_mismatch", "2 prompt"],
    },
    "a reply after the prompt was closed": {
      write: (store) => {
        open(store);
        store.append([draft.detected(prompt), draft.closed(prompt)], { sessionId });
        store.append([draft.injected(prompt)], { sessionId, claim: prompt });
      },
      faults: ["5 prompt"],
    },
  };
  for (const [name, { write, faults }] of Object.entries(stories)) {
    test(`${name}: ${faults.join(", ") || "nothing wrong"}`, () => {
      expect(faultsOf(writtenTrace(write)).toSorted()).toEqual(faults);
    });
  }

  test("a second reply to one prompt is found even when its claim was removed in between", () => {
    const file = scratchFile();
    const store = openAt(file);
    open(store);
    store.append([draft.detected(prompt)], { sessionId });
    store.append([draft.injected(prompt)], { sessionId, claim: prompt });
    change(file, "DELETE FROM claims");
    store.append([draft.injected(prompt)], { sessionId, claim: prompt });
    store.close();
    expect(faultsOf(file)).toContain("5 injected_twice");
  });
});

test("the stored data is the canonical spelling, byte for byte", () => {
  const file = writtenTrace();
  const database = new Database(file, { readonly: true });
  for (const { data } of database.query<{ data: string }, []>("SELECT data FROM entries").all()) {
    expect(canonicalJson(JSON.parse(data))).toBe(data);
  }
  database.close();
});
