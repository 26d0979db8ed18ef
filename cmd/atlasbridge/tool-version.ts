/** Learns a known tool's version from the files that it was installed as, without running it. */
import { readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import * as z from "zod";
import type { ToolRules } from "../../runtime/prompt/tools/rules.ts";

/** A program lies at most so deep within its package. */
const depthMax = 8;
/** Installers keep each version in a folder or a file of its own: `versions/2.1.330`, `gemini-cli/0.61.0/bin/gemini`. */
const inPath = /[/\\]v?(\d+\.\d+\.\d+)(?:-[\w.]+)?(?:[/\\]|$)/;

const manifest = z.object({ name: z.string(), version: z.string() });

/** Such as `2.1.330`; null where no package of the tool holds the file, and its path does not tell. */
export function versionFromFile(file: string, rules: ToolRules): string | null {
  const real = realPath(file);
  if (real === null) return null;
  let folder = dirname(real);
  for (let depth = 0; depth < depthMax && folder !== dirname(folder); depth += 1) {
    const found = versionIn(join(folder, "package.json"), rules);
    if (found !== null) return found;
    folder = dirname(folder);
  }
  return isNamedAfter(real, rules) ? (inPath.exec(real)?.[1] ?? null) : null;
}

/** The path says whose version stands in it. */
function isNamedAfter(path: string, { tool }: ToolRules): boolean {
  return path
    .toLowerCase()
    .split(/[/\\]/)
    .some((part) => part.startsWith(tool));
}

function versionIn(file: string, { packages }: ToolRules): string | null {
  try {
    const { name, version } = manifest.parse(JSON.parse(readFileSync(file, "utf8")));
    const isIts = packages.some((one) => name === one || name.startsWith(`${one}-`));
    return isIts ? (/^\d+\.\d+\.\d+/.exec(version)?.[0] ?? null) : null;
  } catch {
    // No package begins here, or one that says nothing: the folder above may be one.
    return null;
  }
}

function realPath(file: string): string | null {
  try {
    return realpathSync(file);
  } catch {
    return null;
  }
}
