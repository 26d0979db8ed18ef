/** Every command that the documents show as `sh` is run, page by page in a fresh home, with the built program. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { pipedProgram } from "./start.ts";
import { World } from "./world.ts";

const root = dirname(dirname(import.meta.dir));
const pages = ["README.md", ...new Bun.Glob("docs/*.md").scanSync({ cwd: root })].sort();

type Block = { page: string; line: number; commands: string; whyNot: string | null };

/** Blocks that are marked `sh`. */
function blocksOf(page: string): Block[] {
  const text = readFileSync(join(root, page), "utf8");
  return [...text.matchAll(/^```(.*)\n([^]*?)^```$/gm)].flatMap((found) => {
    const [, info = "", commands = ""] = found;
    if (!/^sh\b/.test(info)) return [];
    const line = text.slice(0, found.index).split("\n").length;
    const whyNot = /^sh not run: (.+)$/.exec(info)?.[1] ?? null;
    return [{ page, line, commands, whyNot }];
  });
}

const blocks = pages.flatMap(blocksOf);
const run = blocks.filter(({ whyNot }) => whyNot === null);

/** As many as there are; a new one that cannot be run has to be counted here on purpose. */
const notRunMax = 5;

test("few blocks are not run, each says why, and no mark is mistyped", () => {
  expect(blocks.length - run.length).toBeLessThanOrEqual(notRunMax);
  expect(run.length).toBeGreaterThanOrEqual(15);
  const infos = pages.flatMap((page) =>
    [...readFileSync(join(root, page), "utf8").matchAll(/^```(sh.*)$/gm)].map(([, info]) => info),
  );
  for (const info of infos) expect(info).toMatch(/^sh( not run: .+)?$/);
});

describe("the commands of", () => {
  for (const page of new Set(run.map((block) => block.page))) {
    test(page, () => runPage(page), 60_000);
  }
});

async function runPage(page: string): Promise<void> {
  await using world = new World();
  mkdirSync(world.path("bin"));
  symlinkSync(world.binary, world.path("bin/atlasbridge"));
  const env = world.env();
  env["PATH"] = `${world.path("bin")}:${env["PATH"] ?? ""}`;
  for (const { line, commands } of run.filter((block) => block.page === page)) {
    const argv = ["sh", "-e", "-c", commands];
    const { code, stdout, stderr } = await pipedProgram(argv, {
      ...{ stdin: null, env },
      cwd: world.folder,
    });
    const said = code === 0 ? "" : `${stdout}${stderr}`.trim();
    expect(`${page}:${line} ends with ${code} ${said}`).toBe(`${page}:${line} ends with 0 `);
  }
}
