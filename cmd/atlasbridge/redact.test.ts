/** Proves that `redact test` tells where secrets stand, takes them out, and never shows one. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { redactTestView } from "../../contracts/redaction-view.ts";
import { fake } from "../../runtime/trace/redact/fakes.example.ts";

const source = join(import.meta.dir, "..", "atlasbridge.ts");
const token = fake("gh|p_@a36");
const text = `first line\nü uses ${token} and B-1234\npassword=hunter22 \u001b[1m${token}\u001b[0m\n`;

let home = "";
let file = "";
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "atlasbridge-redact-"));
  file = join(home, "notes.txt");
  writeFileSync(file, text);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

type Input = { stdin?: string; env?: Record<string, string> };

function redactTest(args: readonly string[], { stdin = "", env = {} }: Input = {}) {
  const argv = [process.execPath, source, "redact", "test", "--home", home, ...args];
  const done = Bun.spawnSync(argv, { stdin: Buffer.from(stdin), env: { ...Bun.env, ...env } });
  const [out, err] = [done.stdout.toString(), done.stderr.toString()];
  expect(out + err).not.toContain(token.slice(4));
  expect(out + err).not.toContain("hunter22");
  return { code: done.exitCode, out, err };
}

test("for people: where, what kind, how long", () => {
  const { code, out } = redactTest([file]);
  expect(code).toBe(0);
  expect(out).toContain(`${file}:2:8`);
  expect(out).toContain("github-token  gh… 40 characters");
  expect(out).toContain("password      8 characters");
  expect(out).toEndWith(`3 secrets in ${file}\n`);
});

test("for programs, with the operator's patterns and the environment's values", () => {
  const env = {
    ATLASBRIDGE_REDACTION_PATTERNS: JSON.stringify([{ name: "badge", pattern: "B-\\d{4}" }]),
    SHOP_TOKEN: "first line",
  };
  const { out } = redactTest([file, "--json", "--print"], { env });
  const view = redactTestView.parse(JSON.parse(out));
  expect(view.findings.map(({ line, column, kind }) => [line, column, kind])).toEqual([
    [1, 1, "environment"],
    [2, 8, "github-token"],
    [2, 53, "badge"],
    [3, 10, "password"],
    [3, 23, "github-token"],
  ]);
  expect(view.text).toStartWith(
    "[redacted:environment]\nü uses [redacted:github-token] and [redacted:badge]\n",
  );
});

test("--print gives the text on standard output, where it stood on standard error", () => {
  const { out, err } = redactTest(["-", "--print"], { stdin: `a ${token}\n` });
  expect(out).toBe("a [redacted:github-token]\n");
  expect(err).toContain("-:1:3");
  expect(err).toContain("1 secret in standard input");
});

test("--exit-code ends with 1 when there is something, else with 0", () => {
  expect(redactTest(["-", "--exit-code"], { stdin: token }).code).toBe(1);
  const { code, out } = redactTest(["-", "--exit-code"], { stdin: "commit 6a7b0f3c2d1e4f5a6b7c" });
  expect({ code, out }).toEqual({ code: 0, out: "nothing to take out of standard input\n" });
});

test("says when redaction is switched off", () => {
  const { err } = redactTest(["-"], {
    stdin: "x",
    env: { ATLASBRIDGE_REDACTION_ENABLED: "false" },
  });
  expect(err).toContain("redaction is switched off");
});

test.each([
  ["B-(\\d", 'redaction.patterns: "badge": not a pattern: missing closing )'],
  ["(?=x)", 'redaction.patterns: "badge": not a pattern'],
  ["x*", 'redaction.patterns: "badge": it matches the empty text'],
])("a pattern that is none is one clear line: %s", (pattern, said) => {
  const env = { ATLASBRIDGE_REDACTION_PATTERNS: JSON.stringify([{ name: "badge", pattern }]) };
  const { code, err } = redactTest([file], { env });
  expect(code).toBe(2);
  expect(err).toContain(said);
  expect(err.trimEnd()).not.toContain("\n");
});

test("a file that cannot be read is one clear line", () => {
  const { code, err } = redactTest([join(home, "none.txt")]);
  expect(code).toBe(2);
  expect(err).toContain("none.txt cannot be read");
});
