/** The references say what the programs and the service have today. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { buildProgram } from "./atlasbridge/program.ts";
import { buildProgram as buildCloudProgram } from "./atlasbridge-cloud/program.ts";
import { pagesIn } from "./e2e/doc-blocks.ts";
import { references } from "./reference.ts";

const root = dirname(import.meta.dir);

test("docs/commands.md and docs/procedures.md are up to date: else run bun cmd/reference.ts", async () => {
  const pages = await references();
  expect(Object.keys(pages)).toEqual(["commands.md", "procedures.md"]);
  for (const [name, text] of Object.entries(pages)) {
    const kept = readFileSync(join(root, "docs", name), "utf8");
    // Line by line: the whole of it would hide what differs.
    const differs = text.split("\n").find((line, at) => line !== kept.split("\n")[at]) ?? null;
    expect({ name, differs, ends: text.length }).toEqual({
      name,
      differs: null,
      ends: kept.length,
    });
  }
});

test("each command is there with an example, each procedure with who may call it", async () => {
  const { "commands.md": commands = "", "procedures.md": procedures = "" } = await references();
  expect(commands).toContain("## atlasbridge run\n");
  expect(commands).toContain("## atlasbridge-cloud tenant create\n");
  expect(procedures).toMatch(/^- `keys\.rotate` mutation, admin: `\{ key_id: string/m);
  expect(procedures).not.toContain(", nobody");
});

test("whatever a document calls by its name, in a block or amid a sentence, is a command with that option", async () => {
  const programs = [await buildProgram(), buildCloudProgram()];
  const faults = pagesIn(root).flatMap((page) => {
    const text = readFileSync(join(root, page), "utf8");
    const isPast = page === "CHANGELOG.md";
    const found = isPast
      ? []
      : [...text.matchAll(/(?:^|`|\$ |\| )(atlasbridge(?:-cloud)?) ([^`\n]+)/gm)];
    return found.flatMap(([, name = "", words = ""]) => {
      const program = programs.find((one) => one.name() === name);
      const fault = program === undefined ? null : strange(program, words);
      return fault === null ? [] : [`${page}: ${name} ${words}: ${fault}`];
    });
  });
  expect(faults).toEqual([]);
});

/** What of the words no command has; null when all are known. What is governed, piped to or remarked is not ours. */
function strange(program: Command, words: string): string | null {
  const [own = ""] = words.replaceAll(/"[^"]*"/g, "TEXT").split(/ -- | [#|>&;<]| …|\$\(/);
  let command = program;
  for (const word of own.trim().split(/\s+/)) {
    const child = command.commands.find((one) => one.name() === word);
    const isWord = command.commands.length > 0 && /^[a-z][a-z-]*$/.test(word);
    if (child !== undefined) command = child;
    else if (isWord) return `no command ${word}`;
    else if (/^--\w/.test(word) && !isOption(command, word)) return `no option ${word}`;
  }
  return null;
}

const isOption = (command: Command, word: string): boolean =>
  word.startsWith("--help") ||
  command.options.some(({ long }) => long === /^--[\w-]+/.exec(word)?.[0]);
