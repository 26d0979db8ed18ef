/** What `atlasbridge sessions` tells a person and a program. */
import { describe, expect, test } from "bun:test";
import { sessionShowView, sessionsListView } from "../../contracts/views.ts";
import { thisHolder } from "../../runtime/session/holder.ts";
import * as draft from "../../runtime/trace/drafts.example.ts";
import { Home } from "./trace/cli.example.ts";

function threeSessions() {
  const home = new Home();
  const store = home.store();
  const ended = draft.writeSession(store, 2);
  const died = draft.newSession();
  store.append([draft.started("claude", "night")], {
    sessionId: died,
    opens: { pid: 2 ** 22 + 1, startedAs: "unknown" },
  });
  const running = draft.newSession();
  const prompt = draft.newPrompt();
  store.append([draft.started("codex")], { sessionId: running, opens: thisHolder() });
  store.append([draft.detected(prompt), draft.escalated(prompt)], { sessionId: running });
  return { home, store, ended, died, running };
}

describe("sessions list", () => {
  test("newest first, with state, exit and what was asked", async () => {
    const { home, store, ended, died, running } = threeSessions();
    const { out, code } = await home.run("--json", "sessions", "list");
    const { sessions } = sessionsListView.parse(JSON.parse(out));
    expect(code).toBe(0);
    expect(sessions.map((row) => [row.session_id, row.tool, row.state, row.exit_code])).toEqual([
      [running, "codex", "running", null],
      [died, "claude", "died", null],
      [ended, "bash", "ended", 0],
    ]);
    expect(sessions.map((row) => [row.prompts, row.answered, row.escalated])).toEqual([
      [1, 0, 1],
      [0, 0, 0],
      [2, 2, 0],
    ]);
    expect(sessions[1]).toMatchObject({ label: "night", command: ["claude", "-c", "true"] });
    store.close();
  });

  test("recovery of a dead session changes its words, not its state", async () => {
    const { home, store, died } = threeSessions();
    store.recover((holder) => holder.startedAs === "unknown");
    const { out } = await home.run("--json", "sessions", "list");
    const row = sessionsListView
      .parse(JSON.parse(out))
      .sessions.find((one) => one.session_id === died);
    expect(row).toMatchObject({ state: "died", reason: "runtime_died" });
    expect(row?.ended_at).not.toBeNull();
    store.close();
  });

  test("as a table each short id names one session, and --limit says what it hides", async () => {
    const { home, store, running } = threeSessions();
    store.close();
    const all = await home.run("sessions", "list");
    const rows = all.out.trimEnd().split("\n").slice(1);
    expect(rows).toHaveLength(3);
    const shorts = rows.map((row) => row.split(" ")[0] ?? "");
    expect(new Set(shorts).size).toBe(3);
    for (const short of shorts) expect((await home.run("sessions", "show", short)).code).toBe(0);
    const one = await home.run("sessions", "list", "--limit", "1");
    expect(one.out.split("\n")[1]).toStartWith(running.slice(0, 8));
    expect(one.notes).toEqual(["2 older sessions; --limit 3 shows all"]);
  });

  test("an empty trace has no sessions, and says how to start one", async () => {
    const home = new Home();
    home.store().close();
    expect((await home.run("sessions", "list")).notes).toEqual([
      "no sessions yet; start one with: atlasbridge run -- CMD",
    ]);
    expect(JSON.parse((await home.run("--json", "sessions", "list")).out)).toEqual({
      format: 1,
      sessions: [],
    });
  });
});

describe("sessions show", () => {
  test("tells of each prompt what was asked, decided, typed and how it closed", async () => {
    const { home, store, ended, running } = threeSessions();
    store.close();
    const { out } = await home.run("sessions", "show", ended);
    expect(out).toContain("state    ended after");
    expect(out).toContain("prompts  2 asked, 2 answered, 0 escalated");
    expect(out).toMatch(
      /1\. [\d:.]+ {2}yes_no high {2}"Continue\? \[y\/n\]"\n {3}decided {2}auto_reply by rule yes: rule yes matched\n {3}reply {4}by policy, 2 bytes, 1\.5 ms after the last output\n {3}closed {3}answered, \d+ ms after it was asked\n/,
    );
    const open = await home.run("sessions", "show", running);
    expect(open.out).toContain("called   a person");
    expect(open.out).toContain("reply    none\n   closed   still open");
    const view = sessionShowView.parse(
      JSON.parse((await home.run("--json", "sessions", "show", ended)).out),
    );
    expect(view.prompts).toHaveLength(2);
    expect(view.prompts[1]).toMatchObject({
      question: "Continue? [y/n]",
      decision: { action: "auto_reply", rule_id: "yes" },
      reply: { by: "policy", bytes: 2 },
      closed: { outcome: "answered" },
    });
  });

  test("the start of an id is enough; one that fits none or several is refused with the way on", async () => {
    const { home, store, ended } = threeSessions();
    store.close();
    expect((await home.run("sessions", "show", ended.toUpperCase())).code).toBe(0);
    const several = await home.run("sessions", "show", ended.slice(0, 3));
    expect(several).toMatchObject({ code: 2, error: expect.stringContaining("fits 3 sessions") });
    const none = await home.run("sessions", "show", "zz");
    expect(none).toMatchObject({ code: 1, error: expect.stringContaining("sessions list") });
    expect((await home.run("sessions", "show", "")).code).toBe(1);
    expect((await new Home().run("sessions", "show", "0")).code).toBe(1);
  });
});
