/** A signed batch becomes rows of its tenant, once, and is acknowledged when it is durable. */
import { describe, expect, test } from "bun:test";
import { canonicalJson } from "../../contracts/canonical.ts";
import { originOf, parseSignedCheckpoint } from "../../contracts/checkpoint.ts";
import { parseNote, parseVerifierKey, vouchersOf } from "../../contracts/note.ts";
import {
  type Acknowledgement,
  acknowledgement,
  contractDocument,
  type UploadBatch,
} from "../../contracts/upload.ts";
import { ed25519Verify, sha256 } from "../crypto.ts";
import { systemRandom } from "../random.ts";
import { runRetention } from "../retention/retention.ts";
import { signedRequest, TestAgent } from "../testing/agent.ts";
import { standing } from "../testing/stand.ts";

const { database, service, tenant, key } = await standing();

async function post(batch: UploadBatch): Promise<Acknowledgement> {
  const response = await service.post(signedRequest(batch, { key }));
  if (response.status !== 202) throw new Error(await response.text());
  return acknowledgement.parse(await response.json());
}

const rowsOf = (agent: TestAgent) => database.sql`
  SELECT tenant_id, seq::int, kind, data, encode(hash, 'hex') AS hash, encode(mac, 'base64') AS mac
  FROM atlasbridge.trace_entries WHERE agent_id = ${agent.id} ORDER BY seq`;

describe("a batch that is as it must be", () => {
  test("is acknowledged with 202, and its entries lie in the tenant's table as they were sent", async () => {
    const agent = new TestAgent();
    agent.session(2);
    const batch = agent.batch({ from: 1, to: agent.seq, key });
    const response = await service.post(signedRequest(batch, { key, encoding: "zstd" }));
    expect(response.status).toBe(202);
    const ack = acknowledgement.parse(await response.json());
    expect(ack).toMatchObject({
      ...{ batch_id: batch.batch_id, accepted: agent.seq, duplicates: 0, acked_seq: agent.seq },
      ...{ acked_hash: agent.entries.at(-1)?.hash, key_expires_at: null },
    });
    const rows = await rowsOf(agent);
    expect(rows.map(({ seq, hash, mac }) => [seq, hash, mac])).toEqual(
      batch.entries.map(({ seq, hash, mac }) => [seq, hash, mac]),
    );
    expect(new Set(rows.map((row) => row["tenant_id"]))).toEqual(new Set([tenant]));
    expect(JSON.parse(rows[2]?.["data"])).toEqual(batch.entries[2]?.data);
  });

  test.each([null, "gzip", "zstd"] as const)("may be encoded as %p", async (encoding) => {
    const agent = new TestAgent();
    const batch = agent.batch({ from: 1, to: 2, key });
    const response = await service.post(signedRequest(batch, { key, encoding }));
    expect(response.status).toBe(202);
  });

  test("is cosigned by the witness whose key the contract tells", async () => {
    const agent = new TestAgent();
    const batch = agent.batch({ from: 1, to: 2, key });
    const response = await service.post(signedRequest(batch, { key }));
    const { cosignature } = acknowledgement.parse(await response.json());
    const contract = contractDocument.parse(
      await (await fetch(`${service.url}/v1/contract`)).json(),
    );
    const witness = parseVerifierKey(contract.witness_key ?? "", sha256);
    const note = parseNote(`${batch.checkpoint}${cosignature}\n`);
    if (witness === null || note === null) throw new Error("no witness");
    const vouched = vouchersOf(note, [witness], { verify: ed25519Verify, sha256 });
    expect(vouched?.[0]?.by.name).toBe("atlasbridge/witness");
    expect(Math.abs((vouched?.[0]?.atSeconds ?? 0) * 1_000 - Date.now())).toBeLessThan(60_000);
    expect(parseSignedCheckpoint(batch.checkpoint)?.checkpoint.origin).toBe(originOf(agent.id));
    const [kept] = await database.sql`
      SELECT note, cosignature FROM atlasbridge.trace_checkpoints WHERE agent_id = ${agent.id}`;
    expect(kept).toEqual({ note: batch.checkpoint, cosignature: cosignature ?? "" });
  });

  test("continues the one before it, with a proof from the checkpoint that was cosigned", async () => {
    const agent = new TestAgent();
    agent.session(3);
    for (const [from, to, witnessed] of [
      [1, 5, 0],
      [6, 9, 5],
      [10, agent.seq, 9],
    ] as const) {
      const batch = agent.batch({ from, to, key, witnessed });
      const response = await service.post(signedRequest(batch, { key }));
      expect(response.status).toBe(202);
    }
    expect((await rowsOf(agent)).map(({ hash }) => hash)).toEqual(
      agent.entries.map(({ hash }) => hash),
    );
  });

  test("sent again under a fresh nonce changes nothing and is acknowledged alike", async () => {
    const agent = new TestAgent();
    agent.session(1);
    const batch = agent.batch({ from: 1, to: agent.seq, key });
    const first = acknowledgement.parse(
      await (await service.post(signedRequest(batch, { key }))).json(),
    );
    const before = await rowsOf(agent);
    const again = await service.post(signedRequest(batch, { key }));
    expect(again.status).toBe(202);
    const { accepted, duplicates, ...rest } = acknowledgement.parse(await again.json());
    expect([accepted, duplicates]).toEqual([0, agent.seq]);
    expect(rest).toMatchObject({ cosignature: first.cosignature, acked_hash: first.acked_hash });
    expect([...(await rowsOf(agent))]).toEqual([...before]);
  });

  test("that overlaps what is there brings what is new", async () => {
    const agent = new TestAgent();
    agent.session(2);
    await service.post(signedRequest(agent.batch({ from: 1, to: 6, key }), { key }));
    const batch = agent.batch({ from: 3, to: agent.seq, key, witnessed: 6 });
    const ack = acknowledgement.parse(
      await (await service.post(signedRequest(batch, { key }))).json(),
    );
    expect(ack).toMatchObject({ accepted: agent.seq - 6, duplicates: 4, acked_seq: agent.seq });
    expect((await rowsOf(agent)).length).toBe(agent.seq);
  });

  test("is projected into its sessions, also when they come in parts", async () => {
    const agent = new TestAgent();
    const session = agent.session(4);
    await service.post(signedRequest(agent.batch({ from: 1, to: 9, key }), { key }));
    const rest = agent.batch({ from: 10, to: agent.seq, key, witnessed: 9 });
    const response = await service.post(signedRequest(rest, { key }));
    expect([response.status, await response.text()]).toEqual([202, expect.any(String)]);
    const [row] = await database.sql`
      SELECT tool, mode, end_reason, exit_code, first_seq::int, last_seq::int, entries::int,
        prompts::int, auto_replied::int, denied::int, decisions::int, matched::int, injected::int
      FROM atlasbridge.trace_sessions WHERE session_id = ${session}`;
    expect(row).toEqual({
      ...{ tool: "claude", mode: "full", end_reason: "exited", exit_code: 0 },
      ...{ first_seq: 3, last_seq: agent.seq, entries: 18, prompts: 4, auto_replied: 4 },
      ...{ denied: 0, decisions: 4, matched: 4, injected: 4 },
    });
    const [counts] = await database.sql`
      SELECT kinds, rules FROM atlasbridge.trace_sessions WHERE session_id = ${session}`;
    expect(counts?.["rules"]).toEqual({ "rule-0": 2, "rule-1": 1, "rule-2": 1 });
    expect(counts?.["kinds"]).toEqual({
      ...{ "session.started": 1, "prompt.detected": 4, "decision.made": 4 },
      ...{ "reply.injected": 4, "prompt.closed": 4, "session.ended": 1 },
    });
  });

  test("shares content when it has any, checked against what was committed to", async () => {
    const agent = new TestAgent();
    agent.write({ kind: "reply.received", data: { by: "cli" }, content: { reply: "y\u0000\n" } });
    const batch = agent.batch({ from: 1, to: 3, key });
    expect((await service.post(signedRequest(batch, { key }))).status).toBe(202);
    const [row] = await database.sql`
      SELECT content FROM atlasbridge.trace_entries WHERE agent_id = ${agent.id} AND seq = 3`;
    expect(JSON.parse(row?.["content"])).toEqual({ reply: "y\u0000\n" });
  });

  test("shows a part of its content in place of it, and never beside it", async () => {
    const agent = new TestAgent();
    agent.write({ kind: "reply.received", data: { by: "cli" }, content: { reply: "yes" } });
    const batch = agent.batch({ from: 1, to: 3, key });
    const [one, two, last] = batch.entries;
    if (last === undefined) throw new Error("three were written");
    const { content, salt, ...bare } = last;
    const shown = { reply: "hmac-sha256:" };
    const send = (third: object) =>
      service.post(signedRequest({ ...batch, entries: [one, two, third] }, { key }));
    expect((await send({ ...bare, content, salt, shown })).status).toBe(400);
    expect((await send({ ...bare, shown })).status).toBe(202);
    const [row] = await database.sql`
      SELECT content, shown FROM atlasbridge.trace_entries WHERE agent_id = ${agent.id} AND seq = 3`;
    expect([row?.["content"], JSON.parse(row?.["shown"])]).toEqual([null, shown]);
  });

  test("from before its agent's key was changed may come again, whoever signs now", async () => {
    const agent = new TestAgent();
    agent.session(2);
    agent.changeKey();
    agent.session(1);
    agent.changeKey();
    await post(agent.batch({ from: 1, to: agent.seq, key }));
    // Cut otherwise than the first time: of its end there is no checkpoint here, and nothing says who signed then.
    for (const [from, to] of [
      [1, 6],
      [3, 8],
      [5, 15],
    ] as const) {
      const again = await post(agent.batch({ from, to, key }));
      expect(again).toMatchObject({ accepted: 0, cosignature: null, acked_seq: agent.seq });
    }
    const forged = new TestAgent(agent.id);
    const batch = agent.batch({ from: 1, to: 6, key });
    const checkpoint = forged.checkpoint(agent.head(6));
    const response = await service.post(signedRequest({ ...batch, checkpoint }, { key }));
    expect(response.status).toBe(401);
  });

  test("continues a checkpoint that its tenant's days have let go", async () => {
    const agent = new TestAgent();
    agent.session(3);
    await post(agent.batch({ from: 1, to: 5, key }));
    await post(agent.batch({ from: 6, to: 9, key, witnessed: 5 }));
    await database.sql`
      UPDATE atlasbridge.trace_checkpoints SET received_at = now() - interval '100 days'
      WHERE agent_id = ${agent.id}`;
    await runRetention(service.parts);
    // The acknowledgement of the second batch was lost, so the proof begins at the first.
    const ack = await post(agent.batch({ from: 6, to: agent.seq, key, witnessed: 5 }));
    expect(ack).toMatchObject({ accepted: agent.seq - 9, acked_seq: agent.seq });
  });

  test("is stored as it was hashed, whatever its texts hold", async () => {
    const agent = new TestAgent();
    const odd = [
      '"',
      "\\",
      "{},NULL",
      "\n\t\u0000\u001f\u007f\u2028",
      "\u{1f9ea}é",
      "",
      "null",
      "\\x00",
    ];
    const data = Object.fromEntries(odd.map((text, at) => [`k${at}${text}`, text]));
    agent.write({ kind: "some.kind", data, content: odd });
    await post(agent.batch({ from: 1, to: 3, key }));
    const [row] = await database.sql<{ data: string; content: string }[]>`
      SELECT data, content FROM atlasbridge.trace_entries WHERE agent_id = ${agent.id} AND seq = 3`;
    expect(row).toEqual({ data: canonicalJson(data), content: canonicalJson(odd) });
  });

  test("may be of any moment that there is", async () => {
    const agent = new TestAgent(undefined, 8_640_000_000_000_000 - 2);
    agent.paceMs = 1;
    agent.write({ kind: "prompt.closed", data: { prompt_id: systemRandom.uuidv7() } });
    expect(await post(agent.batch({ from: 1, to: 3, key }))).toMatchObject({ accepted: 3 });
  });
});
