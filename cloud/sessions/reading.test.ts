/** What a tenant reads is what its agents wrote, counted once however it came, in whatever order it is asked for. */
import { beforeAll, describe, expect, test } from "bun:test";
import { TRPCClientError } from "@trpc/client";
import * as z from "zod";
import {
  type SessionRow,
  sessionRow,
  type SessionSort,
  timelineEntry,
} from "../../contracts/cloud-views.ts";
import { TestAgent } from "../testing/agent.ts";
import type { TestClient } from "../testing/service.ts";
import { tell, upload } from "../testing/story.ts";
import { standing } from "../testing/stand.ts";

let viewer: TestClient;
const hourMs = 3_600_000;
const now = Math.floor(Date.now() / hourMs) * hourMs;
/** Two agents; the second was without a network for three days. */
const agents: TestAgent[] = [];
const ids = { shared: "", open: "", waiting: "", long: "" };

const { service, tenant, key } = await standing();

beforeAll(async () => {
  viewer = service.client(await service.newToken(tenant, "viewer"));
  const [first, late] = [
    new TestAgent(undefined, now - 2 * hourMs),
    new TestAgent(undefined, now - 75 * hourMs),
  ];
  agents.push(first, late);
  ids.shared = tell(first, {
    tool: "codex",
    shared: { label: "nightly 50% run", command: ["codex", "fix_it"], cwd: "/srv/app" },
    prompts: [{ question: "Go on?" }, { action: "deny", rule: "no-rm", outcome: "denied" }],
  });
  ids.open = tell(first, { open: true, prompts: [{}] });
  ids.waiting = tell(first, {
    open: true,
    prompts: [{}, { action: "require_human", rule: null, outcome: null }],
  });
  ids.long = tell(first, { prompts: Array.from({ length: 150 }, () => ({})) });
  for (let at = 0; at < 40; at += 1) {
    tell(late, {
      tool: at % 2 === 0 ? "claude" : "gemini",
      prompts: Array.from({ length: at % 5 }, () => ({
        action: "require_human" as const,
        rule: "ask",
        reason: "the rule asks",
        outcome: "person",
      })),
    });
  }
  // Older entries come after newer ones, and everything comes twice.
  for (const agent of agents) {
    await upload(service, { agent, key, from: 1, size: 90 });
    await upload(service, { agent, key, from: 1, size: 90 });
  }
}, 60_000);

async function everything(input: Parameters<TestClient["sessions"]["list"]["query"]>[0]) {
  const rows: SessionRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await viewer.sessions.list.query({ ...input, rows: 7, cursor });
    rows.push(...page.rows.map((row) => sessionRow.parse(row)));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return rows;
}

const idsOf = (rows: readonly { session_id: string | null }[]): string[] =>
  rows.map(({ session_id }) => String(session_id));

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "ok";
  } catch (error) {
    if (!(error instanceof TRPCClientError)) throw error;
    return `${error.data?.code}: ${error.message}`;
  }
}

describe("sessions", () => {
  test.each(["started", "last_active", "prompts", "escalated"] as const)(
    "sorted by %s come each once over all pages, in that order both ways",
    async (sort: SessionSort) => {
      const value = (row: SessionRow): number =>
        ({
          ...{ started: row.started_at, last_active: row.last_entry_at },
          ...{ prompts: row.prompts, escalated: row.escalated },
        })[sort];
      const down = await everything({ sort });
      expect(new Set(idsOf(down)).size).toBe(44);
      expect(down).toHaveLength(44);
      if (sort === "started") {
        const sorted = down
          .map(({ session_id }) => session_id)
          .sort()
          .reverse();
        expect(idsOf(down)).toEqual(sorted);
      } else {
        const values = down.map(value);
        expect(values).toEqual(values.toSorted((a, b) => b - a));
      }
      expect(await everything({ sort, order: "ascending" })).toEqual(down.toReversed());
    },
  );

  test("are filtered by agent, tool, state and time, and no others come", async () => {
    const late = agents[1]?.id ?? "";
    const of = async (input: object) => idsOf(await everything(input)).sort();
    expect((await of({ agent_id: late })).length).toBe(40);
    expect((await of({ tool: "gemini" })).length).toBe(20);
    expect(await of({ state: "open" })).toEqual([ids.open]);
    expect(await of({ state: "waiting" })).toEqual([ids.waiting]);
    expect((await of({ state: "ended" })).length).toBe(42);
    expect((await of({ to: now - 365 * 24 * hourMs })).length).toBe(0);
    expect((await of({ from: now - 3 * hourMs })).length).toBe(4);
    expect((await of({ from: now - 76 * hourMs })).length).toBe(44);
  });

  test("are found by what was shared of them, by tool and by the start of their id; signs of patterns are text", async () => {
    const of = async (text: string) => idsOf(await everything({ text }));
    for (const text of ["50% run", "FIX_IT", "/srv/app", "codex", ids.shared.slice(0, 30)]) {
      expect([text, await of(text)]).toEqual([text, [ids.shared]]);
    }
    for (const text of ["%", "_", "5__ run", "\\"]) {
      expect([text, await of(text)]).toEqual([
        text,
        text === "%" || text === "_" ? [ids.shared] : [],
      ]);
    }
  });

  test("say how they stand, counted once though everything came twice", async () => {
    const [row] = await everything({ text: ids.shared });
    expect(row).toMatchObject({
      ...{ state: "ended", tool: "codex", prompts: 2, decisions: 2, auto_replied: 1, denied: 1 },
      ...{ injected: 2, escalated: 0, match_rate: 1, label: "nightly 50% run", cwd: "/srv/app" },
      ...{ command: "codex fix_it", open_prompts: 0, exit_code: 0, end_reason: "exited" },
    });
    const [waiting] = await everything({ state: "waiting" });
    expect(waiting).toMatchObject({ prompts: 2, open_prompts: 1, escalated: 1, match_rate: 0.5 });
    expect(waiting).toMatchObject({ label: null, command: null, cwd: null });
  });

  test("refuse a cursor of another list, and one that somebody made up", async () => {
    const { next } = await viewer.sessions.list.query({ rows: 5 });
    const other = viewer.sessions.list.query({ sort: "prompts", cursor: next ?? "" });
    expect(await refusal(other)).toContain("BAD_REQUEST: the cursor is of another list");
    for (const cursor of ["x", "W10", btoa('["sessions started descending",1,"x","y"]')]) {
      expect(await refusal(viewer.sessions.list.query({ cursor }))).toContain("BAD_REQUEST");
    }
  });

  test("can be had as a table, with nothing in it that a spreadsheet would run", async () => {
    const file = await viewer.sessions.export.query({ format: "csv", tool: "codex" });
    expect(file).toMatchObject({ name: "sessions.csv", rows: 1, is_whole: true });
    expect(file.text.split("\r\n")[0]).toContain("agent_id,session_id,");
    expect(file.text).toContain("nightly 50% run");
    const lines = await viewer.sessions.export.query({ format: "jsonl" });
    expect(lines.text.trim().split("\n")).toHaveLength(44);
  });
});

describe("a session's timeline", () => {
  test("has every entry of it over all pages, and content only where it was shared", async () => {
    const agent_id = agents[0]?.id ?? "";
    const seen: number[] = [];
    let after_seq: number | null = 0;
    while (after_seq !== null) {
      const page = await viewer.sessions.timeline.query({
        ...{ agent_id, session_id: ids.long, after_seq },
      });
      seen.push(...page.entries.map((entry) => timelineEntry.parse(entry).seq));
      after_seq = page.next_seq;
    }
    const own = agents[0]?.entries.filter(({ session_id }) => session_id === ids.long);
    expect(seen).toEqual(own?.map(({ seq }) => seq) ?? []);
    const { entries, session } = await viewer.sessions.timeline.query({
      ...{ agent_id, session_id: ids.shared },
    });
    expect(idsOf([session])).toEqual([ids.shared]);
    expect(entries.map(({ kind, content_state }) => `${kind} ${content_state}`)).toEqual([
      ...["session.started proved", "prompt.detected proved", "decision.made none"],
      ...["reply.injected none", "prompt.closed none", "prompt.detected none"],
      ...["decision.made none", "reply.injected none", "prompt.closed none"],
      "session.ended none",
    ]);
    expect(entries[1]?.content).toMatchObject({ question: "Go on?" });
  });

  test("is of this agent's session alone", async () => {
    const agent_id = agents[1]?.id ?? "";
    const work = viewer.sessions.timeline.query({ agent_id, session_id: ids.long });
    expect(await refusal(work)).toContain("NOT_FOUND");
  });
});

describe("decisions and rules", () => {
  test("list every prompt once, newest first, and filter", async () => {
    const all: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await viewer.decisions.list.query({ rows: 60, cursor });
      all.push(...page.rows.map(({ prompt_id }) => prompt_id));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    const prompts = agents.flatMap(({ entries }) =>
      entries
        .filter(({ kind }) => kind === "prompt.detected")
        .map(({ data }) => z.string().parse(data["prompt_id"])),
    );
    expect(all).toEqual(prompts.sort().reverse());
    const { rows } = await viewer.decisions.list.query({ rule_id: "no-rm" });
    expect(rows).toMatchObject([
      { action: "deny", rule_id: "no-rm", outcome: "denied", replied_by: "policy", tool: "codex" },
    ]);
    const none = await viewer.decisions.list.query({ rule_id: null });
    expect(none.rows).toMatchObject([{ session_id: ids.waiting, outcome: null, rule_id: null }]);
    const called = await viewer.decisions.list.query({ escalated: true, rows: 200 });
    expect(called.rows.length).toBe(81);
  });

  test("tell of each rule how often it decided what", async () => {
    const { rules } = await viewer.decisions.rules.query({});
    const count = (rule: string | null) => rules.find(({ rule_id }) => rule_id === rule);
    expect(count("safe")).toMatchObject({ decisions: 153, auto_replied: 153 });
    expect(count("no-rm")).toMatchObject({ decisions: 1, denied: 1 });
    expect(count("ask")).toMatchObject({ decisions: 80, left_to_person: 80 });
    expect(count(null)).toMatchObject({ decisions: 1, left_to_person: 1 });
    expect(rules.reduce((sum, { share }) => sum + (share ?? 0), 0)).toBeCloseTo(1);
  });

  test("suggest what people always answered alike, as text", async () => {
    const { suggestions } = await viewer.decisions.suggestions.query({});
    expect(suggestions.map(({ tool, times }) => `${tool} ${times}`).sort()).toEqual([
      "claude 40",
      "gemini 40",
    ]);
    expect(suggestions[0]?.text).toContain("They were all answered at the terminal");
  });
});

describe("the overview", () => {
  test("adds up to what was written, in the hours in which it was written", async () => {
    const view = await viewer.fleet.overview.query({ from: now - 100 * hourMs, to: now + hourMs });
    const written = agents.flatMap(({ entries }) => entries);
    const of = (kind: string) => written.filter((entry) => entry.kind === kind).length;
    expect(view.total).toMatchObject({
      ...{ entries: written.length, sessions: 44, prompts: of("prompt.detected") },
      ...{ decisions: of("decision.made"), injected: of("reply.injected"), escalated: 81 },
      ...{ matched: of("decision.made") - 1 },
    });
    expect(view.total.escalation_rate).toBeCloseTo(81 / of("prompt.detected"));
    expect(view).toMatchObject({
      bucket: "hour",
      agents: { known: 2, revoked: 0 },
      sessions: { open: 1, waiting: 1 },
      incidents_open: 0,
    });
    const busy = view.points.filter(({ entries }) => entries > 0);
    expect(busy.map(({ at }) => at)).toEqual([now - 75 * hourMs, now - 2 * hourMs]);
    expect(busy[0]?.entries).toBe(agents[1]?.seq ?? 0);
    expect(view.points).toHaveLength(101);
  });

  test("has a point for each day or week, and refuses more than fit", async () => {
    const days = await viewer.fleet.overview.query({
      from: now - 30 * 24 * hourMs,
      to: now,
      bucket: "day",
    });
    expect(days.points.reduce((sum, { entries }) => sum + entries, 0)).toBe(days.total.entries);
    expect(days.points.every(({ at }) => at % (24 * hourMs) === 0)).toBeTrue();
    const weeks = await viewer.fleet.overview.query({
      from: now - 200 * 24 * hourMs,
      to: now,
      bucket: "week",
    });
    expect(weeks.points.every(({ at }) => new Date(at).getUTCDay() === 1)).toBeTrue();
    const much = viewer.fleet.overview.query({ from: 0, to: now, bucket: "hour" });
    expect(await refusal(much)).toContain("BAD_REQUEST");
  });

  test("of one agent is of that agent", async () => {
    const view = await viewer.fleet.overview.query({
      from: now - 100 * hourMs,
      agent_id: agents[1]?.id ?? "",
    });
    expect(view.total.entries).toBe(agents[1]?.seq ?? 0);
  });
});

describe("search", () => {
  test("finds agents, sessions and rules by what is known of them", async () => {
    const [agent] = agents;
    const byId = await viewer.fleet.search.query({ text: agent?.id.slice(0, 30) ?? "" });
    expect(byId.agents.map(({ agent_id }) => String(agent_id))).toContain(agent?.id ?? "");
    const byRule = await viewer.fleet.search.query({ text: "NO-r" });
    expect(byRule.rules).toEqual(["no-rm"]);
    const bySession = await viewer.fleet.search.query({ text: "fix_it" });
    expect(idsOf(bySession.sessions)).toEqual([ids.shared]);
  });
});
