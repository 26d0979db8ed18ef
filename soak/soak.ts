/** `npm run soak`: real sessions for days with faults, simulated days by the seed, and the cloud under attack. */
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { cloudMain, cloudUsage } from "./cloud/main.ts";
import { longSoak } from "./long/main.ts";
import { jobsDefault, readDays, simulate } from "./simulate.ts";

const usage = `usage: npm run soak [-- --days 7 | --minutes N] [--seed N] [--folder DIR]
       npm run soak -- --simulate 7d [--seed N] [--seeds K] [--jobs N]

Runs the compiled programs: six sessions at a time and one that never ends (line prompts, dialogs, floods, windows that
change their size, programs that die), the daemon, and the cloud with its PostgreSQL. Sessions, daemon and service are
killed and frozen, and the trace is held, by a schedule that the seed draws. What each program was told must equal the
trace, the trace must be whole, and every entry must lie in the tenant's table once. Memory, descriptors, SQLite's log
and latencies are sampled; report.html draws them.

--days N      how long; from 0.5 on it is kept in .soak/ and goes on there when it is started again
--minutes N   the same, in minutes (default 1; whole rounds, so a little more)
--seed N      of the faults (default: drawn; it is printed)
--folder DIR  where it is kept; what lies there already is gone on with
--binary, --cloud-binary
              what to run instead of dist/atlasbridge and dist/atlasbridge-cloud
--no-results  leave soak/results as it is, as runs of less than 10 minutes and of less than 100 seeds do

--simulate D  D simulated days instead, such as 7d: the same session, policy, trace and uploader under a simulated clock,
              network, disk and terminal, with faults; what a checker finds fails the run, is made small and kept in
              soak/seeds.txt
--seed N      the first seed (default 1); one seed is one history
--seeds K     how many seeds (default 1)
--jobs N      so many at a time (default ${jobsDefault})

${cloudUsage}
`;

const root = dirname(import.meta.dir);
const dayMinutes = 1_440;
/** A shorter run shows too little to take the place of what a longer one has left. */
const keptMinutesMin = 10;

function read(words: string[]) {
  const text = { type: "string" } as const;
  const binary = (name: string) => ({ ...text, default: join(root, "dist", name) });
  return parseArgs({
    args: words,
    options: {
      ...{ days: text, minutes: text, folder: text, seed: text, simulate: text },
      binary: binary("atlasbridge"),
      "cloud-binary": binary("atlasbridge-cloud"),
      seeds: { ...text, default: "1" },
      jobs: { ...text, default: String(jobsDefault) },
      "no-results": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  }).values;
}

async function main(words: string[]): Promise<number> {
  if (["cloud", "rotation", "attack", "hostile", "times"].includes(words[0] ?? ""))
    return await cloudMain(words);
  const wish = read(words);
  if (wish.help) {
    console.log(usage);
    return 0;
  }
  if (wish.simulate !== undefined) {
    const days = readDays(wish.simulate);
    const [seed, seeds, jobs] = [whole(wish.seed ?? "1"), whole(wish.seeds), whole(wish.jobs)];
    return await simulate({ days, seed, seeds, jobs, keeps: !wish["no-results"] });
  }
  const minutes =
    wish.days === undefined ? positive(wish.minutes ?? "1") : positive(wish.days) * dayMinutes;
  const seed = wish.seed === undefined ? drawnSeed() : whole(wish.seed);
  const kept = minutes >= dayMinutes / 2 ? join(root, ".soak") : null;
  console.log(`soak: seed ${seed}`);
  return await longSoak({
    ...{ seed, ms: minutes * 60_000, folder: wish.folder ?? kept },
    keeps: !wish["no-results"] && minutes >= keptMinutesMin,
    ...{ binary: resolve(wish.binary), cloudBinary: resolve(wish["cloud-binary"]) },
    say: (line) => console.log(`soak: ${line}`),
  });
}

function drawnSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}

function positive(text: string): number {
  const number = Number(text);
  if (number > 0) return number;
  throw new Error(`--days and --minutes take a number above 0, not ${text}`);
}

function whole(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new Error(`--seed, --seeds and --jobs take whole numbers, not ${text}`);
}

if (import.meta.main) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(`soak: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
