/** How fast a tool can write through the runtime, by the tool's own clock, beside `script`, `tmux` and a bare terminal of Bun's. */
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { absent, type Bed, type Bench, governed, has, runQuietly, takeTurns } from "./bed.ts";
import { beside, type Figure } from "./figure.ts";
import { peakMB } from "./process-costs.ts";

const megabytes = 64;
const peakEveryMs = 50;
const logLine = (n: number): string =>
  `\u001b[32m[${n}]\u001b[0m compiled src/part-${n % 97}/module.ts in ${n % 400} ms, 0 warnings\n`;

type Load = { name: string; command: string; bytes: number };
type Run = { mbPerSecond: number; peakMB: number | null };

export const throughput: Bench = {
  about: "MB/s of a tool that floods its terminal, against script, tmux and a bare Bun terminal",
  peers: ["script", "tmux"],
  async measure(bed) {
    const rounds = bed.quick ? 1 : 5;
    const all: Figure[] = [];
    for (const load of loads(bed)) {
      const results = await takeTurns(rounds, contestants(load, bed));
      all.push(...figures(load, results));
    }
    return all;
  },
};

function loads(bed: Bed): Load[] {
  const mib = bed.quick ? megabytes / 4 : megabytes;
  const log = join(bed.folder, "build.log");
  let text = "";
  for (let n = 0; text.length < 1_048_576; n += 1) text += logLine(n);
  writeFileSync(log, text.repeat(mib));
  const bytes = Buffer.byteLength(text) * mib;
  return [
    {
      name: "one endless line",
      command: `head -c ${mib}M /dev/zero | tr '\\0' a`,
      bytes: mib * 1_048_576,
    },
    { name: "coloured log", command: `cat ${log}`, bytes },
  ];
}

function contestants(load: Load, bed: Bed): Record<string, () => Promise<Run>> {
  const took = join(bed.folder, "took");
  const flood = join(bed.folder, "flood.sh");
  writeFileSync(
    flood,
    `s=$EPOCHREALTIME; ${load.command}; e=$EPOCHREALTIME; echo $(( \${e/./} - \${s/./} )) > ${took}\n`,
  );
  const speed = (): number => load.bytes / Number(readFileSync(took, "utf8"));
  const piped = (argv: readonly string[]) => async (): Promise<Run> => {
    const peakMB = await intoCounter(argv, { bed, bytesMin: load.bytes });
    return { mbPerSecond: speed(), peakMB };
  };
  const tmux = async (): Promise<Run> => {
    const socket = join(bed.folder, "tmux.socket");
    const wait = `tmux -S ${socket} wait-for -S flooded`;
    const start = ["new-session", "-d", "-x", "220", "-y", "50", `bash ${flood}; ${wait}`];
    await runQuietly(
      ["tmux", "-S", socket, "-f", "/dev/null", ...start, ";", "wait-for", "flooded"],
      bed.folder,
    );
    return { mbPerSecond: speed(), peakMB: null };
  };
  return {
    ours: piped(governed(bed, "bash", flood)),
    bare: piped([process.execPath, join(import.meta.dir, "throughput", "bare.ts"), "bash", flood]),
    ...(has("script")
      ? { script: piped(["script", "-q", "-c", `bash ${flood}`, "/dev/null"]) }
      : {}),
    ...(has("tmux") ? { tmux } : {}),
  };
}

/** Runs with standard output in a pipe that is read and counted; throws when bytes are missing. Returns the peak memory in MB. */
async function intoCounter(
  argv: readonly string[],
  { bed, bytesMin }: { bed: Bed; bytesMin: number },
): Promise<number> {
  const pipe = join(bed.folder, "pipe");
  await runQuietly(["bash", "-c", `rm -f ${pipe}; mkfifo ${pipe}`], bed.folder);
  const counter = Bun.spawn(["bash", "-c", `exec wc -c < ${pipe}`], { stdout: "pipe" });
  const fd = openSync(pipe, "w");
  const child = Bun.spawn([...argv], { cwd: bed.folder, stdio: ["ignore", fd, "ignore"] });
  closeSync(fd);
  // Not the kernel's account at exit (`ru_maxrss`): a forked child's begins with the memory of its parent, us.
  let peak = 0;
  const sampling = setInterval(() => {
    peak = Math.max(peak, peakMB(child.pid) ?? 0);
  }, peakEveryMs);
  const code = await child.exited;
  clearInterval(sampling);
  const counted = Number(await new Response(counter.stdout).text());
  if (code !== 0) throw new Error(`${argv[0]} ended with ${code}`);
  if (counted < bytesMin) throw new Error(`${argv[0]} lost ${bytesMin - counted} bytes`);
  return peak;
}

function figures(load: Load, results: Record<string, Run[]>): Figure[] {
  const ours = results["ours"] ?? [];
  const speeds = (runs: readonly Run[]): number[] => runs.map((run) => run.mbPerSecond);
  const against = (name: string, target: Figure["target"]): Figure => {
    const theirs = results[name];
    return {
      what: `throughput, ${load.name}`,
      unit: "MB/s",
      ...beside(speeds(ours), [name, theirs && speeds(theirs)]),
      ...(theirs === undefined ? { missing: absent(name) } : {}),
      target,
    };
  };
  const peak = (runs: readonly Run[]): number => Math.max(...runs.map((run) => run.peakMB ?? 0));
  return [
    against("script", { of: "ratio", atLeast: 0.9 }),
    against("tmux", null),
    against("bare", null),
    {
      what: `peak memory, ${load.name}`,
      unit: "MB",
      ours: peak(ours),
      peer: { name: "bare", value: peak(results["bare"] ?? []) },
      target: null,
      runs: ours.length,
    },
  ];
}
