/** What a body may be before anybody looks at what it says: of a known coding, so large, so deep, UTF-8, JSON, a batch. */
import { describe, expect, test } from "bun:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { TestAgent } from "../testing/agent.ts";
import { decode, nestingOf } from "./decode.ts";

const key = { key_id: "abk_x", secret: "abs_x" };
const batch = new TestAgent().batch({ from: 1, to: 2, key });
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const whole = bytesOf(JSON.stringify(batch));

function problemOf(bytes: Uint8Array, encoding: string | null = null): string {
  const decoded = decode(bytes, encoding);
  return decoded.ok ? "none" : decoded.problem;
}

describe("a body", () => {
  test("is a batch in each of the codings", () => {
    const codings = [
      ...[[whole, null] as const, [whole, "identity"] as const],
      ...[[gzipSync(whole), "gzip"] as const, [zstdCompressSync(whole), "zstd"] as const],
    ];
    for (const [bytes, encoding] of codings) {
      expect(decode(bytes, encoding)).toEqual({ ok: true, batch });
    }
  });

  test("in another coding, or in two, is not read", () => {
    for (const encoding of ["br", "deflate", "GZIP, zstd", "x"]) {
      expect(problemOf(whole, encoding)).toBe("unsupported-media-type");
    }
  });

  test("that is not what it says it is encoded as is malformed", () => {
    for (const encoding of ["gzip", "zstd"]) {
      expect(problemOf(whole, encoding)).toBe("malformed-payload");
      expect(problemOf(new Uint8Array(0), encoding)).toBe("malformed-payload");
    }
    expect(problemOf(gzipSync(whole).subarray(0, -9), "gzip")).toBe("malformed-payload");
    expect(problemOf(zstdCompressSync(whole).subarray(0, -9), "zstd")).toBe("malformed-payload");
  });

  test("that grows beyond what is taken is stopped there, in either coding", () => {
    const much = new Uint8Array(300_000_000);
    const before = process.memoryUsage.rss();
    expect(problemOf(gzipSync(much), "gzip")).toBe("payload-too-large");
    expect(problemOf(zstdCompressSync(much), "zstd")).toBe("payload-too-large");
    expect(process.memoryUsage.rss() - before).toBeLessThan(300_000_000);
    expect(problemOf(new Uint8Array(1_048_577).fill(0x20))).toBe("payload-too-large");
  });

  test.each([
    ["not UTF-8", new Uint8Array([0x7b, 0xff, 0x7d])],
    ["an overlong zero", new Uint8Array([0x22, 0xc0, 0x80, 0x22])],
    ["no JSON", bytesOf("{")],
    ["nothing", new Uint8Array(0)],
    ["a prototype", bytesOf('{"__proto__": {"schema": "atlasbridge.trace/1"}}')],
    ["a prototype in disguise", bytesOf('{"\\u005f\\u005fproto__": {"a": 1}}')],
    ["deep brackets", bytesOf("[".repeat(400_000) + "]".repeat(400_000))],
    ["deep objects", bytesOf('{"a":'.repeat(17) + "1" + "}".repeat(17))],
    ["a byte order mark", bytesOf("\u{feff}{}")],
  ])("that is %s is malformed", (_, bytes) => {
    expect(problemOf(bytes)).toBe("malformed-payload");
  });

  test("of another schema says what is read instead", () => {
    const decoded = decode(
      bytesOf(JSON.stringify({ ...batch, schema: "atlasbridge.trace/2" })),
      null,
    );
    expect(decoded).toMatchObject({
      problem: "unsupported-schema",
      more: { supported: ["atlasbridge.trace/1"] },
    });
  });

  test("is told where it is wrong, never what stands there", () => {
    const entry = { ...batch.entries[0], seq: "MARKED" };
    const decoded = decode(bytesOf(JSON.stringify({ ...batch, entries: [entry] })), null);
    expect(decoded).toMatchObject({ detail: "entries.0.seq is not as it must be" });
    const named = decode(bytesOf(JSON.stringify({ ...batch, "MARKED MARKED": 1 })), null);
    expect(JSON.stringify(named)).not.toContain("MARKED");
  });

  test("of any bytes at all is refused with a problem, not with an exception", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom(null, "gzip", "zstd", "identity"),
        (bytes, encoding) => !decode(bytes, encoding).ok,
      ),
    );
  });
});

describe("nesting", () => {
  test("is counted as a parser would, whatever the strings hold", () => {
    const depthOf = (value: unknown): number =>
      typeof value === "object" && value !== null
        ? 1 + Math.max(0, ...Object.values(value).map(depthOf))
        : 0;
    fc.assert(
      fc.property(fc.jsonValue(), (value) => nestingOf(JSON.stringify(value)) === depthOf(value)),
    );
  });
});
