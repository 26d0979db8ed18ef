/** Opening a policy file for a session: compiled with its hash and warnings, or one line that says why not. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AtlasError } from "../../contracts/errors.ts";
import { decide } from "./decide.ts";
import { exampleFacts } from "./examples.ts";
import { openPolicy, readPolicyFile } from "./open.ts";

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

test("a policy that others may change decides nothing, and the line says what to run", () => {
  for (const mode of [0o646, 0o664, 0o666]) {
    const path = write(good, mode);
    const line = `the policy ${path} can be changed by other users; run: chmod go-w ${path}`;
    expect(failure(path)).toMatchObject({ code: "policy_unreadable", message: line });
    expect(readPolicyFile(path, environment).warnings).toEqual([line]);
    expect(openPolicy(path, { ...environment, platform: "win32" }).warnings).toEqual([]);
  }
  expect(openPolicy(write(good, 0o644), environment).warnings).toEqual([]);
});

test("a policy that others may replace decides nothing, unless the folder is sticky", () => {
  const path = write(good);
  for (const mode of [0o770, 0o707, 0o777]) {
    chmodSync(folder, mode);
    expect(failure(path).message).toBe(
      `the policy ${path} can be replaced by other users; run: chmod go-w ${folder}`,
    );
  }
  chmodSync(folder, 0o1777);
  expect(openPolicy(path, environment).warnings).toEqual([]);
});

test("a link is as safe as both its own folder and that of its file", () => {
  const path = write(good);
  const open = join(folder, "open");
  mkdirSync(open);
  const link = join(open, "policy.yaml");
  symlinkSync(path, link);
  expect(openPolicy(link, environment).warnings).toEqual([]);
  chmodSync(open, 0o777);
  expect(failure(link).message).toEndWith(`run: chmod go-w ${open}`);
});

// Skipped without root: a file of another user has to be made.
test.skipIf(process.geteuid?.() !== 0)("a policy that another user owns decides nothing", () => {
  const path = write(good);
  chownSync(path, 12_345, 0);
  expect(failure(path)).toMatchObject({
    code: "policy_unreadable",
    message: `the policy ${path} belongs to another user (id 12345); run: sudo chown 0 ${path}`,
  });
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
