/** Opening a policy file for a session: compiled with its hash and warnings, or one line that says why not. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AtlasError } from "../../contracts/errors.ts";
import { decide } from "./decide.ts";
import { exampleFacts } from "./examples.ts";
import { openPolicy } from "./file.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "policy-file-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const environment = { platform: "linux", userHome: "/home/ada" } as const;
const good = `policy_version: 1
rules:
  - { id: home, match: { repo: ~/src }, action: { type: auto_reply, value: "y" } }
`;

function write(content: string | Uint8Array, mode = 0o600): string {
  const path = join(folder, "policy.yaml");
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

function failure(path: string): AtlasError {
  try {
    openPolicy(path, environment);
  } catch (error) {
    if (error instanceof AtlasError) return error;
    throw error;
  }
  throw new Error("the policy was opened");
}

test("a good policy decides with the hash of its file, and ~ is this user's home", () => {
  const { compiled, warnings } = openPolicy(write(good), environment);
  expect(warnings).toEqual([]);
  const decision = decide(exampleFacts(), compiled);
  expect(decision).toMatchObject({ action: "auto_reply", policy_hash: compiled.hash });
});

test("a policy that everybody may change is opened with a warning, but not on Windows", () => {
  const path = write(good, 0o646);
  expect(openPolicy(path, environment).warnings).toHaveLength(1);
  expect(openPolicy(path, { ...environment, platform: "win32" }).warnings).toEqual([]);
});

test("a policy that is not valid fails with its first problem and the number of others", () => {
  const path = write(`${good}nam: x\nnaem: y\n`);
  expect(failure(path)).toMatchObject({
    code: "policy_invalid",
    exitCode: 2,
    message: `${path}:4:1: "nam" is not a field of a policy; did you mean "name"? (and 1 more: atlasbridge policy validate)`,
  });
});

test("a policy that is not text is not valid", () => {
  expect(failure(write(new Uint8Array([0x61, 0xff]))).code).toBe("policy_invalid");
});

test("a policy that is not there, or is a folder, is unreadable, and the cause is kept", () => {
  const missing = failure(join(folder, "none.yaml"));
  expect(missing).toMatchObject({ code: "policy_unreadable", exitCode: 1 });
  expect(missing.cause).toBeInstanceOf(Error);
  expect(failure(folder).message).toContain("is a folder, not a policy file");
});
