/** What `atlasbridge trace` tells a person and a program. */
import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { existsSync, rmSync } from "node:fs";
import { exampleDrafts } from "../../contracts/examples.ts";
import { entryContent, type StoredEntry } from "../../contracts/trace.ts";
import { traceShowView, traceTailView, traceVerifyView } from "../../contracts/views.ts";
import * as draft from "../../runtime/trace/drafts.example.ts";
import { plainLayout, shortIds } from "./layout.ts";
import { Home } from "./trace/cli.example.ts";
import { gist } from "./trace/gist.ts";
import { entryLine } from "./trace/tail.ts";

/** What no terminal may ever be sent from a log: any control but the line's own end. */
const control = /(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029]/u;
const hostile = "evil \u001b]0;pwned\u0007\u001b[2J\u009b31m\u202etxt.exe\r\nsecond\u2028line";

describe("trace tail", () => {
  test("says for each entry when, which session, what kind and the gist", async () => {
    const home = new Home();
    const store = home.store();
    const id = draft.writeSession(store);
    store.close();
    const { out, code } = await home.run("trace", "tail");
    expect(code).toBe(0);
    const lines = out.trimEnd().split("\n");
    expect(lines).toHaveLength(7);
    expect(lines[2]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\s+#3\s/);
    expect(lines[2]).toContain(
      `${id.slice(0, 8)}  prompt.detected     yes_no high "Continue? [y/n]"`,
    );
    expect(lines[3]).toEndWith("decision.made       auto_reply by rule yes: rule yes matched");
    expect(lines[6]).toEndWith("exit 0; 1 prompts, 1 answered, 0 escalated");
  });

  test("by number, session and kind it prints those entries only", async () => {
    const home = new Home();
    const store = home.store();
    const one = draft.writeSession(store, 2);
    draft.writeSession(store, 2);
    store.close();
    const seqs = async (...args: string[]) => {
      const { out } = await home.run("--json", "trace", "tail", ...args);
      return traceTailView.parse(JSON.parse(out)).entries.map((entry) => entry["seq"]);
    };
    expect(await seqs("-n", "2")).toEqual([20, 21]);
    expect(await seqs("--session", one, "-n", "1")).toEqual([11]);
    expect(await seqs("--kind", "prompt.closed")).toEqual([6, 10, 16, 20]);
    expect(await seqs("--kind", "session")).toEqual([2, 11, 12, 21]);
    expect(await seqs("-n", "0")).toEqual([]);
    const wrong = await home.run("trace", "tail", "--kind", "prompts");
    expect(wrong).toMatchObject({ code: 2, error: expect.stringContaining("prompt.closed") });
  });

  test("no control character of a tool reaches the reader's terminal, as text or as JSON", async () => {
    const home = new Home();
    const store = home.store();
    const prompt = draft.newPrompt();
    const sessionId = draft.newSession();
    store.append([draft.started("bash", hostile)], { sessionId, opens: draft.someHolder });
    store.append([draft.detected(prompt, hostile)], { sessionId });
    store.append(
      [
        {
          kind: "reply.received",
          data: { prompt_id: prompt, by: "terminal" },
          content: { reply: hostile },
        },
      ],
      { sessionId },
    );
    store.append(
      [{ kind: "prompt.closed", data: { prompt_id: prompt, outcome: "person", reason: hostile } }],
      { sessionId },
    );
    store.close();
    const commands = [
      ["trace", "tail"],
      ...[2, 3, 4, 5].map((seq) => ["trace", "show", String(seq)]),
      ["sessions", "list"],
      ["sessions", "show", sessionId],
    ];
    for (const command of commands) {
      const text = await home.run(...command);
      expect(text.out).not.toBe("");
      expect(text.out).not.toMatch(control);
      const json = await home.run("--json", ...command);
      expect(json.out).not.toMatch(control);
      if (command[1] !== "list") expect(text.out).toContain("evil");
    }
    const { out } = await home.run("--json", "trace", "show", "3");
    expect(traceShowView.parse(JSON.parse(out)).entry.content).toMatchObject({ question: hostile });
  });

  test("a line is cut to the terminal's width, also with wide characters", () => {
    const home = new Home();
    const store = home.store();
    const question = "日本語の質問です。続けますか？".repeat(10);
    const [entry] = store.append([draft.detected(draft.newPrompt(), question)], {
      sessionId: null,
    });
    store.close();
    if (entry === undefined) throw new Error("nothing was appended");
    for (const columns of [80, 91, 120]) {
      const line = entryLine(entry, shortIds([]), { ...plainLayout, columns });
      expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns);
      expect(Bun.stringWidth(line)).toBeGreaterThan(columns - 3);
      expect(line).toEndWith("…");
    }
  });

  test("without a trace it says how to begin, and makes none", async () => {
    const home = new Home();
    for (const command of [
      ["trace", "tail"],
      ["sessions", "list"],
    ]) {
      const said = await home.run(...command);
      expect(said).toEqual({
        code: 0,
        out: "",
        notes: ["no sessions yet; start one with: atlasbridge run -- CMD"],
        error: null,
      });
    }
    const { out } = await home.run("--json", "trace", "tail");
    expect(JSON.parse(out)).toEqual({ format: 1, entries: [] });
    expect(existsSync(home.folder)).toBe(false);
  });
});

describe("the gist", () => {
  test("every kind of content is said, and its absence told apart from its erasure", () => {
    const home = new Home();
    const store = home.store();
    const prompt_id = draft.newPrompt();
    const written: StoredEntry[] = [
      ...store.append([draft.started()], { sessionId: draft.newSession() }),
      ...store.append([draft.detected(prompt_id)], { sessionId: null }),
      ...store.append(
        [
          {
            kind: "prompt.escalated",
            data: { prompt_id, by: "policy" },
            content: { reply: "maybe" },
          },
        ],
        { sessionId: null },
      ),
      ...store.append([{ ...exampleDrafts["decision.made"] }], { sessionId: null }),
      ...store.append(
        [{ kind: "reply.received", data: { prompt_id, by: "cli" }, content: { reply: "n" } }],
        { sessionId: null },
      ),
      ...store.append([{ ...exampleDrafts["operator.acted"] }], { sessionId: null }),
    ];
    store.close();
    expect(new Set(written.map((entry) => entry.kind))).toEqual(
      new Set(Object.keys(entryContent) as StoredEntry["kind"][]),
    );
    expect(written.map(gist)).toEqual([
      "bash mode full, pid 77: bash -c true",
      'yes_no high "Continue? [y/n]"',
      'to a person "maybe"',
      expect.stringContaining(
        'by rule continue-yes: rule "continue-yes" matched: prompt type and text (secret ssh-work)',
      ),
      'from cli "n"',
      "workspace.trusted /home/ada/project by cli",
    ]);
    for (const entry of written) {
      expect(gist({ ...entry, content: null, salt: null })).toContain("(content erased)");
    }
  });
});

describe("trace show", () => {
  test("shows all of one entry and whether its hashes match", async () => {
    const home = new Home();
    const store = home.store();
    draft.writeSession(store);
    store.close();
    const { out } = await home.run("trace", "show", "3");
    expect(out).toStartWith("entry 3  prompt.detected\n");
    expect(out).toContain("question       Continue? [y/n]");
    expect(out).toContain("content (matches its commitment)");
    expect(out).toContain("(matches the fields)");
    const raw = new Database(home.traceFile);
    raw.run("UPDATE entries SET at = at + 1, content = '{}' WHERE seq = 3");
    raw.close();
    const after = await home.run("trace", "show", "3");
    expect(after.out).toContain("DOES NOT MATCH ITS COMMITMENT");
    expect(after.out).toContain("DOES NOT MATCH THE FIELDS");
  });

  test("a number that is not there is an error that says where the trace ends", async () => {
    const home = new Home();
    expect((await home.run("trace", "show", "1")).error).toContain("no sessions yet");
    home.store().close();
    expect(await home.run("trace", "show", "2")).toMatchObject({
      code: 1,
      error: "there is no entry 2: the trace ends at entry 1",
    });
  });
});

describe("trace verify", () => {
  test("says what is not seen where nothing lies beside the trace", async () => {
    const home = new Home();
    home.session();
    expect((await home.run("trace", "verify")).notes).toEqual([]);
    rmSync(`${home.traceFile}.checkpoint`);
    const { code, notes } = await home.run("trace", "verify");
    expect({ code, notes }).toEqual({ code: 0, notes: [expect.stringContaining("is not there")] });
  });

  test("of a whole trace: exit 0, what is in it, and how far it is signed", async () => {
    const home = new Home();
    const store = home.store();
    draft.writeSession(store, 2);
    store.close();
    const { code, out } = await home.run("trace", "verify");
    expect(code).toBe(0);
    expect(out).toMatch(
      /^trace is whole: 11 entries, 1 sessions, 2 prompts, 2 replies; head [0-9a-f]{16} \(.*\)\nno checkpoint was signed: .*\n$/,
    );
  });

  test("of a changed trace: exit 4, from which entry on, and what", async () => {
    const home = new Home();
    const store = home.store();
    draft.writeSession(store, 2);
    store.close();
    const raw = new Database(home.traceFile);
    raw.run(`UPDATE entries SET data = replace(data, '"auto_reply"', '"deny"') WHERE seq = 4`);
    raw.close();
    const { code, out } = await home.run("trace", "verify");
    expect(code).toBe(4);
    expect(out).toBe(
      "trace is broken from entry 4 on: 1 faults in 11 entries; entries 1 to 3 are sound\n" +
        "  hash_mismatch: entry 4 was changed after it was written: its hash does not match its fields\n",
    );
    const json = await home.run("--json", "trace", "verify");
    expect(json.code).toBe(4);
    expect(traceVerifyView.parse(JSON.parse(json.out)).report).toMatchObject({
      ok: false,
      sound_to: 3,
    });
  });

  test("of a trace that is not there: exit 1 and where it was looked for, never whole", async () => {
    const home = new Home();
    for (const args of [
      ["trace", "verify"],
      ["--json", "trace", "verify"],
    ]) {
      const { code, out, error } = await home.run(...args);
      expect({ code, out }).toEqual({ code: 1, out: "" });
      expect(error).toContain(`there is no trace at ${home.traceFile}`);
    }
    // Those that only show still have nothing to show.
    for (const args of [
      ["trace", "tail"],
      ["sessions", "list"],
    ]) {
      expect((await home.run(...args)).code).toBe(0);
    }
  });
});

test("trace show tells of content that was changed, however it was spelled", async () => {
  for (const edit of [
    `content = replace(content, '{"default"', '{"question":"FORGED","default"')`,
    "salt = upper(salt)",
    "salt = salt || ' '",
    "salt = 'zz'",
  ]) {
    const home = new Home();
    const store = home.store();
    draft.writeSession(store, 1);
    store.close();
    expect((await home.run("trace", "show", "3")).out).toContain("(matches its commitment)");
    const raw = new Database(home.traceFile);
    raw.run(`UPDATE entries SET ${edit} WHERE seq = 3`);
    raw.close();
    expect((await home.run("trace", "show", "3")).out).toContain("DOES NOT MATCH ITS COMMITMENT");
  }
});
