/** What is stored is what was signed: proved to whoever asks, and told where it is not. */
import { beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { TRPCClientError } from "@trpc/client";
import { verifySession } from "../../contracts/session-proof.ts";
import { ed25519Verify, sha256, sha256Hex } from "../crypto.ts";
import { signedRequest, TestAgent } from "../testing/agent.ts";
import type { TestClient } from "../testing/service.ts";
import { tell, upload } from "../testing/story.ts";
import { standing } from "../testing/stand.ts";

let viewer: TestClient;
const agents: TestAgent[] = [];
const ids = { shared: "", open: "", long: "" };

const { database, service, tenant, key } = await standing();

beforeAll(async () => {
  viewer = service.client(await service.newToken(tenant, "viewer"));
  const [first, second] = [new TestAgent(), new TestAgent()];
  agents.push(first, second);
  ids.shared = tell(first, { shared: {}, prompts: [{ question: "Go on?" }, { action: "deny" }] });
  ids.open = tell(first, { open: true, prompts: [{}] });
  ids.long = tell(first, { prompts: Array.from({ length: 150 }, () => ({})) });
  for (let at = 0; at < 10; at += 1) tell(second, { prompts: [{}] });
  for (const agent of agents) await upload(service, { agent, key, from: 1, size: 90 });
}, 60_000);

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "ok";
  } catch (error) {
    if (!(error instanceof TRPCClientError)) throw error;
    return `${error.data?.code}: ${error.message}`;
  }
}

describe("a session's proof", () => {
  const tools = { sha256, sha256Hex, verify: ed25519Verify, trusted: null };
  const proved = (session_id: string) =>
    viewer.sessions.proof.query({ agent_id: agents[0]?.id ?? "", session_id });

  test("holds by itself, with the witness's word, and tells that the session is whole", async () => {
    const witnesses = [service.parts.witness.verifierKey];
    for (const id of [ids.shared, ids.long]) {
      const verdict = verifySession(await proved(id), { ...tools, witnesses });
      expect(verdict).toMatchObject({ ok: true, isWhole: true });
      if (verdict.ok) expect(verdict.witnesses).toHaveLength(1);
    }
    expect(verifySession(await proved(ids.open), tools)).toMatchObject({
      ok: true,
      isWhole: false,
    });
  });

  test("does not hold once anything in it is another", async () => {
    const proof = await proved(ids.shared);
    const [one, two, ...rest] = proof.entries;
    if (one === undefined || two === undefined) throw new Error("no entries");
    const other = await proved(ids.long);
    const bent = [
      { ...proof, entries: [{ ...one, at: one.at + 1 }, two, ...rest] },
      { ...proof, entries: [one, { ...two, content: { question: "No?" } }, ...rest] },
      { ...proof, entries: [two, one, ...rest] },
      { ...proof, entries: [one, ...rest] },
      { ...proof, checkpoint: other.checkpoint.replace("\n", "x\n") },
      { ...proof, proof: proof.proof.slice(1) },
      { ...proof, session_id: other.session_id },
    ];
    for (const file of bent) expect(verifySession(file, tools).ok).toBeFalse();
    expect(verifySession(proof, tools).ok).toBeTrue();
  });
});

describe("integrity", () => {
  test("is verified where all is well, and checked again entry by entry", async () => {
    const { agents: rows, witness } = await viewer.integrity.agents.query({});
    expect(witness).toBe(service.parts.witness.verifierKey);
    expect(rows.map(({ standing }) => standing)).toEqual(["verified", "verified"]);
    for (const { id, seq } of agents) {
      let after = 0;
      for (let done = false; !done; ) {
        const step = await viewer.integrity.recheck.query({ agent_id: id, after });
        expect(step.fault).toBeNull();
        [after, done] = [step.checked_to, step.done];
      }
      expect(after).toBe(seq);
    }
  });

  test("is broken where somebody has edited the database, and from which entry on is told", async () => {
    const agent_id = agents[0]?.id ?? "";
    const edits = [
      ["kind", "'prompt.closed'", 6],
      ["at", "at + interval '1 second'", 9],
      ["data", "'{}'", 12],
      ["content", `'{"question":"No?"}'`, 4],
    ] as const;
    for (const [column, value, seq] of edits) {
      const where = `WHERE tenant_id = '${tenant}' AND agent_id = '${agent_id}' AND seq = ${seq}`;
      await database.sql.unsafe(
        `CREATE TABLE was AS SELECT * FROM atlasbridge.trace_entries ${where}`,
      );
      await database.sql.unsafe(
        `UPDATE atlasbridge.trace_entries SET ${column} = ${value} ${where}`,
      );
      const found = await viewer.integrity.recheck.query({ agent_id });
      expect([column, found.fault?.seq, found.done]).toEqual([column, seq, true]);
      await database.sql.unsafe(`DELETE FROM atlasbridge.trace_entries ${where}`);
      expect((await viewer.integrity.recheck.query({ agent_id })).fault?.what).toBe(
        "it is missing",
      );
      await database.sql.unsafe(
        `INSERT INTO atlasbridge.trace_entries SELECT * FROM was; DROP TABLE was`,
      );
      expect((await viewer.integrity.recheck.query({ agent_id })).fault).toBeNull();
    }
  });
});

describe("an incident", () => {
  let wronged: { tenant: string; viewer: TestClient; operator: TestClient; agent_id: string };

  /** An organisation of its own for each: an agent with two histories, and another with one. */
  beforeEach(async () => {
    const own = await service.newTenant();
    const by = await service.newKey(own);
    const [agent, calm] = [new TestAgent(), new TestAgent()];
    for (const one of [agent, calm]) {
      tell(one, {});
      await upload(service, { agent: one, key: by, from: 1 });
    }
    const forked = new TestAgent(agent.id);
    tell(forked, {});
    await service.post(signedRequest(forked.batch({ from: 1, to: 2, key: by }), { key: by }));
    const [asViewer, asOperator] = [
      service.client(await service.newToken(own, "viewer")),
      service.client(await service.newToken(own, "operator")),
    ];
    wronged = { tenant: own, viewer: asViewer, operator: asOperator, agent_id: agent.id };
  });

  test("is told until an operator acknowledges it, once, and that is written down", async () => {
    const { viewer: reader, operator } = wronged;
    const { rows } = await reader.incidents.list.query({ open: true });
    expect(rows).toMatchObject([
      { agent_id: wronged.agent_id, kind: "chain-fork", acknowledged_at: null },
    ]);
    const { agent_id, kind, seq, came } = rows[0] ?? {
      agent_id: "",
      kind: "chain-fork",
      seq: 0,
      came: "",
    };
    const wish = { agent_id, kind, seq, came };
    expect(await refusal(reader.incidents.acknowledge.mutate(wish))).toContain("FORBIDDEN");
    const done = await operator.incidents.acknowledge.mutate(wish);
    expect(done).toMatchObject({ acknowledged_by: "a operator" });
    const again = await operator.incidents.acknowledge.mutate(wish);
    expect(again.acknowledged_at).toBe(done.acknowledged_at);
    expect((await reader.incidents.list.query({ open: true })).rows).toEqual([]);
    expect((await reader.incidents.list.query({})).rows).toHaveLength(1);
    const [log] = await database.sql`
      SELECT data FROM atlasbridge.audit_entries WHERE tenant_id = ${wronged.tenant}
      ORDER BY seq LIMIT 1`;
    expect(log?.["data"]).toContain("incidents.acknowledge");
    expect(
      await refusal(operator.incidents.acknowledge.mutate({ ...wish, seq: seq + 1 })),
    ).toContain("NOT_FOUND");
  });

  test("and its agent's ingestion are shown to operators", async () => {
    const health = await wronged.operator.ingestion.health.query({});
    expect(health).toHaveLength(2);
    expect(health.map(({ forks }) => forks)).toEqual(
      health.map(({ agent_id }) => (agent_id === wronged.agent_id ? 1 : 0)),
    );
    expect(await refusal(wronged.viewer.ingestion.health.query({}))).toContain("FORBIDDEN");
  });
});
