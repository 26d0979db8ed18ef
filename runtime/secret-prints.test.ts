/** Proves that a secret is found wherever it stands in one piece, nothing else is, and none of it is kept. */
import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { systemRandom } from "./random.ts";
import { SecretPrints } from "./secret-prints.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const blot = (): string => "#";

test("wherever it stands it is covered, and the text around it is left as it was", () => {
  const word = fc.string({ unit: "binary", minLength: 3, maxLength: 20 });
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" })), word, (around, given) => {
      const secret = given.toWellFormed();
      const parts = around.map((part) => part.toWellFormed().replaceAll(secret, ""));
      const prints = new SecretPrints(systemRandom);
      prints.add(bytes(secret));
      const text = parts.join(secret);
      expect(prints.cover(text, blot)).toBe(text.replaceAll(secret, "#"));
    }),
  );
});

test("the longest is covered first, and each is told what it covers", () => {
  const prints = new SecretPrints(systemRandom);
  prints.add(bytes("hunter"));
  prints.add(bytes("hunter2-hünter"));
  const told: string[] = [];
  const cover = (found: string): string => {
    told.push(found);
    return "x".repeat(found.length);
  };
  expect(prints.cover("a hunter2-hünter, hunter", cover)).toBe("a xxxxxxxxxxxxxx, xxxxxx");
  expect(told).toEqual(["hunter2-hünter", "hunter"]);
});

test("what is too short to be told from a word is not looked for", () => {
  const prints = new SecretPrints(systemRandom);
  prints.add(bytes("ab"));
  expect(prints.cover("abba", blot)).toBe("abba");
});

test("none of it is kept", () => {
  const prints = new SecretPrints(systemRandom);
  const secret = bytes("correct horse");
  prints.add(secret);
  secret.fill(0);
  expect(prints.cover("the correct horse", blot)).toBe("the #");
  expect(Bun.inspect(prints, { depth: 9 })).not.toContain("horse");
});
