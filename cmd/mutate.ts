/** Breaks pure files in small ways, one at a time, and counts how many breaks their tests notice: `npm run mutate -- PART…`. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { type Part, parts } from "./mutate/parts.ts";
import { type Mutants, type Score, scoreOf, survivorsOf } from "./mutate/score.ts";

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Share of breaks that must be noticed, in percent. */
const noticedMin = 90;
const scoresPath = "cmd/mutate/scores.json";

const usage = `usage: npm run mutate [-- PART…|FILE… [--jobs N] [--keep]]

PART    ${Object.keys(parts).join(", ")}; without one: all of them, which takes hours
FILE    one source file, judged by the tests of its part, or of its folder
--jobs  so many tests at a time (default 2)
--keep  writes the scores of whole parts into ${scoresPath}

The exit code is 1 where fewer than ${noticedMin} % of the breaks are noticed.
`;

const root = dirname(import.meta.dir);

/** What is asked for: a part by its name, or a file, with the tests of the part that it is of. Null: there is no such thing. */
export function partAsked(word: string): Part | null {
  const whole = Object.hasOwn(parts, word) ? parts[word] : undefined;
  if (whole !== undefined) return whole;
  if (!word.endsWith(".ts") || !existsSync(join(root, word))) return null;
  const of = Object.values(parts).find(({ files }) => files.includes(word));
  return { files: [word], tests: of?.tests ?? [`${dirname(word)}/`] };
}

export function strykerSettings({ files, tests }: Part, { jobs, report }: Run) {
  const paths = tests.map((test) => `./${test}`).join(" ");
  return {
    testRunner: "command",
    commandRunner: { command: `"${process.execPath}" test --bail --timeout=20000 ${paths}` },
    mutate: files,
    // Stryker reads this file through TypeScript's JavaScript interface, which version 7 does not have: it must not exist.
    tsconfigFile: "no-such-tsconfig.json",
    coverageAnalysis: "off",
    reporters: ["clear-text", "progress-append-only", "json"],
    clearTextReporter: { allowColor: false, logTests: false },
    jsonReporter: { fileName: report },
    concurrency: jobs,
    // Beside the time that the tests take without a break: what then still runs, never ends.
    timeoutMS: 8_000,
    tempDirName: ".stryker-tmp",
    ignorePatterns: ["dist", "reports", "bench/results", ".git"],
    thresholds: { high: 95, low: noticedMin, break: noticedMin },
    allowEmpty: false,
  };
}

type Run = { jobs: number; report: string };

/** Null where it came to no score: the tests fail without a break, or there is nothing to break. */
async function mutate(part: Part, jobs: number): Promise<Score | null> {
  const scratch = mkdtempSync(join(tmpdir(), "atlasbridge-mutate-"));
  const [settings, report] = [join(scratch, "stryker.json"), join(scratch, "mutants.json")];
  writeFileSync(settings, JSON.stringify(strykerSettings(part, { jobs, report })));
  const stryker = join(root, "node_modules/@stryker-mutator/core/bin/stryker.js");
  // Under Bun and not Node: it wants a newer Node than the one that npm needs.
  const child = Bun.spawn([process.execPath, stryker, "run", settings], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  await child.exited;
  try {
    if (!existsSync(report)) return null;
    // Stryker's own report.
    const mutants = JSON.parse(readFileSync(report, "utf8")) as Mutants;
    for (const line of survivorsOf(mutants)) print(line);
    return scoreOf(mutants);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Beside what is known of other parts. */
function keep(name: string, score: Score): void {
  const file = join(root, scoresPath);
  const known: unknown = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const scores = { ...(known as object), [name]: { ...score, at: new Date().toISOString() } };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(scores, null, 2)}\n`);
}

async function main(words: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      jobs: { type: "string", default: "2" },
      keep: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const asked = positionals.length > 0 ? positionals : Object.keys(parts);
  const chosen = asked.map((word) => ({ word, part: partAsked(word) }));
  const unknown = chosen.find(({ part }) => part === null);
  if (unknown !== undefined) print(`mutate: there is no part and no file ${unknown.word}\n`);
  if (values.help || unknown !== undefined) {
    print(usage);
    return values.help ? 0 : 2;
  }
  return await mutateEach(chosen, { jobs: Number(values.jobs), keeps: values.keep });
}

type Chosen = { word: string; part: Part | null };

async function mutateEach(
  chosen: readonly Chosen[],
  { jobs, keeps }: { jobs: number; keeps: boolean },
): Promise<number> {
  const lines: string[] = [];
  let isMet = true;
  for (const { word, part } of chosen) {
    const score = part === null ? null : await mutate(part, jobs);
    isMet &&= isEnough(score);
    lines.push(lineOf(basename(word, ".ts"), score));
    if (keeps && score !== null && Object.hasOwn(parts, word)) keep(word, score);
  }
  print(lines.join("\n"));
  return isMet ? 0 : 1;
}

const isEnough = (score: Score | null): boolean => score !== null && score.percent >= noticedMin;

function lineOf(name: string, score: Score | null): string {
  if (score === null) return `mutate: ${name}: no score`;
  const { percent, noticed, survived } = score;
  const verdict = isEnough(score) ? "" : `, fewer than ${noticedMin} %`;
  return `mutate: ${name}: ${percent.toFixed(1)} % of ${noticed + survived} breaks noticed${verdict}`;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
