/** Keys and secrets are known by their beginning, and a secret that was not copied whole by its end. */
import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import fc from "fast-check";
import {
  isKeyId,
  keyIdRandomBytes,
  secretFaultOf,
  secretRandomBytes,
  writeKeyId,
  writeSecret,
} from "./api-key.ts";

const sha256 = (data: Uint8Array) => new Uint8Array(createHash("sha256").update(data).digest());
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

describe("a key's id", () => {
  test("is known as one, whatever its random bytes", () => {
    fc.assert(fc.property(bytes(keyIdRandomBytes), (random) => isKeyId(writeKeyId(random))));
  });

  test("is another for other bytes", () => {
    const one = new Uint8Array(keyIdRandomBytes);
    expect(writeKeyId(one)).toBe(`abk_${"0".repeat(17)}`);
    expect(writeKeyId(one.with(11, 1))).toBe(`abk_${"0".repeat(16)}1`);
  });

  test("is nothing else", () => {
    for (const text of ["", "abk_", "abs_00000000000000000", "abk_0000000000000000-"])
      expect(isKeyId(text)).toBeFalse();
  });
});

describe("a secret", () => {
  test("that was copied whole has no fault", () => {
    fc.assert(
      fc.property(
        bytes(secretRandomBytes),
        (random) => secretFaultOf(writeSecret(random, sha256), sha256) === null,
      ),
    );
  });

  test("of which one character was changed has one, that says nothing of the secret", () => {
    const secret = writeSecret(new Uint8Array(secretRandomBytes).fill(7), sha256);
    for (let at = 4; at < secret.length; at += 1) {
      const other = secret[at] === "x" ? "y" : "x";
      const changed = secret.slice(0, at) + other + secret.slice(at + 1);
      expect(secretFaultOf(changed, sha256)).toBe(
        "the signing secret was not copied whole: its checksum is wrong",
      );
    }
  });

  test("that was cut, or is something else, is told by its form", () => {
    const secret = writeSecret(new Uint8Array(secretRandomBytes), sha256);
    for (const text of ["", secret.slice(0, -1), `${secret}0`, secret.replace("abs_", "abk_")])
      expect(secretFaultOf(text, sha256)).toContain('begins with "abs_"');
  });
});
