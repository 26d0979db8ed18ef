/** The exit criteria of the road to a stable release, and where the figure for each comes from. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readResult, type Result } from "./result.ts";
import { testedOf } from "./tested.ts";

/** `met` is null where nothing was measured. */
export type Finding = { met: boolean | null; figure: string; source: string };

export type Criterion = { name: string; find: () => Finding; tests?: readonly string[] };

const root = join(import.meta.dir, "..");

function fromResult(name: string, command: string, read: (figures: Figures) => [boolean, string]) {
  return (): Finding => {
    const result = readResult(name);
    if (result === null) return { met: null, figure: "not measured", source: `run ${command}` };
    const [met, figure] = read(result.figures);
    return { met, figure, source: `soak/results/${name}.json, ${whenAndWhere(result)}` };
  };
}

type Figures = Record<string, unknown>;

function whenAndWhere({ at, machine, load }: Pick<Result, "at" | "machine" | "load">): string {
  return `${at.slice(0, 16)}Z, ${machine.cores} × ${machine.cpu}, load ${load}`;
}

/** All of them must have been run, and none may have failed. */
function fromTests(...tests: string[]): Pick<Criterion, "find" | "tests"> {
  return {
    tests,
    find() {
      const result = readResult("tests");
      const ran = tests.map((file) => testedOf(file));
      if (result === null || ran.includes(null)) {
        const missing = tests.filter((_file, at) => ran[at] === null);
        const source = `run npm run exit-criteria -- --measure (${missing.join(", ")})`;
        return { met: null, figure: "not measured", source };
      }
      const sum = (of: "passed" | "failed" | "skipped"): number =>
        ran.reduce((all, one) => all + (one?.[of] ?? 0), 0);
      const figure = `${sum("passed")} tests passed, ${sum("failed")} failed, ${sum("skipped")} skipped`;
      const source = `${tests.join(", ")}; ${whenAndWhere(result)}`;
      return { met: sum("failed") === 0 && sum("passed") > 0, figure, source };
    },
  };
}

type BenchFigure = { what: string; ours: number; unit: string };

/** Of a committed bench, by the names of its rows. */
function fromBench(name: string, wanted: readonly string[], atMost: number) {
  return (): Finding => {
    const file = join(root, "bench", "results", `${name}.json`);
    const missing = { met: null, figure: "not measured", source: `run npm run bench -- ${name}` };
    if (!existsSync(file)) return missing;
    // Written by bench/figure.ts.
    const bench = JSON.parse(readFileSync(file, "utf8")) as {
      date: string;
      machine: Result["machine"];
      load: { after: number };
      figures: BenchFigure[];
    };
    const found = wanted.map((what) => bench.figures.find((one) => one.what === what));
    if (found.includes(undefined)) return missing;
    const figure = found
      .map((one) => `${one?.what} ${one?.ours.toFixed(1)} ${one?.unit}`)
      .join("; ");
    const met = found.every((one) => (one?.ours ?? Number.POSITIVE_INFINITY) <= atMost);
    const { machine, date: at } = bench;
    const source = `bench/results/${name}.json, ${whenAndWhere({ at, machine, load: bench.load.after })}`;
    return { met, figure, source };
  };
}

const number = (figures: Figures, name: string): number => Number(figures[name] ?? Number.NaN);

const wantedSoakMinutes = 100;
const wantedSeeds = 1_000;

export const criteria: readonly Criterion[] = [
  {
    name: `no violation in ${wantedSoakMinutes} minutes of real soak`,
    find: fromResult("soak", `npm run soak -- --minutes ${wantedSoakMinutes}`, (of) => {
      const [minutes, wrong] = [number(of, "minutes"), number(of, "mismatches")];
      const figure = `${wrong} mismatches in ${minutes.toFixed(1)} minutes, ${number(of, "asked")} questions, ${number(of, "faults")} faults`;
      return [wrong === 0 && minutes >= wantedSoakMinutes, figure];
    }),
  },
  {
    name: `no violation in ${wantedSeeds} simulated weeks`,
    find: fromResult("simulate", `npm run soak -- --simulate 7d --seeds ${wantedSeeds}`, (of) => {
      const [seeds, failed, days] = [number(of, "seeds"), number(of, "failed"), number(of, "days")];
      const figure = `${failed} of ${seeds} seeds with violations, ${days} days each, ${number(of, "asked")} questions, in ${(number(of, "seconds") / 60).toFixed(0)} minutes`;
      return [failed === 0 && seeds >= wantedSeeds && days >= 7, figure];
    }),
  },
  {
    name: "95 of 100 prompts are detected and answered within 500 ms",
    find: fromBench("latency", ["dialog, p95", "line prompt among 3 sessions, p95"], 500),
  },
  {
    name: "no deadlock and no leak with three sessions and more",
    find: fromResult("soak", "npm run soak -- --minutes 100", (of) => {
      const growth = (of["growth"] ?? []) as { name: string; mbPerHour: number; grows: boolean }[];
      const slopes = growth.map(({ name, mbPerHour }) => `${name} ${mbPerHour.toFixed(2)} MB/h`);
      const met = growth.length > 0 && growth.every(({ grows }) => !grows);
      return [met && number(of, "mismatches") === 0, slopes.join(", ")];
    }),
  },
  {
    name: "20 sessions at once are answered within 500 ms",
    find: fromBench("latency", ["line prompt among 20 sessions, p95"], 500),
  },
  {
    name: "sessions at once share one trace",
    ...fromTests("runtime/trace/writers.test.ts", "runtime/trace/sqlite.test.ts"),
  },
  {
    name: "daemon, sessions and their pages are handled from the console",
    ...fromTests("cmd/e2e/daemon.e2e.test.ts", "cmd/e2e/attach.e2e.test.ts"),
  },
  {
    name: "signed payloads are taken, others are not",
    ...fromTests("runtime/upload/signed-payload.test.ts", "cloud/ingest/attacks.test.ts"),
  },
  {
    name: "dashboards show what was taken",
    ...fromTests("dashboard/pages.e2e.test.ts"),
  },
  {
    name: "three tenants and more, and nothing of one with another",
    ...fromTests("cloud/store/isolation.test.ts", "soak/cloud/hold.e2e.test.ts"),
  },
  {
    name: "sign-in with both providers",
    ...fromTests("cloud/login/sessions.test.ts", "cloud/login/attacks.test.ts"),
  },
  {
    name: "keys of each tenant, rotated under load",
    ...fromTests("cloud/keys/keys.test.ts", "soak/cloud/replicas.e2e.test.ts"),
  },
  {
    name: "the attack suite is withstood",
    ...fromTests(
      "cloud/ingest/attacks-wire.test.ts",
      "cloud/ingest/attacks-written.test.ts",
      "soak/cloud/attack.test.ts",
      "dashboard/attacks.e2e.test.ts",
      "cmd/atlasbridge/trace/attacks.test.ts",
    ),
  },
  {
    name: "the threat model is kept by tests",
    ...fromTests("soak/threat-model.test.ts"),
  },
];
