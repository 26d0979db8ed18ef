/** Identifiers: UUIDs of version 7 only, and hashes in one spelling. */
import { describe, expect, test } from "bun:test";
import { randomUUIDv7 } from "bun";
import { agentId, genesisHash, promptId, sessionId, sha256Hex } from "./ids.ts";

describe("identifiers", () => {
  for (const [name, schema] of Object.entries({ agentId, sessionId, promptId })) {
    test(`${name} takes version 7 and no other`, () => {
      const fresh = randomUUIDv7();
      expect(schema.parse(fresh)).toBe(fresh as ReturnType<typeof schema.parse>);
      expect(schema.safeParse(crypto.randomUUID()).success).toBe(false);
      expect(schema.safeParse("").success).toBe(false);
      expect(schema.safeParse(`${fresh} `).success).toBe(false);
      expect(schema.safeParse(`${fresh}\n`).success).toBe(false);
      // It is hashed as text, and looked up as a number: one spelling.
      expect(schema.safeParse("01a22b6b-0000-7000-8000-00000000ABCD").success).toBe(false);
    });
  }
});

describe("hashes", () => {
  test("64 lower-case hex digits, nothing before or after", () => {
    expect(sha256Hex.safeParse(genesisHash).success).toBe(true);
    for (const bad of ["A".repeat(64), "a".repeat(63), "a".repeat(65), `${"a".repeat(64)}\n`]) {
      expect(sha256Hex.safeParse(bad).success).toBe(false);
    }
  });
});
