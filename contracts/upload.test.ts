/** The wire: a batch is taken as it is or not at all, a reply is taken without what nobody knows. */
import { describe, expect, test } from "bun:test";
import { exampleAgentId, exampleSessionId } from "./examples.ts";
import { genesisHash } from "./ids.ts";
import {
  acknowledgement,
  contractDocument,
  contractOf,
  uploadBatch,
  uploadEntry,
  uploadLimits,
} from "./upload.ts";

const base64 = `${"A".repeat(43)}=`;

const entry = {
  v: 1,
  agent_id: exampleAgentId,
  seq: 1,
  at: 1_700_000_000_000,
  session_id: exampleSessionId,
  kind: "trace.opened",
  data: { runtime_version: "0.1.0" },
  content_hash: null,
  prev: genesisHash,
  hash: "5f".repeat(32),
  mac: base64,
};

const batch = {
  schema: "atlasbridge.trace/1",
  batch_id: "0193a1b2-0000-7000-8000-0000000000ff",
  agent: { id: exampleAgentId, version: "0.1.0", platform: "linux" },
  entries: [entry],
  checkpoint: "a\n1\nb\n",
  consistency: { from_size: 0, proof: [] },
};

describe("an entry on the wire", () => {
  test("may be of a kind and have fields that this version has never heard of", () => {
    const newer = { ...entry, kind: "tool.upgraded", data: { from: "1", to: { a: [2, null] } } };
    expect(uploadEntry.parse(newer)).toEqual(newer as never);
  });

  test.each([
    ["another format", { v: 2 }],
    ["a number that is none", { seq: 1.5 }],
    ["a number beyond what is exact", { seq: 2 ** 60 }],
    ["a kind that is no name", { kind: "a'; DROP TABLE x" }],
    ["a short hash", { hash: "5f" }],
    ["a MAC that is not 32 bytes", { mac: "AAAA" }],
    ["a field beside the known ones", { verdict: "allow" }],
    ["a salt that is no salt", { content: {}, salt: "xyz" }],
  ])("with %s is refused", (_, change) => {
    expect(uploadEntry.safeParse({ ...entry, ...change }).success).toBeFalse();
  });
});

describe("a batch", () => {
  test("is read as it is", () => {
    expect(uploadBatch.parse(batch)).toEqual(batch as never);
  });

  test("is not empty, not longer than agreed, and of a known schema", () => {
    const many = Array.from({ length: uploadLimits.entriesMax + 1 }, () => entry);
    const others = [
      { entries: [] },
      { entries: many },
      { schema: "atlasbridge.trace/9" },
      { a: 1 },
    ];
    for (const change of others)
      expect(uploadBatch.safeParse({ ...batch, ...change }).success).toBeFalse();
  });
});

describe("an acknowledgement", () => {
  test("loses every word that it has no meaning for", () => {
    const known = {
      schema: "atlasbridge.ack/1",
      batch_id: batch.batch_id,
      accepted: 1,
      duplicates: 0,
      acked_seq: 1,
      acked_hash: entry.hash,
      cosignature: null,
      server_time: entry.at,
    };
    expect(acknowledgement.parse({ ...known, run: "rm", policy: {} })).toEqual(known as never);
  });
});

describe("the contract", () => {
  test("of a service tells the limits by which it takes batches", () => {
    const told = contractDocument.parse(contractOf("w+00000000+AAAA"));
    expect(told.limits.entries_max).toBe(uploadLimits.entriesMax);
    expect(told.schemas).toEqual(["atlasbridge.trace/1"]);
    expect(told.witness_key).toBe("w+00000000+AAAA");
  });
});
