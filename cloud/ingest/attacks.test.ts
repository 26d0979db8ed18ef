/** Requests that are not signed as they must be, or not by whom they must be: refused, each with its own problem. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { problem as problemSchema } from "../../contracts/problem.ts";
import { createKey, revokeKey } from "../keys/keys.ts";
import { newNonce, type Sent, signedRequest, type TestKey } from "../testing/agent.ts";
import { changed } from "../testing/attack.ts";
import { signedAttacks } from "../testing/attacks-signed.ts";
import { besiege, expectProblem } from "../testing/siege.ts";

const siege = besiege();

describe("what is signed", () => {
  test.each(signedAttacks)("as $name is refused", async ({ make, refused }) => {
    await expectProblem(await siege.service.post(make(siege)), refused);
  });

  test("with a query behind the path is refused", async () => {
    await expectProblem(
      await siege.service.post(siege.honest(), "/v1/traces?x=1"),
      "invalid-signature",
    );
  });

  test("is told the service's time when it is stale", async () => {
    const response = await siege.service.post(
      signedRequest(siege.next(), { key: siege.key, created: 1_000_000_000 }),
    );
    const { server_time } = problemSchema.parse(await response.json());
    expect(Math.abs((server_time ?? 0) - Date.now() / 1_000)).toBeLessThan(60);
  });

  test("is taken once: a replay is refused, also while the first is under way", async () => {
    const sent = signedRequest(siege.agent.batch({ from: 1, to: 5, key: siege.key }), {
      key: siege.key,
    });
    const replies = await Promise.all(Array.from({ length: 6 }, () => siege.service.post(sent)));
    expect(replies.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
      202, 401, 401, 401, 401, 401,
    ]);
    await siege.settled();
    await expectProblem(await siege.service.post(sent), "replayed-nonce");
  });

  test("and refused is spent all the same", async () => {
    const nonce = newNonce();
    const gap = siege.agent.batch({ from: 9, to: 9, key: siege.key });
    await expectProblem(
      await siege.service.post(signedRequest(gap, { key: siege.key, nonce })),
      "sequence-gap",
    );
    await expectProblem(
      await siege.service.post(signedRequest(gap, { key: siege.key, nonce })),
      "replayed-nonce",
    );
  });

  test("with any one bit changed, anywhere, is refused", async () => {
    const sent = siege.honest();
    const parts = [
      "body",
      "signature",
      "signature-input",
      "content-digest",
      "content-type",
    ] as const;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...parts), fc.nat(), fc.nat(6), async (part, at, bit) => {
        const flipped = flip(sent, { part, at, bit });
        const response = await siege.service.post(flipped).catch(() => null);
        // A header that is no longer one is not sent at all.
        if (response !== null) expect([400, 401, 413, 415]).toContain(response.status);
      }),
      { numRuns: 300 },
    );
  });
});

type Flip = { part: string; at: number; bit: number };

function flip(sent: Sent, { part, at, bit }: Flip): Sent {
  if (part === "body") {
    const body = new Uint8Array(sent.body);
    const index = at % body.length;
    body[index] = (body[index] ?? 0) ^ (1 << bit);
    return { ...sent, body };
  }
  const text = sent.headers[part] ?? "";
  const index = at % text.length;
  const code = text.charCodeAt(index) ^ (1 << bit);
  const value = text.slice(0, index) + String.fromCharCode(code) + text.slice(index + 1);
  // A case that changes nothing for a reader of structured fields is no change of what is signed.
  return value.toLowerCase() === text.toLowerCase() && part === "content-type"
    ? { ...sent, body: new Uint8Array(1) }
    : changed(sent, { [part]: value });
}

describe("who may send", () => {
  test("is nobody with a key that has expired or was revoked", async () => {
    const expired = await createKey(siege.service.parts, siege.tenant, {
      expiresAt: Date.now() - 1,
    });
    const revoked = await siege.service.newKey(siege.tenant);
    await revokeKey(siege.service.parts, siege.tenant, revoked.key_id);
    await siege.settled();
    for (const [one, name] of [
      [expired, "expired-key"],
      [revoked, "revoked-key"],
    ] as const) {
      const batch = siege.agent.batch({ from: 6, to: 8, key: one, witnessed: 5 });
      await expectProblem(await siege.service.post(signedRequest(batch, { key: one })), name);
      // Without the secret nobody learns how a key stands.
      const wrong = { ...one, secret: siege.key.secret };
      await expectProblem(
        await siege.service.post(signedRequest(batch, { key: wrong })),
        "invalid-signature",
      );
    }
  });

  test("is not another agent than the one that the key is for", async () => {
    const bound = await siege.service.newKey(siege.tenant, Bun.randomUUIDv7());
    await siege.settled();
    const batch = siege.agent.batch({ from: 6, to: 8, key: bound, witnessed: 5 });
    await expectProblem(
      await siege.service.post(signedRequest(batch, { key: bound })),
      "agent-mismatch",
    );
  });

  test("is not whoever holds a key for any agent, once that agent has sent with one of its own", async () => {
    const { tenant, key } = siege;
    const agent = await siege.storedAgent(key);
    const own = await siege.service.newKey(tenant, agent.id);
    const send = (from: number, to: number, by: TestKey) =>
      siege.service.post(signedRequest(agent.batch({ from, to, key: by }), { key: by }));
    // That there is one takes nothing from a machine that does not have it yet.
    expect((await send(1, 5, key)).status).toBe(202);
    expect((await send(1, 5, own)).status).toBe(202);
    await siege.settled();
    agent.changeKey();
    await expectProblem(await send(1, agent.seq, key), "agent-mismatch");
    await expectProblem(await send(1, 5, key), "agent-mismatch");
    const [{ head } = { head: 0 }] = await siege.database.sql<{ head: number }[]>`
      SELECT head_seq::int AS head FROM atlasbridge.agents WHERE agent_id = ${agent.id}`;
    expect(head).toBe(5);
    await revokeKey(siege.service.parts, tenant, own.key_id);
    expect((await send(1, 5, key)).status).toBe(202);
    await siege.settled();
  });

  test("is not an agent that was revoked", async () => {
    const revoked = await siege.storedAgent(siege.key);
    await siege.database.sql`
      UPDATE atlasbridge.agents SET revoked_at = now() WHERE agent_id = ${revoked.id}`;
    await siege.service.parts.tally.flush();
    await siege.settled();
    const batch = revoked.batch({ from: 6, to: 8, key: siege.key, witnessed: 5 });
    await expectProblem(
      await siege.service.post(signedRequest(batch, { key: siege.key })),
      "agent-revoked",
    );
  });

  test("is nobody whose key is revoked while the request is on its way", async () => {
    const doomed = await siege.service.newKey(siege.tenant);
    const batch = siege.agent.batch({ from: 6, to: 8, key: doomed, witnessed: 5 });
    // In an object: the library would wait for a promise that is returned.
    const { response } = await siege.database.sql.begin(async (sql) => {
      // Holds the request where it waits for the agent.
      await sql`SELECT 1 FROM atlasbridge.agents WHERE agent_id = ${siege.agent.id} FOR UPDATE`;
      const sent = siege.service.post(signedRequest(batch, { key: doomed }));
      for (let waits = 0; waits === 0; await Bun.sleep(2)) {
        const [row] = await siege.database.sql`
          SELECT count(*)::int AS n FROM pg_stat_activity
          WHERE application_name = 'atlasbridge-cloud' AND wait_event_type = 'Lock'`;
        waits = row?.["n"];
      }
      await revokeKey(siege.service.parts, siege.tenant, doomed.key_id);
      return { response: sent };
    });
    await siege.settled();
    await expectProblem(await response, "revoked-key");
  });
});

describe("what was refused", () => {
  test("is counted by reason for the tenant's own eyes", async () => {
    const nonce = newNonce();
    const gap = siege.agent.batch({ from: 9, to: 9, key: siege.key });
    const wrong = { ...siege.key, secret: siege.other.key.secret };
    for (const key of [
      siege.key,
      siege.key,
      wrong,
      { ...wrong, key_id: "abk_00000000000000000" },
    ]) {
      await siege.service.post(signedRequest(gap, { key, nonce }));
    }
    await siege.service.parts.tally.flush();
    const rows = await siege.database.sql`
      SELECT tenant_id, reason, sum(times)::int AS times FROM atlasbridge.ingest_refusals
      GROUP BY 1, 2`;
    const reasons = rows
      .filter((row) => row["tenant_id"] === siege.tenant)
      .map((row) => row["reason"]);
    expect(reasons).toEqual(
      expect.arrayContaining([
        "invalid-signature",

        "sequence-gap",
        "replayed-nonce",
      ]),
    );
    // Nobody's key is of no tenant.
    expect(reasons).not.toContain("unknown-key");
  });
});
