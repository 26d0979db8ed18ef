/** What a tenant keeps no longer goes, in steps, with proofs of all that stays; and a tenant that is to go goes whole. */
import { beforeAll, describe, expect, test } from "bun:test";
import { verifySession } from "../../contracts/session-proof.ts";
import { systemClock } from "../clock.ts";
import { ed25519Verify, sha256, sha256Hex } from "../crypto.ts";
import { TestAgent, type TestKey } from "../testing/agent.ts";
import { tablesOf } from "../testing/picture.ts";
import { quiet, type TestClient } from "../testing/service.ts";
import { tell, upload } from "../testing/story.ts";
import { runRetention } from "./retention.ts";
import { standing } from "../testing/stand.ts";

const { database, service } = await standing();

beforeAll(async () => {
  const { sql } = database;
  // Entries of yesterday may be of another month.
  await sql.unsafe(`
    DO $$ DECLARE first timestamptz := date_trunc('month', now()); BEGIN
      EXECUTE format('CREATE TABLE atlasbridge.trace_entries_before PARTITION OF atlasbridge.trace_entries
        FOR VALUES FROM (%L) TO (%L)', first - interval '6 months', first);
      PERFORM atlasbridge.guard('atlasbridge.trace_entries_before');
    END $$`);
  await sql.unsafe("ALTER TABLE atlasbridge.trace_entries_before OWNER TO atlasbridge_owner");
}, 60_000);

type World = { tenant: string; key: TestKey; agent: TestAgent; viewer: TestClient; sent: number };

async function world(): Promise<World> {
  const tenant = await service.newTenant();
  const key = await service.newKey(tenant);
  const viewer = service.client(await service.newToken(tenant, "viewer"));
  return { tenant, key, viewer, agent: new TestAgent(), sent: 0 };
}

const shared = { label: "a label", command: ["codex"], cwd: "/srv" };

/** Some batches, as though they had come so many days ago. */
async function days(ago: number, at: World): Promise<string> {
  const session = tell(at.agent, {
    shared,
    prompts: [{ question: "Go on?" }, { action: "require_human", reply: "y", question: "Sure?" }],
  });
  await upload(service, { agent: at.agent, key: at.key, from: at.sent + 1, size: 4 });
  const from = at.sent;
  at.sent = at.agent.seq;
  for (const [table, place] of [
    ["trace_entries", "seq"],
    ["trace_checkpoints", "size"],
    ["trace_prompts", "seq"],
  ] as const) {
    await database.sql.unsafe(
      `UPDATE atlasbridge.${table} SET received_at = received_at - interval '${ago} days'
       WHERE tenant_id = '${at.tenant}' AND ${place} > ${from}`,
    );
  }
  await database.sql`
    UPDATE atlasbridge.trace_sessions SET content_at = content_at - make_interval(days => ${ago})
    WHERE tenant_id = ${at.tenant} AND session_id = ${session}`;
  return session;
}

const run = () =>
  runRetention({ pool: service.parts.pool, clock: systemClock, log: service.parts.log });

const count = async (table: string, tenant: string): Promise<number> => {
  const [row] = await database.sql`
    SELECT count(*)::int AS n FROM ${database.sql(`atlasbridge.${table}`)} WHERE tenant_id = ${tenant}`;
  return row?.["n"];
};

const tools = { sha256, sha256Hex, verify: ed25519Verify, trusted: null };

describe("after its days", () => {
  test("an entry goes, a later one stays and is proved, and the agent goes on", async () => {
    const own = await world();
    const other = await world();
    const gone = await days(100, own);
    const kept = await days(80, own);
    const strange = await days(80, other);
    await Promise.all([run(), run(), run()]);
    const sessions = await own.viewer.sessions.list.query({});
    expect(sessions.rows.map(({ session_id }) => String(session_id))).toEqual([kept]);
    expect(await count("trace_entries", own.tenant)).toBeLessThan(own.agent.seq);
    expect(await count("trace_entries", other.tenant)).toBe(other.agent.seq);
    for (const [{ viewer, agent }, session_id] of [
      [own, kept],
      [other, strange],
    ] as const) {
      const proof = await viewer.sessions.proof.query({ agent_id: agent.id, session_id });
      expect(verifySession(proof, tools)).toMatchObject({ ok: true, isWhole: true });
    }
    const work = own.viewer.sessions.proof.query({ agent_id: own.agent.id, session_id: gone });
    expect(work).rejects.toThrow("there is no session");
    const [row] = (await own.viewer.integrity.agents.query({})).agents;
    expect(row?.standing).toBe("verified");
    expect(row?.kept_from_seq).toBeGreaterThan(1);
    expect((await own.viewer.integrity.recheck.query({ agent_id: own.agent.id })).fault).toBeNull();
    const again = await days(0, own);
    expect(
      verifySession(
        await own.viewer.sessions.proof.query({ agent_id: own.agent.id, session_id: again }),
        tools,
      ).ok,
    ).toBeTrue();
    await run();
    expect((await own.viewer.sessions.list.query({})).rows).toHaveLength(2);
  });

  test("content goes before entries do, whose hashes and proofs stay", async () => {
    const own = await world();
    const old = await days(40, own);
    const young = await days(20, own);
    await run();
    const contentOf = async (session_id: string) => {
      const { entries, session } = await own.viewer.sessions.timeline.query({
        agent_id: own.agent.id,
        session_id,
      });
      return [
        session.label,
        session.cwd,
        ...new Set(entries.map(({ content_state }) => content_state)),
      ];
    };
    expect(await contentOf(old)).toEqual([null, null, "withheld", "none"]);
    expect(await contentOf(young)).toEqual(["a label", "/srv", "proved", "none"]);
    const { rows: found } = await own.viewer.sessions.list.query({ text: "a label" });
    expect(found.map(({ session_id }) => String(session_id))).toEqual([young]);
    for (const session_id of [old, young]) {
      const proof = await own.viewer.sessions.proof.query({ agent_id: own.agent.id, session_id });
      expect(verifySession(proof, tools).ok).toBeTrue();
    }
    const prints = await database.sql`
      SELECT session_id FROM atlasbridge.trace_prompts
      WHERE tenant_id = ${own.tenant} AND question_print IS NOT NULL`;
    expect(new Set(prints.map((row) => row["session_id"]))).toEqual(new Set([young]));
    const text = await database.sql`
      SELECT t::text AS text FROM atlasbridge.trace_entries t
      WHERE tenant_id = ${own.tenant} AND session_id = ${old}`;
    expect(text.map((row) => row["text"]).join()).not.toContain("Go on?");
  });

  test("are what the tenant says, and the last checkpoint stays though all entries go", async () => {
    const own = await world();
    await days(3, own);
    await database.sql`
      INSERT INTO atlasbridge.tenant_settings (tenant_id, entry_days) VALUES (${own.tenant}, 2)`;
    await run();
    expect([
      await count("trace_entries", own.tenant),
      await count("trace_checkpoints", own.tenant),
    ]).toEqual([0, 1]);
    expect(await count("trace_sessions", own.tenant)).toBe(0);
    expect(await count("trace_mentions", own.tenant)).toBe(0);
    const [row] = (await own.viewer.integrity.agents.query({})).agents;
    expect(row?.standing).toBe("verified");
    const next = await days(0, own);
    const proof = await own.viewer.sessions.proof.query({
      agent_id: own.agent.id,
      session_id: next,
    });
    expect(verifySession(proof, tools)).toMatchObject({ ok: true, isWhole: true });
  });

  test("nothing young goes, whatever the service asks for", async () => {
    const own = await world();
    await days(10, own);
    const { pool } = service.parts;
    const asked = await pool.withTenant(own.tenant, async (sql) => [
      await sql`SELECT atlasbridge.expire_entries(${own.agent.id}, 1000000) AS gone`,
      await sql`SELECT atlasbridge.expire_content(${own.agent.id}, 1000000) AS gone`,
      await sql`SELECT atlasbridge.erase_tenant(1000000) AS gone`,
    ]);
    expect(asked.map(([row]) => row?.["gone"])).toEqual(["0", "0", "0"]);
    const deleted = pool.withTenant(
      own.tenant,
      (sql) => sql`DELETE FROM atlasbridge.trace_entries`,
    );
    expect(deleted).rejects.toMatchObject({ code: "42501" });
    expect(await count("trace_entries", own.tenant)).toBe(own.agent.seq);
  });

  test("of another tenant nothing goes, even by its own id", async () => {
    const [own, other] = [await world(), await world()];
    await days(100, other);
    await service.parts.pool.withTenant(
      own.tenant,
      (sql) => sql`SELECT atlasbridge.expire_entries(${other.agent.id}, 1000)`,
    );
    expect(await count("trace_entries", other.tenant)).toBe(other.agent.seq);
  });
});

describe("a tenant that is deleted", () => {
  const staff = () => service.client(service.parts.platformToken);

  test("opens nothing at once, and leaves no row in any table; its neighbours stay", async () => {
    const [own, other] = [await world(), await world()];
    await days(1, own);
    await days(1, other);
    const tables = (await tablesOf(database.sql)).filter((name) => name !== "migrations");
    const wrong = staff().platform.tenants.delete.mutate({
      tenant_id: own.tenant,
      name: "Another",
    });
    expect(wrong).rejects.toThrow("nothing was deleted");
    await staff().platform.tenants.delete.mutate({ tenant_id: own.tenant, name: "A tenant" });
    expect(own.viewer.sessions.list.query({})).rejects.toThrow("sign in");
    await run();
    // What was under way then may still come to its end.
    expect(await count("trace_entries", own.tenant)).toBe(own.agent.seq);
    await database.sql`
      UPDATE atlasbridge.tenants SET deleting_at = now() - interval '2 minutes'
      WHERE tenant_id = ${own.tenant}`;
    await Promise.all([run(), run()]);
    await run();
    for (const table of tables) expect([table, await count(table, own.tenant)]).toEqual([table, 0]);
    expect((await other.viewer.sessions.list.query({})).rows).toHaveLength(1);
    const listed = await staff().platform.tenants.list.query();
    expect(listed.map(({ tenant_id }) => tenant_id)).not.toContain(own.tenant);
  });

  test("cannot be resumed", async () => {
    const own = await world();
    await staff().platform.tenants.delete.mutate({ tenant_id: own.tenant, name: "A tenant" });
    const now = await staff().platform.tenants.suspend.mutate({
      tenant_id: own.tenant,
      is_suspended: false,
    });
    expect(now.suspended_at).not.toBeNull();
  });

  test("fails for itself alone where something goes wrong", async () => {
    const { pool } = service.parts;
    const own = await world();
    await days(100, own);
    const broken = { ...pool, withTenant: () => Promise.reject(new Error("broken")) };
    await runRetention({ pool: broken, clock: systemClock, log: quiet });
    expect(await count("trace_entries", own.tenant)).toBe(own.agent.seq);
  });
});

describe("an export", () => {
  test("has every row of the tenant and of nobody else, with its checkpoints, and no secret", async () => {
    const [own, other] = [await world(), await world()];
    for (let at = 0; at < 60; at += 1) tell(own.agent, { prompts: [{}, {}] });
    await upload(service, { agent: own.agent, key: own.key, from: 1, size: 400 });
    await days(0, other);
    const admin = service.client(await service.newToken(own.tenant, "admin"));
    const lines: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await admin.settings.export.query(cursor === undefined ? {} : { cursor });
      lines.push(...page.lines);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    const [head, ...rows] = lines.map((line) => JSON.parse(line));
    expect(head).toMatchObject({ format: "atlasbridge.tenant-export/1", tenant_id: own.tenant });
    expect(new Set(rows.map(({ row }) => row.tenant_id))).toEqual(new Set([own.tenant]));
    for (const table of head.tables) {
      const exported = rows.filter((line) => line.table === table).length;
      expect([table, exported]).toEqual([table, await count(table, own.tenant)]);
    }
    expect(head.tables).toContain("trace_checkpoints");
    expect(rows.filter(({ table }) => table === "trace_entries").length).toBe(own.agent.seq);
    const text = lines.join("\n");
    for (const word of ["sealed_secret", "secret_hash", "sealed_grant"])
      expect(text).not.toContain(word);
    const first = rows.find(({ table }) => table === "trace_entries")?.row;
    expect(first.hash).toBe(`\\x${own.agent.entries[0]?.hash}`);
  });

  test("is for administrators, and takes no cursor that somebody made up", async () => {
    const own = await world();
    expect(own.viewer.settings.export.query({})).rejects.toThrow("needs the role admin");
    const admin = service.client(await service.newToken(own.tenant, "admin"));
    const made = (...values: unknown[]) =>
      btoa(JSON.stringify(["export", ...values])).replaceAll("=", "");
    for (const cursor of [
      made("tenants", []),
      made("agents; DROP TABLE x", []),
      made("agents", ["1", "2", "3"]),
    ]) {
      expect(admin.settings.export.query({ cursor })).rejects.toThrow("the cursor is of another");
    }
  });
});
