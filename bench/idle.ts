/** What a governed session costs while nothing happens: processor time and memory of the runtime and its leader, beside `script`. */
import { absent, type Bed, type Bench, governed, has } from "./bed.ts";
import type { Figure } from "./figure.ts";
import { childrenOf, commandOf, cpuNs, memoryMB } from "./process-costs.ts";

/** Until the start is over, and Bun's collector has seen nothing new for the 30 s after which it rests as well. */
const settleMs = 40_000;

type Cost = { cpuPercent: number; rss: number; pss: number };
type Idle = { supervisor: Cost; leader: Cost | null };

export const idle: Bench = {
  about: "processor time and memory of a session at rest, against script",
  peers: ["script"],
  async measure(bed) {
    const figuresOf = async ({ name, argv, rests }: Tool): Promise<Figure[]> => {
      const script = ["script", "-q", "-c", argv.map(quoted).join(" "), "/dev/null"];
      const [ours, theirs] = await Promise.all([
        watch(governed(bed, ...argv), bed),
        has("script") ? watch(script, bed) : null,
      ]);
      return figures(name, ours, { theirs, rests });
    };
    const all = await Promise.all(tools.filter(({ argv }) => has(argv[0])).map(figuresOf));
    return all.flat();
  },
};

type Tool = {
  name: string;
  argv: readonly [string, ...string[]];
  /** Repaints for ever: no target, the processor time goes into the screen. */
  rests: "at rest" | "repaints";
};

const tools: readonly Tool[] = [
  { name: "bash -i", argv: ["bash", "--norc", "-i"], rests: "at rest" },
  { name: "sleep", argv: ["sleep", "120"], rests: "at rest" },
  {
    name: "node with a listener",
    argv: ["node", "-e", "process.stdin.setRawMode(true).on('data', () => {})"],
    rests: "at rest",
  },
  { name: "less", argv: ["less", "/etc/services"], rests: "at rest" },
  {
    name: "a blink each 0.6 s",
    argv: ["bash", "-c", "while :; do printf '\\r* work\\b'; read -t 0.6 -n 1; done"],
    rests: "repaints",
  },
  {
    name: "a spinner at 10 Hz",
    argv: ["bash", "-c", "while :; do printf '\\r- work\\b'; sleep 0.1; done"],
    rests: "repaints",
  },
];

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Starts the command in a terminal of its own, as a person would, and lets it rest. */
async function watch(argv: readonly string[], bed: Bed): Promise<Idle> {
  const child = Bun.spawn([...argv], {
    cwd: bed.folder,
    env: { ...Bun.env, TERM: "xterm-256color" },
    terminal: { cols: 100, rows: 30, data: () => undefined },
  });
  try {
    await Bun.sleep(bed.quick ? 3_000 : settleMs);
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

function figures(
  tool: string,
  ours: Idle,
  { theirs, rests }: { theirs: Idle | null; rests: Tool["rests"] },
): Figure[] {
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
      target: rests === "at rest" ? { of: "value", atMost: 0.2 } : null,
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
