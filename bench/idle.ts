/** What a governed session costs while nothing happens: processor time and memory of the runtime and its leader, beside `script`. */
import { absent, type Bed, type Bench, governed, has } from "./bed.ts";
import type { Figure } from "./figure.ts";
import { childrenOf, commandOf, cpuNs, memoryMB } from "./process-costs.ts";

/** Until the start and the looks after it are over. */
const settleMs = 3_000;

type Cost = { cpuPercent: number; rss: number; pss: number };
type Idle = { supervisor: Cost; leader: Cost | null };

export const idle: Bench = {
  about: "processor time and memory of a session at rest, against script",
  peers: ["script"],
  async measure(bed) {
    const sleep = ["sleep", "120"];
    const shell = ["bash", "--norc", "-i"];
    const script = (argv: string[]) => ["script", "-q", "-c", argv.join(" "), "/dev/null"];
    const idles = await Promise.all([
      watch(governed(bed, ...shell), bed),
      watch(governed(bed, ...sleep), bed),
      ...(has("script") ? [watch(script(shell), bed), watch(script(sleep), bed)] : []),
    ]);
    const [ourShell, ourSleep, theirShell, theirSleep] = idles;
    if (ourShell === undefined || ourSleep === undefined) throw new Error("nothing was measured");
    return [
      ...figures("bash -i", ourShell, theirShell ?? null),
      ...figures("sleep", ourSleep, theirSleep ?? null),
    ];
  },
};

/** Starts the command in a terminal of its own, as a person would, and lets it rest. */
async function watch(argv: readonly string[], bed: Bed): Promise<Idle> {
  const child = Bun.spawn([...argv], {
    cwd: bed.folder,
    env: { ...Bun.env, TERM: "xterm-256color" },
    terminal: { cols: 100, rows: 30, data: () => undefined },
  });
  try {
    await Bun.sleep(settleMs);
    const leader = childrenOf(child.pid).find((pid) => commandOf(pid).includes("__leader"));
    if (leader === undefined && argv[0] === bed.binary) throw new Error("the leader was not found");
    const pids = leader === undefined ? [child.pid] : [child.pid, leader];
    const from = performance.now();
    const before = pids.map(cpuNs);
    await Bun.sleep(bed.quick ? 3_000 : 20_000);
    const elapsedNs = (performance.now() - from) * 1e6;
    const costs = pids.map((pid, i) => ({
      cpuPercent: (100 * (cpuNs(pid) - (before[i] ?? 0))) / elapsedNs,
      ...memoryMB(pid),
    }));
    const [supervisor, ledBy] = costs;
    if (supervisor === undefined) throw new Error(`${argv[0]} was gone before it was measured`);
    return { supervisor, leader: ledBy ?? null };
  } finally {
    child.kill("SIGKILL");
    child.terminal?.close();
    await child.exited;
  }
}

function figures(tool: string, ours: Idle, theirs: Idle | null): Figure[] {
  const { supervisor, leader } = ours;
  const peer = (of: (cost: Cost) => number): Pick<Figure, "peer" | "missing"> =>
    theirs === null
      ? { peer: null, missing: absent("script") }
      : { peer: { name: "script", value: of(theirs.supervisor) } };
  const figure = (what: string, unit: string, of: (cost: Cost) => number) => ({
    what: `idle, ${tool}: ${what}`,
    unit,
    ...peer(of),
    runs: 1,
  });
  const cpu = (cost: Cost): number => cost.cpuPercent;
  const rss = (cost: Cost): number => cost.rss;
  const pss = (cost: Cost): number => cost.pss;
  return [
    {
      ...figure("processor, runtime and leader", "% of a core", cpu),
      ours: cpu(supervisor) + (leader === null ? 0 : cpu(leader)),
      target: { of: "value", atMost: 0.2 },
    },
    {
      ...figure("resident, runtime", "MB", rss),
      ours: rss(supervisor),
      target: { of: "value", atMost: 90 },
    },
    {
      ...figure("own share (PSS), runtime and leader", "MB", pss),
      ours: pss(supervisor) + (leader === null ? 0 : pss(leader)),
      target: null,
    },
  ];
}
