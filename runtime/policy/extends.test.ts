/** A policy made of several files: what the nearer file says wins, and every byte of each counts. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { limits } from "../../contracts/limits.ts";
import { openPolicy, readPolicyFile } from "./open.ts";
import { printProblem } from "./problem.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "policy-extends-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, lines: string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${['policy_version: "1"', ...lines].join("\n")}\n`);
  chmodSync(path, 0o600);
  return path;
}

const host = () => ({ platform: "linux", userHome: folder }) as const;
const open = (path: string) => openPolicy(path, host()).compiled;
const rule = (id: string, type = "deny") => `  - { id: ${id}, action: { type: ${type} } }`;

function problems(path: string): string[] {
  const { parsed } = readPolicyFile(path, host());
  return parsed.ok ? [] : parsed.problems.map(printProblem);
}

test("the nearer file's rules come first, and replace those of the same id", () => {
  write("top.yaml", ["rules:", rule("c"), rule("a")]);
  write("base.yaml", ["extends: ./top.yaml", "rules:", rule("b"), rule("a", "notify_only")]);
  const path = write("policy.yaml", ["extends: base.yaml", "rules:", rule("a", "require_human")]);
  const { policy } = open(path);
  expect(policy.rules.map(({ id, action }) => `${id} ${action.type}`)).toEqual([
    "a require_human",
    "b deny",
    "c deny",
  ]);
});

test("defaults and mode come from the nearest file that gives them", () => {
  write("top.yaml", [
    "autonomy_mode: assist",
    "defaults: { no_match: deny, low_confidence: deny }",
  ]);
  write("base.yaml", ["extends: top.yaml", "defaults: { low_confidence: require_human }"]);
  const path = write("policy.yaml", ["name: mine", "extends: ~/base.yaml"]);
  expect(open(path).policy).toMatchObject({
    name: "mine",
    autonomy_mode: "assist",
    defaults: { no_match: "deny", low_confidence: "require_human" },
  });
});

test("a byte changed in any of the files changes the hash", () => {
  const top = write("top.yaml", ["rules: []"]);
  const base = write("base.yaml", ["extends: top.yaml"]);
  const path = write("policy.yaml", ["extends: base.yaml"]);
  const seen = new Set([open(path).hash]);
  write("top.yaml", ["rules: [ ]"]);
  seen.add(open(path).hash);
  write("base.yaml", ["extends: top.yaml # x"]);
  seen.add(open(path).hash);
  write("policy.yaml", ["extends: base.yaml #"]);
  seen.add(open(path).hash);
  for (const one of [top, base]) seen.add(open(one).hash);
  expect(seen.size).toBe(6);
});

test("a circle is an error at the line that closes it, also by a link", () => {
  const first = write("a.yaml", ["extends: b.yaml"]);
  const second = write("b.yaml", ["", "extends: link.yaml"]);
  symlinkSync(first, join(folder, "link.yaml"));
  expect(problems(first)).toEqual([
    `${second}:3:10: extends "link.yaml" leads in a circle; a policy cannot extend itself`,
  ]);
});

test("more files than allowed are an error", () => {
  for (let at = 0; at < limits.policyFilesMax; at++) {
    write(`${at}.yaml`, [`extends: ${at + 1}.yaml`]);
  }
  write(`${limits.policyFilesMax}.yaml`, []);
  expect(problems(join(folder, "1.yaml"))).toEqual([]);
  expect(problems(join(folder, "0.yaml"))).toEqual([
    `${folder}/7.yaml:2:10: a policy may be made of at most 8 files; put the rules of some of them into one`,
  ]);
});

test("a file that is not there is told at the line that names it", () => {
  const path = write("policy.yaml", ["extends: none.yaml"]);
  const [line] = problems(path);
  expect(line).toStartWith(`${path}:2:10: extends: there is no policy at ${folder}/none.yaml`);
});

test("a mistake further up is told in its own file", () => {
  const base = write("base.yaml", ["nam: x"]);
  const path = write("policy.yaml", ["extends: base.yaml"]);
  expect(problems(path)).toEqual([
    `${base}:2:1: "nam" is not a field of a policy; did you mean "name"?`,
  ]);
});

test("what is extended must be as safe from others as the policy itself", () => {
  mkdirSync(join(folder, "open"));
  const base = write("open/base.yaml", []);
  const path = write("policy.yaml", ["extends: open/base.yaml"]);
  expect(open(path).policy.rules).toEqual([]);
  chmodSync(base, 0o666);
  expect(() => open(path)).toThrow(`run: chmod go-w ${base}`);
});
