/** Without a keychain, secrets are kept in files that are their owner's alone. */
import { expect, test } from "bun:test";
import { chmodSync, existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { scratchFolder } from "../trace/scratch.example.ts";
import { readSecrets, writeSecrets } from "./secret-file.ts";

const keyId = `abk_${"1".repeat(17)}`;

test("secrets are read as they were written, by their key, and go with the last of them", () => {
  const file = join(scratchFolder(), "cloud.secret");
  expect(readSecrets(file).size).toBe(0);
  writeSecrets(file, new Map([[keyId, "abs_one"]]));
  expect([...readSecrets(file)]).toEqual([[keyId, "abs_one"]]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  writeSecrets(file, new Map());
  expect(existsSync(file)).toBe(false);
});

// Skipped on Windows, which has neither such modes nor such files.
test.skipIf(process.platform === "win32")("a secret that others can read is not used", () => {
  const file = join(scratchFolder(), "cloud.secret");
  writeSecrets(file, new Map([[keyId, "abs_one"]]));
  chmodSync(file, 0o640);
  expect(() => readSecrets(file)).toThrow(/others can read it/);
});

test("lines that are none, and a file of another kind, hold no secret", () => {
  const file = join(scratchFolder(), "cloud.secret");
  writeFileSync(file, `# remark\n${keyId}\nkey abs_x\n`, { mode: 0o600 });
  expect(readSecrets(file).size).toBe(0);
  writeFileSync(file, `${keyId} abs_x\n`.repeat(1_000), { mode: 0o600 });
  expect(readSecrets(file).size).toBe(0);
  expect(() => writeSecrets(join(file, "below"), new Map([[keyId, "x"]]))).toThrow(
    /cannot be written/,
  );
});

test("names are what the caller says that they are", () => {
  const file = join(scratchFolder(), "notify.secret");
  writeSecrets(file, new Map([["phone", "tk_one"]]));
  expect(readSecrets(file).size).toBe(0);
  expect([...readSecrets(file, (name) => name === "phone")]).toEqual([["phone", "tk_one"]]);
});
