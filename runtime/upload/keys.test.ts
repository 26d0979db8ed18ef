/** What hashes is kept in a file that is its owner's alone. */
import { expect, test } from "bun:test";
import { chmodSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemRandom } from "../random.ts";
import { scratchFolder } from "../trace/scratch.example.ts";
import { fingerprintKeyAt } from "./fingerprint-key.ts";

test("the key of fingerprints is made once, and one that is damaged or open is refused", () => {
  const file = join(scratchFolder(), "fingerprint.key");
  const key = fingerprintKeyAt(file, systemRandom);
  expect(key).toHaveLength(32);
  expect(fingerprintKeyAt(file, systemRandom)).toEqual(key);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  if (process.platform !== "win32") {
    chmodSync(file, 0o644);
    expect(() => fingerprintKeyAt(file, systemRandom)).toThrow(/chmod 600/);
  }
  writeFileSync(file, "short");
  chmodSync(file, 0o600);
  expect(() => fingerprintKeyAt(file, systemRandom)).toThrow(/hold 32 bytes/);
});
