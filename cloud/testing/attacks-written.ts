/** Bodies that are signed and yet no batch: each refused before anything of it is believed. */
import { gzipSync, zstdCompressSync } from "node:zlib";
import { signedBytes, signedRequest } from "./agent.ts";
import { attacksOf, changed, type Ground, type Row } from "./attack.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (batch: unknown): string => JSON.stringify(batch);

/** The batch that would come next, its first entry changed. */
function withEntry(at: Ground, change: object): unknown {
  const batch = at.next();
  return { ...batch, entries: [{ ...batch.entries[0], ...change }, ...batch.entries.slice(1)] };
}

const rows: Row[] = [
  [
    "is not JSON by its type",
    (at) => signedRequest(at.next(), { key: at.key, contentType: "text/json" }),
    "unsupported-media-type",
  ],
  [
    "is of another coding",
    (at) => {
      const sent = signedBytes(gzipSync(bytes("{}")), { key: at.key, encoding: "gzip" });
      return changed(sent, { "content-encoding": "br" });
    },
    "invalid-signature",
  ],
  [
    "names gzip and is none",
    (at) => signedBytes(bytes(text(at.next())), { key: at.key, encoding: "gzip" }),
    "malformed-payload",
  ],
  [
    "names zstd and is none",
    (at) => signedBytes(bytes(text(at.next())), { key: at.key, encoding: "zstd" }),
    "malformed-payload",
  ],
  [
    "is a bomb of gzip",
    (at) => signedBytes(gzipSync(new Uint8Array(200_000_000)), { key: at.key, encoding: "gzip" }),
    "payload-too-large",
  ],
  [
    "is a bomb of zstd",
    (at) =>
      signedBytes(zstdCompressSync(new Uint8Array(200_000_000)), {
        key: at.key,
        encoding: "zstd",
      }),
    "payload-too-large",
  ],
  [
    "is larger than a body may be",
    (at) => signedBytes(new Uint8Array(1_048_577).fill(0x20), { key: at.key }),
    "payload-too-large",
  ],
  ["is empty", (at) => signedBytes(new Uint8Array(0), { key: at.key }), "malformed-payload"],
  ["is no JSON", (at) => signedBytes(bytes("{"), { key: at.key }), "malformed-payload"],
  [
    "is no UTF-8",
    (at) => signedBytes(new Uint8Array([0x22, 0xff, 0x22]), { key: at.key }),
    "malformed-payload",
  ],
  [
    "is nested deeply",
    (at) => signedBytes(bytes("[".repeat(500_000)), { key: at.key }),
    "malformed-payload",
  ],
  [
    "is nested deeply in an entry",
    (at) =>
      signedRequest(withEntry(at, { data: { a: JSON.parse("[".repeat(20) + "]".repeat(20)) } }), {
        key: at.key,
      }),
    "malformed-payload",
  ],
  [
    "has a prototype",
    (at) =>
      signedBytes(bytes(text(at.next()).replace('"data":{', '"data":{"__proto__":{"a":1},')), {
        key: at.key,
      }),
    "malformed-payload",
  ],
  [
    "has a number that is infinite",
    (at) =>
      signedBytes(bytes(text(at.next()).replace('"seq":6', '"seq":1e999')), {
        key: at.key,
      }),
    "malformed-payload",
  ],
  [
    "has a number that is not exact",
    (at) =>
      signedBytes(bytes(text(at.next()).replace('"seq":6', '"seq":9007199254740993')), {
        key: at.key,
      }),
    "malformed-payload",
  ],
  [
    "has a kind that is SQL",
    (at) => signedRequest(withEntry(at, { kind: "x'); DROP TABLE tenants; --" }), { key: at.key }),
    "malformed-payload",
  ],
  [
    "has lines for a log in an id",
    (at) => signedRequest(withEntry(at, { session_id: 'x"}\n{"level":"error"' }), { key: at.key }),
    "malformed-payload",
  ],
  [
    "has half a character",
    (at) =>
      signedBytes(bytes(text(at.next()).replace('"data":{', '"data":{"a":"\\ud800",')), {
        key: at.key,
      }),
    "malformed-payload",
  ],
  [
    "has a field that nobody knows",
    (at) => signedRequest({ ...at.next(), verdict: "allow" }, { key: at.key }),
    "malformed-payload",
  ],
  [
    "has no entry",
    (at) => signedRequest({ ...at.next(), entries: [] }, { key: at.key }),
    "malformed-payload",
  ],
  [
    "has too many entries",
    (at) => {
      const one = at.next().entries[0];
      return signedRequest(
        { ...at.next(), entries: Array.from({ length: 501 }, () => one) },
        { key: at.key },
      );
    },
    "malformed-payload",
  ],
  [
    "is of another schema",
    (at) => signedRequest({ ...at.next(), schema: "atlasbridge.trace/2" }, { key: at.key }),
    "unsupported-schema",
  ],
];

export const writtenAttacks = attacksOf(rows);
