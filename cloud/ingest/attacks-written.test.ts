/** Bodies that are signed and yet no batch, or no continuation of what is here: refused, each with its own problem. */
import { describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { signedBytes, signedRequest, TestAgent } from "../testing/agent.ts";
import { traceAttacks } from "../testing/attacks-trace.ts";
import { writtenAttacks } from "../testing/attacks-written.ts";
import { besiege, expectProblem } from "../testing/siege.ts";

const siege = besiege();

describe("how it is written", () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  test.each(writtenAttacks)("a body that $name is refused", async ({ make, refused }) => {
    await expectProblem(await siege.service.post(make(siege)), refused);
  });

  test("a coding that is signed and unknown is refused as such", async () => {
    const wish = { key: siege.key, encoding: "br" as unknown as "gzip" };
    const response = await siege.service.post(signedBytes(gzipSync(bytes("{}")), wish));
    await expectProblem(response, "unsupported-media-type");
  });
});

describe("what it says of the trace", () => {
  test.each(traceAttacks)("$name is refused", async ({ make, refused }) => {
    await expectProblem(await siege.service.post(make(siege)), refused);
  });

  test("a gap is told where to go on", async () => {
    const response = await siege.service.post(
      signedRequest(siege.agent.batch({ from: 8, to: 9, key: siege.key }), { key: siege.key }),
    );
    expect(await response.json()).toMatchObject({ expected_seq: 6 });
  });

  test("a second history is refused from its first other entry on, and written down as an incident", async () => {
    const fork = new TestAgent(siege.agent.id);
    fork.session(3);
    const batch = fork.batch({ from: 1, to: 5, key: siege.key });
    const response = await siege.service.post(signedRequest(batch, { key: siege.key }));
    expect(await response.clone().json()).toMatchObject({ seq: 1 });
    await expectProblem(response, "chain-fork");
    await expectProblem(
      await siege.service.post(
        signedRequest(fork.batch({ from: 6, to: 8, key: siege.key }), { key: siege.key }),
      ),
      "chain-fork",
    );
    const incidents = await siege.database.sql`
      SELECT kind, seq::int, encode(came, 'hex') AS came, times::int FROM atlasbridge.trace_incidents
      WHERE agent_id = ${siege.agent.id} AND kind = 'chain-fork' ORDER BY seq`;
    expect(incidents.map((row) => ({ ...row }))).toEqual([
      { kind: "chain-fork", seq: 1, came: fork.entries[0]?.hash ?? "", times: 1 },
      { kind: "chain-fork", seq: 5, came: fork.entries[4]?.hash ?? "", times: 1 },
    ]);
  });

  test("content is refused where the tenant takes none, and the rest of the batch with it", async () => {
    await siege.database.sql`
      INSERT INTO atlasbridge.tenant_settings (tenant_id, content_allowed) VALUES (${siege.other.tenant}, false)`;
    await siege.settled();
    const sender = new TestAgent();
    sender.write({ kind: "reply.received", data: { by: "cli" }, content: { reply: "yes" } });
    const batch = sender.batch({ from: 1, to: 3, key: siege.other.key });
    const response = await siege.service.post(signedRequest(batch, { key: siege.other.key }));
    await expectProblem(response, "content-not-allowed");
  });
});
