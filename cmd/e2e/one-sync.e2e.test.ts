/** A reply waits for the disk once: between a question and its answer there is one sync, counted by the kernel's word. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { answersContinue, governed } from "./policies.ts";
import { pipedProgram } from "./start.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

const tracing = [
  "strace",
  "-f",
  "-e",
  "trace=fsync,fdatasync,read,write",
  "-e",
  "signal=none",
  "-o",
];

function canTrace(): boolean {
  const has = Bun.which("strace") !== null;
  const may = has && Bun.spawnSync([...tracing, "/dev/null", "true"]).exitCode === 0;
  if (!may)
    process.stderr.write("syncs are not counted: there is no strace, or it may not trace\n");
  return may;
}

// Skipped where strace is not there or may not trace.
const traced = canTrace() ? test : test.skip;

/** For each question the syncs between its being read from the terminal and its answer being written there. */
function syncsBeforeAnswers(log: string): number[] {
  const counts: number[] = [];
  let syncs: number | null = null;
  for (const line of log.split("\n")) {
    // Another thread's call in between breaks a call's line in two.
    if (/ (?:read\(\d+, |<\.\.\. read resumed>)"(?:y\\r\\n)?Continue \d+\?/.test(line)) syncs = 0;
    if (syncs === null) continue;
    if (/ f(?:data)?sync\(/.test(line)) syncs += 1;
    if (!/ write\(\d+, "y\\r", 2/.test(line)) continue;
    counts.push(syncs);
    syncs = null;
  }
  return counts;
}

const cases = {
  "that come one after the other": { script: 'read -p "Continue $n? [y/n] " a', prompts: 150 },
  "with work in between": { script: 'read -p "Continue $n? [y/n] " a; sleep 0.4', prompts: 12 },
};

for (const [name, { script, prompts }] of Object.entries(cases)) {
  traced(`of ${prompts} questions ${name} each is answered after at most one sync`, async () => {
    await using world = new World();
    const loop = `for n in $(seq 1 ${prompts}); do ${script}; done`;
    const run = governed(world, answersContinue, ["bash", "-c", loop]);
    const argv = [...tracing, world.path("calls"), world.binary, ...run];
    const { code } = await pipedProgram(argv, { stdin: null, env: world.env(), cwd: world.folder });
    expect(code).toBe(0);
    const counts = syncsBeforeAnswers(world.read("calls"));
    // What was read in two pieces is not counted.
    expect(counts.length).toBeGreaterThan(prompts * 0.9);
    expect(counts.filter((count) => count !== 1)).toEqual([]);
  });
}
