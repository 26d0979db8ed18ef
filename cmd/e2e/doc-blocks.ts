/** Reads the fenced blocks of the documents: which are run, which name another test, which are no commands. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export type Block = {
  page: string;
  line: number;
  text: string;
  /** The file that the page says the block is, for commands after it. */
  file: string | null;
} & ({ kind: "run"; code: number } | { kind: "not run"; why: string } | { kind: "shown" });

/** The documents: those of `docs/`, and what lies at the root and in the folders beside it. */
export function pagesIn(root: string): string[] {
  const patterns = [
    "*.md",
    "docs/*.md",
    "{bench,cloud,cmd,contracts,dashboard,pacts,runtime,soak}/*.md",
  ];
  return patterns.flatMap((pattern) => [...new Bun.Glob(pattern).scanSync({ cwd: root })]).sort();
}

export function blocksOf(root: string, page: string): Block[] {
  const text = readFileSync(join(root, page), "utf8");
  return [...text.matchAll(/^```(.*)\n([^]*?)^```$/gm)].map((found) => {
    const [, info = "", inside = ""] = found;
    const line = text.slice(0, found.index).split("\n").length;
    const file = /^[a-z]+ ([\w-]+\.[a-z]+)$/.exec(info)?.[1] ?? null;
    return { page, line, text: inside, file, ...kindOf(info) };
  });
}

/** Throws where a block that begins with `sh` is marked otherwise than agreed. */
function kindOf(info: string) {
  const [, why, code] = /^sh(?: not run: (.+)| ends with (\d+))?$/.exec(info) ?? [];
  if (why !== undefined) return { kind: "not run" as const, why };
  if (!/^sh\b/.test(info)) return { kind: "shown" as const };
  if (info !== "sh" && code === undefined) throw new Error(`no block is marked "${info}"`);
  return { kind: "run" as const, code: Number(code ?? 0) };
}

/** Whether a line of a block that is not run looks like what somebody would type. */
export function isCommand(line: string): boolean {
  return /^(\$ |# )?(atlasbridge|atlasbridge-cloud|npm|bun|sh|curl|git|export) \S/.test(line);
}
