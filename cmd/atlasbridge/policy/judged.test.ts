/** Which policies `test` and `explain` ask: all that hold in the folder, or the one file that is named. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolvePaths } from "../../../runtime/paths.ts";
import type { Cli } from "../cli.ts";
import { explainPolicy } from "./explain.ts";
import { testPolicy, type TestRequest } from "./try.ts";

const environment = { platform: "linux" as const, userHome: "/home/ada", variables: {} };

let home = "";
let out = "";
let cli: Cli;

const sample = `policy_version: "1"
autonomy_mode: assist
rules:
  - { id: no-force, match: { contains: --force }, action: { type: deny, reason: Not from here. } }
  - { id: continue-yes, match: { prompt_type: [yes_no] }, action: { type: auto_reply, value: "y" } }
`;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "policy-judged-"));
  out = "";
  cli = {
    environment,
    // The machine's own policy is no part of these.
    paths: { ...resolvePaths(environment, home), adminPolicyFile: null },
    json: false,
    isPlain: false,
    raw: (text) => void (out += text),
    out: (text) => void (out += text),
    note: (line) => void (out += `${line}\n`),
  };
  write(sample);
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

function write(text: string, name = "policy.yaml"): string {
  const path = join(home, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

/** In the git work tree `project`, of which `src` is a folder. */
function writeProject(rules: string): string {
  const root = join(home, "project");
  for (const folder of [".git", "src", ".atlasbridge"]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  return write(`policy_version: "1"\nrules:\n${rules}\n`, "project/.atlasbridge/policy.yaml");
}

function request(file?: string): TestRequest {
  const cwd = join(home, "project", "src");
  const options = { confidence: "high", tool: "claude", cwd, question: "Continue? [y/n]" } as const;
  return { file, options, readInput: async () => null };
}

test("decides as run would where no file is named: with the project's policy, each rule by its layer", async () => {
  const project = writeProject("  - { id: not-here, match: {}, action: { type: deny } }");
  expect(await testPolicy(cli, request())).toBe(3);
  expect(out).toBe(`decision  deny
rule      not-here, project policy
reason    rule "not-here" denies this prompt
risk      low
mode      assist: with this policy "run" types no reply by itself
policies  user     ${join(home, "policy.yaml")}
          project  ${project}
tried
  no   user no-force      contains: the text "--force" is not in the prompt
  yes  user continue-yes  every condition holds
  yes  project not-here   every condition holds
`);
});

test("asks a file that is named alone, and says what else would decide", async () => {
  const project = writeProject("  - { id: not-here, match: {}, action: { type: deny } }");
  const own = join(home, "policy.yaml");
  expect(await testPolicy(cli, request(own))).toBe(0);
  expect(out).toContain("rule      continue-yes\n");
  expect(out).toContain(`note      only the named policy was asked, and ${project} decides too`);
});

test("says so where there is no policy at all", async () => {
  rmSync(join(home, "policy.yaml"));
  expect(await testPolicy(cli, request())).toBe(0);
  expect(out).toContain("policies  user     built in: everything to a person\n");
});

test("shows the rules of every layer, which decides, and which only speaks", async () => {
  const rule = '  - { id: go, match: {}, action: { type: auto_reply, value: "y" } }';
  writeProject(rule);
  expect(await explainPolicy(cli, request())).toBe(0);
  expect(out).toContain("rule      continue-yes, user policy\n");
  expect(out).toContain("  1. no  user no-force: deny\n");
  expect(out).toContain("  2. yes user continue-yes: auto_reply  <- decides\n");
  expect(out).toContain("3. yes project go: auto_reply  <- a project's reply is never given\n");
});
