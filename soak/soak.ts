/** `npm run soak`: governed sessions side by side for minutes, every prompt counted three ways; fails on any mismatch. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { traceVerifyView } from "../contracts/views.ts";
import { count, mismatches } from "./account.ts";
import { cloudMain, cloudUsage } from "./cloud/main.ts";
import { laneNames, promptsPerSession, startLane, type World } from "./lane.ts";
import { type Sampler, startSampler } from "./samples.ts";
import { jobsDefault, readDays, simulate } from "./simulate.ts";

const usage = `usage: npm run soak [-- --minutes N] [--binary FILE]
       npm run soak -- --simulate 7d [--seed N] [--seeds K] [--jobs N]

Runs the compiled program with ${laneNames.length} sessions at a time over one trace, each asking ${promptsPerSession} line prompts under
a policy that answers them: back to back, between lines of output, and with pauses. After each round the program's own
account of what it asked and was told must equal the recorded events, and "trace verify" must find the same in the trace.
Prints one report line; exits with 1 on any mismatch.

--minutes N   how long (default 1; whole rounds, so a little more)
--binary      what to run instead of dist/atlasbridge
--simulate D  D simulated days instead, such as 7d: the same session, policy, trace and uploader under a simulated clock,
              network, disk and terminal, with faults; what a checker finds fails the run, is made small and kept in
              soak/seeds.txt
--seed N      the first seed (default 1); one seed is one history
--seeds K     how many seeds (default 1)
--jobs N      so many at a time (default ${jobsDefault})

${cloudUsage}
`;

const policyText = `policy_version: "1"
name: soak
autonomy_mode: full
rules:
  - id: continue
    match: { prompt_type: [yes_no], contains: "Continue?" }
    action: { type: auto_reply, value: "y" }
`;

/** No session of these lanes takes longer, on the slowest machine. */
const sessionMsMax = 120_000;
const mismatchesShownMax = 20;

type Totals = { rounds: number; asked: number; answered: number };

async function main(words: string[]): Promise<number> {
  if (["cloud", "rotation", "attack"].includes(words[0] ?? "")) return await cloudMain(words);
  const { values } = parseArgs({
    args: words,
    options: {
      minutes: { type: "string", default: "1" },
      binary: { type: "string", default: join(dirname(import.meta.dir), "dist", "atlasbridge") },
      simulate: { type: "string" },
      seed: { type: "string", default: "1" },
      seeds: { type: "string", default: "1" },
      jobs: { type: "string", default: String(jobsDefault) },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (values.simulate !== undefined) {
    const [seed, seeds, jobs] = [values.seed, values.seeds, values.jobs].map(whole);
    const days = readDays(values.simulate);
    return await simulate({
      days,
      seed: seed ?? 1,
      seeds: seeds ?? 1,
      jobs: jobs ?? 1,
      keeps: true,
    });
  }
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new Error(`--minutes takes a number above 0, not ${values.minutes}`);
  const binary = resolve(values.binary);
  if (!existsSync(binary)) throw new Error(`${binary} does not exist; run npm run build first`);
  const folder = mkdtempSync(join(tmpdir(), "atlasbridge-soak-"));
  const world = openWorld(binary, folder);
  const wrong = await soak(world, minutes * 60_000);
  for (const line of wrong.slice(0, mismatchesShownMax)) console.error(`soak: ${line}`);
  if (wrong.length > 0) {
    console.error(`soak: ${wrong.length} mismatches; trace and events are kept in ${folder}`);
    return 1;
  }
  rmSync(folder, { recursive: true, force: true });
  return 0;
}

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text))
    throw new Error(`--seed, --seeds and --jobs take whole numbers, not ${text}`);
  return Number(text);
}

function openWorld(binary: string, folder: string): World {
  const home = join(folder, "home");
  const policy = join(folder, "policy.yaml");
  mkdirSync(home);
  writeFileSync(policy, policyText);
  return { binary, folder, home, policy };
}

/** Runs rounds until the time is over or something is wrong; prints the report line. Returns what is wrong. */
async function soak(world: World, ms: number): Promise<string[]> {
  const sampler = startSampler();
  const from = performance.now();
  const totals: Totals = { rounds: 0, asked: 0, answered: 0 };
  const wrong: string[] = [];
  while (wrong.length === 0 && performance.now() - from < ms) {
    wrong.push(...(await round(world, totals, sampler)));
  }
  sampler.stop();
  const { rssMB, descriptors, samples } = sampler.peak();
  if (samples === 0) wrong.push("no process was ever seen running: nothing was sampled");
  const seconds = ((performance.now() - from) / 1_000).toFixed(0);
  console.log(
    `soak: ${totals.rounds} rounds, ${totals.rounds * laneNames.length} sessions, ${totals.asked} prompts asked, ` +
      `${totals.answered} answered, ${wrong.length} mismatches; peak ${rssMB.toFixed(1)} MB resident and ` +
      `${descriptors} descriptors a process (${samples} samples, ${seconds} s)`,
  );
  return wrong;
}

async function round(world: World, totals: Totals, sampler: Sampler): Promise<string[]> {
  const running = laneNames.map((lane) => startLane(lane, world, sessionMsMax));
  for (const { pid } of running) sampler.watch(pid);
  const results = await Promise.all(running.map(({ result }) => result));
  totals.rounds += 1;
  for (const result of results) {
    const { asked, answered } = count(result);
    totals.asked += asked;
    totals.answered += answered;
  }
  const wrong = results.flatMap((result) => mismatches(result, promptsPerSession));
  return [...wrong, ...(await verify(world, totals))];
}

/** The trace must be whole and tell of exactly what the programs told. */
async function verify(world: World, totals: Totals): Promise<string[]> {
  const argv = [world.binary, "trace", "verify", "--home", world.home, "--json"];
  const child = Bun.spawn(argv, { stdio: ["ignore", "pipe", "inherit"] });
  const text = await new Response(child.stdout).text();
  const code = await child.exited;
  const view = traceVerifyView.safeParse(parsed(text));
  if (!view.success || view.data.report === null) {
    return [`trace verify ended with ${code} and printed no report: ${text.slice(0, 200)}`];
  }
  const { ok, sessions, prompts, replies, faults } = view.data.report;
  const facts: readonly (readonly [string, number, number])[] = [
    ["exit code", code, 0],
    ["sessions", sessions, totals.rounds * laneNames.length],
    ["prompts", prompts, totals.asked],
    ["replies", replies, totals.answered],
  ];
  const wrong = facts
    .filter(([, have, want]) => have !== want)
    .map(([what, have, want]) => `trace verify: ${what}: ${have}, should be ${want}`);
  if (!ok) wrong.push(...faults.map((fault) => `trace verify: ${fault.message}`));
  return wrong;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

if (import.meta.main) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(`soak: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
