/** The version of a known tool is learnt from how it was installed; another package's is never taken for it. */
import { expect, onTestFinished, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { claude } from "../../runtime/prompt/tools/claude/rules.ts";
import { gemini } from "../../runtime/prompt/tools/gemini/rules.ts";
import type { ToolRules } from "../../runtime/prompt/tools/rules.ts";
import { versionFromFile } from "./tool-version.ts";

function installed(files: Readonly<Record<string, string>>): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), "atlasbridge-tools-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return (name) => join(folder, name);
}

const manifest = (name: string, version: string): string => JSON.stringify({ name, version });

const cases: Record<
  string,
  { file: string; manifest?: string; rules: ToolRules; is: string | null }
> = {
  "its package": {
    file: "node_modules/@anthropic-ai/claude-code/bin/claude",
    manifest: manifest("@anthropic-ai/claude-code", "2.1.330"),
    rules: claude,
    is: "2.1.330",
  },
  "its package for one platform": {
    file: "node_modules/@anthropic-ai/claude-code-linux-x64/claude",
    manifest: manifest("@anthropic-ai/claude-code-linux-x64", "2.1.330-linux-x64"),
    rules: claude,
    is: "2.1.330",
  },
  "a folder of versions": {
    file: "share/claude/versions/3.0.1",
    rules: claude,
    is: "3.0.1",
  },
  "another package": {
    file: "node_modules/tools/bin/gemini",
    manifest: manifest("tools", "0.61.0"),
    rules: gemini,
    is: null,
  },
  "another program's version": { file: "python/3.12.1/bin/python", rules: gemini, is: null },
  "no sign of it": { file: "bin/gemini", rules: gemini, is: null },
  "a broken package": {
    file: "node_modules/@google/gemini-cli/bundle/gemini.js",
    manifest: "{",
    rules: gemini,
    is: null,
  },
};

for (const [name, { file, manifest: text, rules, is }] of Object.entries(cases)) {
  test(`by ${name}: ${is ?? "none"}`, () => {
    const root = /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? "";
    const packages = text === undefined ? {} : { [join(root, "package.json")]: text };
    const at = installed({ [file]: "", ...packages });
    expect(versionFromFile(at(file), rules)).toBe(is);
    symlinkSync(at(file), at("link"));
    expect(versionFromFile(at("link"), rules)).toBe(is);
  });
}

test("of a file that is not there nothing is known", () => {
  expect(versionFromFile("/nowhere/claude/2.1.330/claude", claude)).toBeNull();
});
