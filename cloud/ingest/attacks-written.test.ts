/** Bodies that are signed and yet no batch, or no continuation of what is here: refused, each with its own problem. */
import { describe, expect, test } from "bun:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import type { ProblemName } from "../../contracts/problem.ts";
import type { UploadEntry } from "../../contracts/upload.ts";
import {
  type Sent,
  signedBytes,
  signedRequest,
  TestAgent,
  type TestKey,
  withMac,
} from "../testing/agent.ts";
import { besiege, changed, expectProblem } from "../testing/siege.ts";

const siege = besiege();

describe("how it is written", () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const text = (batch: unknown): string => JSON.stringify(batch);
  const withEntry = (change: object): unknown => {
    const batch = siege.next();
    return { ...batch, entries: [{ ...batch.entries[0], ...change }, ...batch.entries.slice(1)] };
  };

  test.each<[string, () => Sent, ProblemName]>([
    [
      "is not JSON by its type",
      () => signedRequest(siege.next(), { key: siege.key, contentType: "text/json" }),
      "unsupported-media-type",
    ],
    [
      "is of another coding",
      () => {
        const sent = signedBytes(gzipSync(bytes("{}")), { key: siege.key, encoding: "gzip" });
        return changed(sent, { "content-encoding": "br" });
      },
      "invalid-signature",
    ],
    [
      "names gzip and is none",
      () => signedBytes(bytes(text(siege.next())), { key: siege.key, encoding: "gzip" }),
      "malformed-payload",
    ],
    [
      "names zstd and is none",
      () => signedBytes(bytes(text(siege.next())), { key: siege.key, encoding: "zstd" }),
      "malformed-payload",
    ],
    [
      "is a bomb of gzip",
      () =>
        signedBytes(gzipSync(new Uint8Array(200_000_000)), { key: siege.key, encoding: "gzip" }),
      "payload-too-large",
    ],
    [
      "is a bomb of zstd",
      () =>
        signedBytes(zstdCompressSync(new Uint8Array(200_000_000)), {
          key: siege.key,
          encoding: "zstd",
        }),
      "payload-too-large",
    ],
    [
      "is larger than a body may be",
      () => signedBytes(new Uint8Array(1_048_577).fill(0x20), { key: siege.key }),
      "payload-too-large",
    ],
    ["is empty", () => signedBytes(new Uint8Array(0), { key: siege.key }), "malformed-payload"],
    ["is no JSON", () => signedBytes(bytes("{"), { key: siege.key }), "malformed-payload"],
    [
      "is no UTF-8",
      () => signedBytes(new Uint8Array([0x22, 0xff, 0x22]), { key: siege.key }),
      "malformed-payload",
    ],
    [
      "is nested deeply",
      () => signedBytes(bytes("[".repeat(500_000)), { key: siege.key }),
      "malformed-payload",
    ],
    [
      "is nested deeply in an entry",
      () =>
        signedRequest(withEntry({ data: { a: JSON.parse("[".repeat(20) + "]".repeat(20)) } }), {
          key: siege.key,
        }),
      "malformed-payload",
    ],
    [
      "has a prototype",
      () =>
        signedBytes(bytes(text(siege.next()).replace('"data":{', '"data":{"__proto__":{"a":1},')), {
          key: siege.key,
        }),
      "malformed-payload",
    ],
    [
      "has a number that is infinite",
      () =>
        signedBytes(bytes(text(siege.next()).replace('"seq":6', '"seq":1e999')), {
          key: siege.key,
        }),
      "malformed-payload",
    ],
    [
      "has a number that is not exact",
      () =>
        signedBytes(bytes(text(siege.next()).replace('"seq":6', '"seq":9007199254740993')), {
          key: siege.key,
        }),
      "malformed-payload",
    ],
    [
      "has a kind that is SQL",
      () => signedRequest(withEntry({ kind: "x'); DROP TABLE tenants; --" }), { key: siege.key }),
      "malformed-payload",
    ],
    [
      "has lines for a log in an id",
      () => signedRequest(withEntry({ session_id: 'x"}\n{"level":"error"' }), { key: siege.key }),
      "malformed-payload",
    ],
    [
      "has half a character",
      () =>
        signedBytes(bytes(text(siege.next()).replace('"data":{', '"data":{"a":"\\ud800",')), {
          key: siege.key,
        }),
      "malformed-payload",
    ],
    [
      "has a field that nobody knows",
      () => signedRequest({ ...siege.next(), verdict: "allow" }, { key: siege.key }),
      "malformed-payload",
    ],
    [
      "has no entry",
      () => signedRequest({ ...siege.next(), entries: [] }, { key: siege.key }),
      "malformed-payload",
    ],
    [
      "has too many entries",
      () => {
        const one = siege.next().entries[0];
        return signedRequest(
          { ...siege.next(), entries: Array.from({ length: 501 }, () => one) },
          { key: siege.key },
        );
      },
      "malformed-payload",
    ],
    [
      "is of another schema",
      () => signedRequest({ ...siege.next(), schema: "atlasbridge.trace/2" }, { key: siege.key }),
      "unsupported-schema",
    ],
  ])("a body that %s is refused", async (_, make, name) => {
    await expectProblem(await siege.service.post(make()), name);
  });

  test("a coding that is signed and unknown is refused as such", async () => {
    const wish = { key: siege.key, encoding: "br" as unknown as "gzip" };
    const response = await siege.service.post(signedBytes(gzipSync(bytes("{}")), wish));
    await expectProblem(response, "unsupported-media-type");
  });
});

/** The batch after what is stored, its entries changed, with MACs and hashes as the change leaves them. */
function tampered(
  change: (entries: UploadEntry[]) => UploadEntry[],
  by: TestKey = siege.key,
): Sent {
  const batch = siege.next();
  return signedRequest({ ...batch, entries: change(batch.entries) }, { key: by });
}

const first =
  (change: Partial<UploadEntry>) =>
  (entries: UploadEntry[]): UploadEntry[] =>
    entries.map((entry, at) => (at === 0 ? { ...entry, ...change } : entry));

describe("what it says of the trace", () => {
  test.each<[string, () => Sent, ProblemName]>([
    ["a changed field", () => tampered(first({ at: 1 })), "malformed-payload"],
    ["changed data", () => tampered(first({ data: { a: 1 } })), "malformed-payload"],
    ["a changed session", () => tampered(first({ session_id: null })), "malformed-payload"],
    [
      "another hash under its MAC",
      () => tampered(first({ hash: "5f".repeat(32) })),
      "invalid-signature",
    ],
    [
      "another hash with a MAC of its own",
      () =>
        tampered(([one, ...rest]) => [
          withMac({ ...(one as UploadEntry), hash: "5f".repeat(32) }, siege.key),
          ...rest,
        ]),
      "malformed-payload",
    ],
    [
      "a MAC of another secret",
      () => tampered((entries) => entries.map((entry) => withMac(entry, siege.other.key))),
      "invalid-signature",
    ],
    [
      "a MAC of another entry",
      () =>
        tampered(
          ([a, b, c]) => [{ ...(a as UploadEntry), mac: b?.mac ?? "" }, b, c] as UploadEntry[],
        ),
      "invalid-signature",
    ],
    [
      "entries in another order",
      () => tampered((entries) => entries.toReversed()),
      "malformed-payload",
    ],
    [
      "an entry twice",
      () => tampered(([a, ...rest]) => [a, a, ...rest] as UploadEntry[]),
      "malformed-payload",
    ],
    [
      "an entry less in the middle",
      () => tampered(([a, , c]) => [a, c] as UploadEntry[]),
      "malformed-payload",
    ],
    ["content without a salt", () => tampered(first({ content: { a: 1 } })), "malformed-payload"],
    [
      "content that was not committed to",
      () => tampered(first({ content: { a: 1 }, salt: "0".repeat(32) })),
      "malformed-payload",
    ],
    [
      "entries of another agent",
      () =>
        signedRequest(
          { ...siege.next(), agent: { ...siege.next().agent, id: siege.other.agent.id } },
          { key: siege.key },
        ),
      "malformed-payload",
    ],
    [
      "another tenant's agent, from where that one stands",
      () =>
        signedRequest(siege.other.agent.batch({ from: 6, to: 8, key: siege.key, witnessed: 5 }), {
          key: siege.key,
        }),
      "sequence-gap",
    ],
    [
      "a gap",
      () =>
        signedRequest(siege.agent.batch({ from: 8, to: 9, key: siege.key, witnessed: 5 }), {
          key: siege.key,
        }),
      "sequence-gap",
    ],
    [
      "no checkpoint",
      () => signedRequest({ ...siege.next(), checkpoint: "nothing" }, { key: siege.key }),
      "malformed-payload",
    ],
    [
      "a checkpoint of another size",
      () =>
        signedRequest(
          { ...siege.next(), checkpoint: siege.agent.checkpoint(siege.agent.head(7)) },
          { key: siege.key },
        ),
      "malformed-payload",
    ],
    [
      "a checkpoint of another agent",
      () =>
        signedRequest(
          { ...siege.next(), checkpoint: siege.other.agent.checkpoint(siege.other.agent.head(8)) },
          { key: siege.key },
        ),
      "malformed-payload",
    ],
    [
      "a checkpoint of another root",
      () =>
        signedRequest(
          {
            ...siege.next(),
            checkpoint: siege.agent.checkpoint({ size: 8, root: new Uint8Array(32) }),
          },
          { key: siege.key },
        ),
      "inconsistent-checkpoint",
    ],
    [
      "a checkpoint with a broken signature",
      () =>
        signedRequest(
          {
            ...siege.next(),
            checkpoint: siege.next().checkpoint.replace(/.{9}(.{9}=*\n)$/, "AAAAAAAAA$1"),
          },
          { key: siege.key },
        ),
      "invalid-signature",
    ],
    [
      "a proof that does not hold",
      () =>
        signedRequest(
          { ...siege.next(), consistency: { from_size: 5, proof: [] } },
          { key: siege.key },
        ),
      "inconsistent-checkpoint",
    ],
    [
      "a proof from what was never cosigned",
      () =>
        signedRequest(
          { ...siege.agent.batch({ from: 6, to: 8, key: siege.key, witnessed: 4 }) },
          { key: siege.key },
        ),
      "inconsistent-checkpoint",
    ],
  ])("%s is refused", async (_, make, name) => {
    await expectProblem(await siege.service.post(make()), name);
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
