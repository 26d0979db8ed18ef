/** What every bench stands on: the binary, a scratch folder, the peers, and runs that take turns. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Figure } from "./figure.ts";

export type Bed = {
  /** The compiled program under test. */
  binary: string;
  /** Scratch folder of this bench alone, gone afterwards. */
  folder: string;
  /** Few runs, to see that it works; not for quoting. */
  quick: boolean;
  say(line: string): void;
};

export type Bench = {
  about: string;
  /** Programs to compare with. What is absent is named in the table, never left out of it. */
  peers: readonly string[];
  measure(bed: Bed): Promise<Figure[]>;
};

export async function withBed<T>(
  options: Pick<Bed, "binary" | "quick" | "say">,
  work: (bed: Bed) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "atlasbridge-bench-"));
  try {
    return await work({ ...options, folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Command line of a governed run that answers `Continue? [y/n]` by policy. */
export function governed({ binary, folder }: Bed, ...argv: string[]): string[] {
  const policy = join(folder, "policy.yaml");
  writeFileSync(policy, continuePolicy);
  return [binary, "run", "--home", folder, "--policy", policy, "--", ...argv];
}

const continuePolicy = `policy_version: "1"
name: bench
autonomy_mode: full
rules:
  - id: continue
    match: { prompt_type: [yes_no], contains: "Continue?|proceed", contains_is_regex: true }
    action: { type: auto_reply, value: "y" }
`;

export function has(program: string): boolean {
  return Bun.which(program) !== null;
}

export const absent = (program: string): string => `${program} is not on this machine`;

/**
 * Runs every contestant once per round, in an order that turns by one each round, so that other work on the machine
 * strikes all of them alike. Returns each one's results.
 */
export async function takeTurns<T>(
  rounds: number,
  contestants: Readonly<Record<string, () => Promise<T>>>,
): Promise<Record<string, T[]>> {
  const names = Object.keys(contestants);
  const results: Record<string, T[]> = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(round + turn) % names.length] ?? "";
      const result = await contestants[name]?.();
      if (result !== undefined) results[name]?.push(result);
    }
  }
  return results;
}

/** Runs to the end without a keyboard; throws with the output when it fails, since a failed run measures nothing. */
export async function runQuietly(argv: readonly string[], cwd: string): Promise<string> {
  const child = Bun.spawn([...argv], { cwd, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`${argv.join(" ")} ended with ${code}: ${out}${err}`);
  return out;
}
