/** `npm run bench`: measures ourselves beside our peers, prints what came out, and keeps it in `bench/results`. */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { absent, type Bench, has, withBed } from "./bed.ts";
import { type Judged, judge, table } from "./figure.ts";
import { idle } from "./idle.ts";
import { latency } from "./latency.ts";
import { load } from "./machine.ts";
import { reply } from "./reply.ts";
import { writeReport } from "./report.ts";
import { keepResult } from "./results.ts";
import { startup } from "./startup.ts";
import { throughput } from "./throughput.ts";

const benches: Readonly<Record<string, Bench>> = { reply, latency, throughput, startup, idle };

/** Programs of their own: they get the words after their name and print and keep their own results. */
const programs: Readonly<Record<string, { about: string; file: string }>> = {
  compare: {
    about: "two folders of results, or two commits: better, same or worse (A [B] [--gate] [--all])",
    file: "compare.ts",
  },
  report: { about: "docs/bench.md and its plots, made of bench/results", file: "report.ts" },
  agents: {
    about: "the real AI tools through a rig: approve, deny, escalate, imitated dialogs (--rig DIR)",
    file: "agents.ts",
  },
  detect: {
    about: "recall and false answers over our own recordings and a folder given (--misses, --keep)",
    file: "detect.ts",
  },
  replay: {
    about:
      "a corpus played into real terminals under the binary: recall, false injections, answers taken",
    file: "replay.ts",
  },
  policy: { about: "time of one decision under 1, 100 and 1 000 rules", file: "policy.ts" },
  redact: {
    about: "secrets found and harmless text changed, and what that costs (--misses)",
    file: "redact.ts",
  },
  ingest: {
    about: "what one cloud service takes, everything on, beside a bare INSERT; how soon it answers",
    file: "ingest.ts",
  },
  "ingest-cost": {
    about: "what an entry costs beside a million stored, and among a thousand tenants",
    file: "ingest-cost.ts",
  },
  reads: {
    about: "how soon every read procedure answers a tenant of a million entries among a hundred",
    file: "reads.ts",
  },
  pages: {
    about: "how soon a page of that tenant stands in a browser, and answers with 10 000 rows on it",
    file: "pages.ts",
  },
  "key-timing": {
    about: "whether the time of a refusal tells that a key id exists",
    file: "key-timing.ts",
  },
  trace: { about: "durable appends and verification, entries per second", file: "trace.ts" },
  "trace-writers": {
    about: "many processes appending to one trace at once (--writers 20 --seconds 60 --pause MS)",
    file: "trace-writers.ts",
  },
  "trace-power": {
    about: "power cuts at any write of a trace (--seeds 1000 --from N)",
    file: "trace-power.ts",
  },
};

/** These measure nothing. */
const readers = ["compare", "report"];

const usage = `usage: npm run bench [-- NAME… [--quick] [--binary FILE] [--list]]
       npm run bench -- ${Object.keys(programs).join("|")} [ARGUMENT…]

Without a name: ${Object.keys(benches).join(", ")}.
--quick   few runs, to see that it works; keeps no result
--binary  what to measure instead of dist/atlasbridge
--list    the names and what each measures
`;

const root = dirname(import.meta.dir);
const say = (line: string): void => console.log(line);

async function main(words: string[]): Promise<number> {
  const [first, ...rest] = words;
  const program = Object.entries(programs).find(([name]) => name === first)?.[1];
  if (program !== undefined) return await runProgram(first ?? "", program.file, rest);
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      binary: { type: "string", default: join(root, "dist", "atlasbridge") },
    },
  });
  if (values.help || values.list) {
    say(values.help ? usage : list());
    return 0;
  }
  const unknown = positionals.find((name) => !Object.hasOwn(benches, name));
  if (unknown !== undefined) throw new Error(`no bench is called ${unknown}; there are\n${list()}`);
  const binary = resolve(values.binary);
  if (!existsSync(binary)) throw new Error(`${binary} does not exist; run npm run build first`);
  const chosen = positionals.length === 0 ? Object.keys(benches) : positionals;
  const judged: Judged[] = [];
  for (const name of chosen) judged.push(...(await measure(name, { binary, quick: values.quick })));
  say(`\n${table(judged)}`);
  await writeReport();
  return judged.some((one) => one.met === false) ? 1 : 0;
}

async function measure(
  name: string,
  { binary, quick }: { binary: string; quick: boolean },
): Promise<Judged[]> {
  const bench = benches[name];
  if (bench === undefined) return [];
  say(`${name}: ${bench.about}`);
  for (const peer of bench.peers) if (!has(peer)) say(`${name}: ${absent(peer)}: not compared`);
  const before = load();
  const figures = await withBed({ binary, quick, say }, (bed) => bench.measure(bed));
  const judged = figures.map(judge);
  if (!quick) keepResult(name, { before, figures: judged });
  return judged;
}

async function runProgram(name: string, file: string, args: string[]): Promise<number> {
  const path = join(import.meta.dir, file);
  if (!existsSync(path)) throw new Error(`bench/${file} does not exist, so nothing was measured`);
  const stdio = ["inherit", "inherit", "inherit"] as const;
  const child = Bun.spawn([process.execPath, path, ...args], { cwd: root, stdio: [...stdio] });
  const code = await child.exited;
  if (!readers.includes(name)) await writeReport();
  return code;
}

function list(): string {
  const all = [...Object.entries(benches), ...Object.entries(programs)];
  return all.map(([name, { about }]) => `  ${name.padEnd(12)}${about}`).join("\n");
}

if (import.meta.main) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
