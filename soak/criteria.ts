/** The exit criteria of the road to a stable release: what shows each, and by which command it is measured again. */
import type { BenchResult } from "../bench/results.ts";
import type { Result } from "./result.ts";
import type { Tested } from "./tested.ts";
import { namedInThreatModel } from "./threat-model.ts";

/** `met` is null where nothing was measured. */
export type Finding = { met: boolean | null; figure: string; source: string };

/** What earlier runs have left; null where none has. */
export type Records = {
  result(name: string): Result | null;
  bench(name: string): BenchResult | null;
  tested(file: string): Tested | null;
};

export type Criterion = {
  /** As `--measure` takes it. */
  key: string;
  name: string;
  /** Measures it, and leaves what `find` reads. */
  command: string;
  find(records: Records): Finding;
  /** What is measured, where that is tests. */
  tests: readonly string[];
};

type Figures = Record<string, unknown>;
type Shown = Pick<Criterion, "command" | "find" | "tests">;

const notMeasured = { met: null, figure: "not measured" } as const;

function fromResult(
  name: string,
  command: string,
  read: (figures: Figures) => [met: boolean, figure: string],
): Shown {
  const find = ({ result }: Records): Finding => {
    const found = result(name);
    if (found === null) return { ...notMeasured, source: `soak/results/${name}.json is not there` };
    const [met, figure] = read(found.figures);
    return { met, figure, source: `soak/results/${name}.json, ${whenAndWhere(found)}` };
  };
  return { command, find, tests: [] };
}

type Run = { at: string; machine: Result["machine"]; load: number; commit?: string | null };

function whenAndWhere({ at, machine, load, commit = null }: Run): string {
  const of = commit === null ? "" : ` at ${commit}`;
  return `${at.slice(0, 16)}Z${of}, ${machine.cores} × ${machine.cpu}, load ${load}`;
}

/** All of them must have been run, and none may have failed. */
function fromTests(key: string, ...tests: string[]): Shown {
  const find = ({ tested }: Records): Finding => {
    const ran = tests.map(tested);
    const runs = ran.filter((one) => one !== null);
    if (runs.length < tests.length) {
      const missing = tests.filter((_file, at) => ran[at] === null);
      return { ...notMeasured, source: `not run: ${listed(missing)}` };
    }
    const sum = (of: "passed" | "failed" | "skipped"): number =>
      runs.reduce((all, one) => all + one[of], 0);
    const figure = `${sum("passed")} tests passed, ${sum("failed")} failed, ${sum("skipped")} skipped`;
    const holds = ({ failed, passed }: Tested): boolean => failed === 0 && passed > 0;
    const broken = tests.filter((_file, at) => !runs.slice(at, at + 1).every(holds));
    const which = broken.length === 0 ? listed(tests) : `not well: ${listed(broken)}`;
    const source = [which, ...oldest(runs).map(whenAndWhere)].join("; ");
    return { met: broken.length === 0, figure, source };
  };
  return { command: `npm run exit-criteria -- --measure ${key}`, find, tests };
}

const listedMax = 6;

function listed(files: readonly string[]): string {
  return files.length > listedMax ? `${files.length} test files` : files.join(", ");
}

/** Of runs at several times the first: nothing that is told is older. */
function oldest(runs: readonly Tested[]): Tested[] {
  return runs.toSorted((a, b) => a.at.localeCompare(b.at)).slice(0, 1);
}

/** Of a bench, by the names of its rows. */
function fromBench(name: string, wanted: readonly string[], atMost: number): Shown {
  const find = ({ bench }: Records): Finding => {
    const found = bench(name);
    const file = `bench/results/${name}.json`;
    if (found === null) return { ...notMeasured, source: `${file} is not there` };
    const rows = wanted.map((what) => found.figures.find((one) => one.what === what));
    const known = rows.filter((one) => one !== undefined);
    if (known.length < wanted.length) return { ...notMeasured, source: `${file} lacks a row` };
    const figure = known
      .map(({ what, ours, unit }) => `${what} ${ours.toFixed(1)} ${unit}`)
      .join("; ");
    const met = known.every(({ ours }) => ours <= atMost);
    const { date: at, load, ...run } = found;
    return { met, figure, source: `${file}, ${whenAndWhere({ ...run, at, load: load.after })}` };
  };
  return { command: `npm run bench -- ${name}`, find, tests: [] };
}

const number = (figures: Figures, name: string): number => Number(figures[name] ?? Number.NaN);

const wantedSoakMinutes = 100;
const wantedSeeds = 1_000;
const wantedCalls = 100_000;
const wantedTenants = 1_000;
const plantedMicrosMax = 100;

const soakCommand = `npm run soak -- --minutes ${wantedSoakMinutes}`;
const weeksCommand = `npm run soak -- --simulate 7d --seeds ${wantedSeeds}`;

export const criteria: readonly Criterion[] = [
  {
    key: "soak",
    name: `no violation in ${wantedSoakMinutes} minutes of real soak`,
    ...fromResult("soak", soakCommand, (of) => {
      const [minutes, wrong] = [number(of, "minutes"), number(of, "mismatches")];
      const figure = `${wrong} mismatches in ${minutes.toFixed(1)} minutes, ${number(of, "asked")} questions, ${number(of, "faults")} faults`;
      return [wrong === 0 && minutes >= wantedSoakMinutes, figure];
    }),
  },
  {
    key: "weeks",
    name: `no violation in ${wantedSeeds} simulated weeks`,
    ...fromResult("simulate", weeksCommand, (of) => {
      const [seeds, failed, days] = [number(of, "seeds"), number(of, "failed"), number(of, "days")];
      const figure = `${failed} of ${seeds} seeds with violations, ${days} days each, ${number(of, "asked")} questions, in ${(number(of, "seconds") / 60).toFixed(0)} minutes`;
      return [failed === 0 && seeds >= wantedSeeds && days >= 7, figure];
    }),
  },
  {
    key: "detection",
    name: "95 of 100 prompts are detected and answered within 500 ms",
    ...fromBench("latency", ["dialog, p95", "line prompt among 3 sessions, p95"], 500),
  },
  {
    key: "leaks",
    name: "no deadlock and no leak with three sessions and more",
    ...fromResult("soak", soakCommand, (of) => {
      const growth = (of["growth"] ?? []) as {
        name: string;
        mbPerHour: number;
        grows: boolean | null;
      }[];
      const slopes = growth.map(({ name, mbPerHour, grows }) =>
        grows === null ? `${name} not judged` : `${name} ${mbPerHour.toFixed(2)} MB/h`,
      );
      const met = growth.length > 0 && growth.every(({ grows }) => grows === false);
      const isLong = number(of, "minutes") >= wantedSoakMinutes;
      return [met && isLong && number(of, "mismatches") === 0, slopes.join(", ")];
    }),
  },
  {
    key: "twenty",
    name: "20 sessions at once are answered within 500 ms",
    ...fromBench("latency", ["line prompt among 20 sessions, p95"], 500),
  },
  {
    key: "contention",
    name: "sessions at once share one trace",
    ...fromTests("contention", "runtime/trace/writers.test.ts", "runtime/trace/sqlite.test.ts"),
  },
  {
    key: "console",
    name: "daemon, dashboard and sessions are handled from the console",
    ...fromTests("console", "cmd/e2e/console.e2e.test.ts", "cmd/e2e/daemon.e2e.test.ts"),
  },
  {
    key: "ingestion",
    name: "signed payloads are taken, others are not",
    ...fromTests(
      "ingestion",
      ...["runtime/upload/signed-payload.test.ts", "cloud/ingest/take.test.ts"],
      ...["cloud/ingest/attacks.test.ts", "cmd/e2e/upload.e2e.test.ts"],
    ),
  },
  {
    key: "dashboards",
    name: "dashboards show what was taken, as timelines",
    ...fromTests(
      "dashboards",
      ...["dashboard/cloud.e2e.test.ts", "dashboard/pages.e2e.test.ts"],
      "cmd/e2e/cloud.e2e.test.ts",
    ),
  },
  {
    key: "tenants",
    name: "three tenants and more are served at once, whatever breaks",
    ...fromTests("tenants", "soak/cloud/hold.e2e.test.ts", "soak/cloud/replicas.e2e.test.ts"),
  },
  {
    key: "isolation",
    name: "nothing of one tenant with another",
    ...fromTests(
      "isolation",
      ...["cloud/store/isolation.test.ts", "cloud/store/catalogue.test.ts"],
      ...["cloud/store/gate.test.ts", "cloud/router.test.ts"],
    ),
  },
  {
    key: "hostile",
    name: `nothing leaks in ${wantedCalls} calls of an admin who knows the ids of ${wantedTenants} tenants`,
    ...fromResult("hostile", `npm run soak -- hostile --calls ${wantedCalls}`, (of) => {
      const [calls, faults] = [number(of, "calls"), number(of, "faults")];
      const tenants = number(of, "tenants");
      const figure = `${faults} faults in ${calls} calls over ${tenants} tenants`;
      return [faults === 0 && calls >= wantedCalls && tenants >= wantedTenants, figure];
    }),
  },
  {
    key: "times",
    name: "the time of an answer does not tell another tenant's id from nobody's",
    ...fromResult("times", "npm run soak -- times", (of) => {
      const [procedures, faults] = [number(of, "procedures"), number(of, "faults")];
      const micros = number(of, "plantedMs") * 1_000;
      const figure = `${faults} of ${procedures} procedures tell, or hide a difference of ${micros} µs`;
      return [faults === 0 && procedures > 0 && micros <= plantedMicrosMax, figure];
    }),
  },
  {
    key: "sign-in",
    name: "sign-in with both providers",
    ...fromTests(
      "sign-in",
      ...["cloud/login/sessions.test.ts", "cloud/login/attacks.test.ts"],
      "cmd/e2e/sign-in.e2e.test.ts",
    ),
  },
  {
    key: "keys",
    name: "keys of each tenant, rotated under load",
    ...fromTests("keys", "cloud/keys/keys.test.ts", "soak/cloud/replicas.e2e.test.ts"),
  },
  {
    key: "attacks",
    name: "the attack suite is withstood",
    ...fromTests(
      "attacks",
      ...["cloud/ingest/attacks-wire.test.ts", "cloud/ingest/attacks-written.test.ts"],
      ...["soak/cloud/attack.test.ts", "dashboard/attacks.e2e.test.ts"],
      ...["cmd/atlasbridge/trace/attacks.test.ts", "runtime/upload/hostile.test.ts"],
    ),
  },
  {
    key: "threats",
    name: "the threat model is kept by tests, each of which holds",
    ...fromTests("threats", ...new Set(["soak/threat-model.test.ts", ...namedInThreatModel()])),
  },
];
