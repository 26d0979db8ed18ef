/** Plays a corpus of labelled recordings to the compiled program, in real terminals, and counts what was seen and typed. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { plainLayout } from "../cmd/atlasbridge/layout.ts";
import { reportText } from "../cmd/atlasbridge/lab/report-text.ts";
import { defaultLabGate } from "../contracts/lab.ts";
import { AtlasError } from "../contracts/errors.ts";
import { type Case } from "../runtime/lab/case-files.ts";
import { readFolder } from "../runtime/lab/folder.ts";
import { reportOf, unmetOf } from "../runtime/lab/score.ts";
import { percentile } from "./figure.ts";
import { type Played, playCase } from "./replay/play.ts";
import { fromPlayed } from "./replay/account.ts";

const usage = `usage: npm run bench -- replay FOLDER [--speed N] [--pty native|bun-pty] [--kernel-evidence on|off]
                            [--jobs N] [--only NAME] [--misses] [--binary FILE] [--json]

FOLDER holds labels.json, casts/ and replay.py, which writes a recording into its terminal and blocks for input at each
labelled prompt the way the recorded program did. Here replay.py is the governed tool, a policy answers whatever it
may, and a person's keys answer what it may not. Exit code 1: the gate of lab run is missed, or an answer was not taken.
`;

type Options = {
  binary: string;
  speed: number;
  jobs: number;
  pty: "native" | "bun-pty";
  sight: "on" | "off";
};

async function playAll(folder: string, cases: readonly Case[], options: Options) {
  const scratch = mkdtempSync(join(tmpdir(), "atlasbridge-replay-"));
  const waiting = cases.toReversed();
  const played: Played[] = [];
  const work = async (): Promise<void> => {
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
      const place = join(scratch, one.name);
      mkdirSync(place);
      played.push(await playCase(one, { ...options, folder, scratch: place }));
      process.stderr.write(`\r${played.length}/${cases.length} ${one.name}\u001b[K`);
    }
  };
  try {
    await Promise.all(Array.from({ length: options.jobs }, work));
  } finally {
    process.stderr.write("\r\u001b[K");
    rmSync(scratch, { recursive: true, force: true });
  }
  return played;
}

async function main(words: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      speed: { type: "string", default: "2" },
      jobs: { type: "string", default: String(availableParallelism() + 1) },
      pty: { type: "string", default: "native" },
      "kernel-evidence": { type: "string", default: "on" },
      only: { type: "string" },
      misses: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      binary: { type: "string", default: join(import.meta.dir, "..", "dist", "atlasbridge") },
    },
  });
  const [given] = positionals;
  if (values.help || given === undefined) {
    console.error(usage);
    return values.help ? 0 : 2;
  }
  const folder = resolve(given);
  for (const needed of ["labels.json", "replay.py"]) {
    if (existsSync(join(folder, needed))) continue;
    throw new AtlasError("not_found", `${join(folder, needed)} does not exist`);
  }
  const options: Options = {
    binary: resolve(values.binary),
    speed: positive(values.speed, "--speed"),
    jobs: Math.ceil(positive(values.jobs, "--jobs")),
    pty: oneOf(values.pty, ["native", "bun-pty"], "--pty"),
    sight: oneOf(values["kernel-evidence"], ["on", "off"], "--kernel-evidence"),
  };
  const cases = readFolder(folder).filter(({ name }) => name.includes(values.only ?? ""));
  const played = await playAll(folder, cases, options);
  return report({ folder, played, sight: options.sight, values });
}

type Printed = { misses: boolean; json: boolean };

function report(of: {
  folder: string;
  played: readonly Played[];
  sight: "on" | "off";
  values: Printed;
}): number {
  const { folder, played, sight, values } = of;
  const account = fromPlayed(played);
  const report = reportOf({
    pace: "recorded",
    sight,
    cases: played.map((one) => one.case),
    prompts: account.prompts,
    alarms: account.alarms,
    looks: 0,
  });
  const unmet = unmetOf(report, sight === "on" ? defaultLabGate : { false: 0 });
  for (const line of account.notTaken) unmet.push(line);
  const { answered, latenciesMs } = account;
  const times =
    latenciesMs.length === 0
      ? null
      : { median: percentile(latenciesMs, 0.5), p95: percentile(latenciesMs, 0.95) };
  if (values.json) {
    console.log(JSON.stringify({ folder, answered, latency_ms: times, report, unmet }, null, 2));
  } else {
    console.log(reportText(report, { unmet, misses: values.misses, layout: plainLayout }));
    console.log(`answered by policy ${answered.policy}, by the person ${answered.person}`);
    if (times !== null) {
      console.log(
        `prompt shown → policy's answer read: median ${times.median} ms, p95 ${times.p95} ms`,
      );
    }
  }
  return unmet.length === 0 ? 0 : 1;
}

function positive(text: string, name: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new AtlasError("usage", `${name} takes a number above 0, not ${text}`);
  return value;
}

function oneOf<T extends string>(text: string, allowed: readonly T[], name: string): T {
  const found = allowed.find((one) => one === text);
  if (found === undefined) {
    throw new AtlasError("usage", `${name} takes ${allowed.join(" or ")}, not ${text}`);
  }
  return found;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`bench/replay: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
