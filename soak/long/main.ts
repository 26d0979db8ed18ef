/** `npm run soak -- --days 7` and `-- --minutes 3`: runs the long soak, prints one line, and writes figures and a report. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteReader } from "../../runtime/trace/sqlite-reader.ts";
import { percentile } from "../../bench/figure.ts";
import { writeResult } from "../result.ts";
import { Long } from "./long.ts";
import { growthOf, type Growth, reportPage } from "./report.ts";
import { readSamples } from "./sampler.ts";

export type LongWish = {
  ms: number;
  seed: number;
  /** Null: a folder of its own, which is removed when all went well. */
  folder: string | null;
  binary: string;
  cloudBinary: string;
  /** Whether its figures are kept for the exit criteria. */
  keeps: boolean;
  say: (line: string) => void;
};

const shownMax = 20;

export async function longSoak(wish: LongWish): Promise<number> {
  for (const file of [wish.binary, wish.cloudBinary]) {
    if (!existsSync(file)) throw new Error(`${file} does not exist; run npm run build first`);
  }
  const folder = wish.folder ?? mkdtempSync(join(tmpdir(), "atlasbridge-soak-"));
  mkdirSync(folder, { recursive: true });
  // Started as root, PostgreSQL runs as an account of its own, which has to come to its folder.
  chmodSync(folder, 0o711);
  const long = new Long({ ...wish, folder });
  await long.run();
  const figures = figuresOf(long);
  const { wrong } = long.state;
  const page = join(folder, "report.html");
  writeFileSync(page, pageOf(long, figures));
  wish.say(lineOf(long, figures));
  for (const line of wrong.slice(0, shownMax)) console.error(`soak: ${line}`);
  if (wish.keeps) {
    writeResult("soak", { ...figures, mismatches: wrong.length }, pageOf(long, figures));
  }
  if (wrong.length === 0 && wish.folder === null) rmSync(folder, { recursive: true, force: true });
  else wish.say(`report: ${page}`);
  return wrong.length === 0 ? 0 : 1;
}

type Figures = {
  minutes: number;
  rounds: number;
  sessions: number;
  asked: number;
  answered: number;
  left: number;
  faults: number;
  starts: number;
  latency_ms: { p50: number; p95: number; p99: number; count: number };
  growth: Growth[];
  descriptorsMax: number;
  walMBMax: number;
};

function figuresOf(long: Long): Figures & Drawn {
  const { elapsedMs, rounds, sessions, asked, answered, left, faults, starts, wrong } = long.state;
  const samples = readSamples(long.samplesFile);
  const growth = ["session", "daemon", "service"].map((name) => growthOf(name, samples));
  for (const { name, grows, mbPerHour } of growth) {
    if (grows === true) wrong.push(`the ${name} grows by ${mbPerHour.toFixed(1)} MB an hour`);
  }
  const drawn = latenciesOf(long.traceFile);
  const times = drawn.map(({ ms }) => ms);
  const at = (part: number): number => (times.length === 0 ? 0 : percentile(times, part));
  return {
    ...{ minutes: elapsedMs / 60_000, rounds, sessions, asked, answered, left, starts },
    faults: faults.length,
    latency_ms: { p50: at(0.5), p95: at(0.95), p99: at(0.99), count: times.length },
    growth,
    descriptorsMax: Math.max(0, ...samples.map(({ descriptors }) => descriptors)),
    walMBMax: Math.max(0, ...samples.map(({ walMB }) => walMB)),
    [drawnKey]: drawn,
  };
}

/** Not part of what is kept as figures. */
const drawnKey = Symbol("latencies");
type Drawn = { [drawnKey]: { atMs: number; ms: number }[] };

/** From the last byte of output to the key, as the trace says. */
function latenciesOf(file: string): { atMs: number; ms: number }[] {
  const reader = openSqliteReader(file);
  const found: { atMs: number; ms: number }[] = [];
  let first: number | null = null;
  for (const entry of reader.entries({ kinds: ["reply.injected"] })) {
    if (entry.kind !== "reply.injected") continue;
    first ??= entry.at;
    found.push({ atMs: entry.at - first, ms: entry.data.latency_ms });
  }
  reader.close();
  return found;
}

type Told = Figures & Drawn;

function lineOf(long: Long, { latency_ms, growth, ...figures }: Told): string {
  const { rounds, sessions, asked, answered, left, faults, minutes } = figures;
  const { walMBMax, descriptorsMax } = figures;
  const slopes = growth.map(({ name, mbPerHour, error, grows }) =>
    grows === null || error === null
      ? `${name} not judged`
      : `${name} ${mbPerHour.toFixed(1)} ± ${error.toFixed(1)}`,
  );
  return (
    `${minutes.toFixed(1)} min, ${rounds} rounds, ${sessions} sessions, ${asked} questions, ${answered} answered, ${left} left to a person, ` +
    `${faults} faults, ${long.state.wrong.length} mismatches; reply p50 ${latency_ms.p50.toFixed(1)} ms, ` +
    `p95 ${latency_ms.p95.toFixed(1)} ms; MB/h ${slopes.join(", ")}; ` +
    `descriptors ≤ ${descriptorsMax}, log ≤ ${walMBMax.toFixed(1)} MB`
  );
}

function pageOf(long: Long, figures: Told): string {
  const { faults, wrong } = long.state;
  const facts = lineOf(long, figures)
    .split(/[;,] /)
    .map((part) => {
      const [, value = "", name = ""] = /^([\d.]+)? ?(.*)$/.exec(part) ?? [];
      return [name, value] as const;
    });
  return reportPage({
    title: "A long soak of AtlasBridge",
    facts,
    samples: readSamples(long.samplesFile),
    latencies: figures[drawnKey],
    faults,
    wrong,
  });
}
