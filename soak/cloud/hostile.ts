/** `npm run soak -- hostile` and `-- times`: what an admin who knows every id of other tenants is told, and how soon. */
import { parseArgs } from "node:util";
import { attack, furnish } from "../../cloud/testing/hostile.ts";
import {
  startDatabase,
  startService,
  type TestDatabase,
  type TestService,
} from "../../cloud/testing/service.ts";
import { writeResult } from "../result.ts";
import { compareTimings, faultOf } from "./timing.ts";

export const hostileUsage = `npm run soak -- hostile [--calls N] [--tenants N] [--seed N]
  The admin of one tenant, who knows every id of N others (default 1000), calls every procedure N times in all (default
  100000) with these and with anything else. No answer may tell anything of the others or be a failure of the service, and
  the others' rows must be what they were. The seed (default 1) draws the calls.

npm run soak -- times [--planted µS] [--rounds N] [--rounds-max N] [--seed N]
  Each procedure that takes an id is asked in turns for another tenant's, for nobody's, and for nobody's after a wait of so
  many µs (default 100): for N rounds (default 400) and twice as many each time that this wait is not seen, up to the most
  (default 25600). The times must tell of the wait, and not whose an id is. The busier the machine, the longer it takes.`;

/** One that is short or coarse says nothing about another, and does not take its place. */
const keptCallsMin = 10_000;
const keptMicrosMax = 100;

const say = (line: string): void => console.log(`soak: ${line}`);

type Stand = { service: TestService; database: TestDatabase };
type Found = { faults: string[]; said: string };

export async function hostileMain(words: string[]): Promise<number> {
  const { values } = parseArgs({
    args: words,
    options: {
      calls: { type: "string", default: "100000" },
      tenants: { type: "string", default: "1000" },
      seed: { type: "string", default: "1" },
    },
  });
  const [calls = 0, tenants = 0, seed = 0] = [values.calls, values.tenants, values.seed].map(
    Number,
  );
  return await measured(async (stand, seconds) => {
    const report = await attack(stand, { calls, tenants, seed, say });
    const { codes, faults } = report;
    const figures = { calls: report.calls, tenants, seed, codes, seconds: seconds() };
    if (calls >= keptCallsMin) writeResult("hostile", { ...figures, faults: faults.length });
    const answers = Object.entries(codes).map(([code, times]) => `${code}: ${times}`);
    const said = `${report.calls} calls over ${tenants} tenants, answers ${answers.join(", ")}`;
    return { faults, said: `seed ${seed}: ${said}` };
  });
}

export async function timesMain(words: string[]): Promise<number> {
  const { values } = parseArgs({
    args: words,
    options: {
      planted: { type: "string", default: "100" },
      rounds: { type: "string", default: "400" },
      "rounds-max": { type: "string", default: "25600" },
      seed: { type: "string", default: "1" },
    },
  });
  const plantedMs = Number(values.planted) / 1_000;
  const rounds = { rounds: Number(values.rounds), roundsMax: Number(values["rounds-max"]) };
  return await measured(async ({ service }, seconds) => {
    const theirs = await furnish(service, "only-there");
    const token = await service.newToken(await service.newTenant(), "admin");
    const seed = Number(values.seed);
    const timed = await compareTimings({
      ...{ service, token, theirs, plantedMs, seed, say },
      ...rounds,
    });
    const faults = timed.map(faultOf).filter((fault) => fault !== null);
    const figures = { procedures: timed.length, plantedMs, seed, seconds: seconds() };
    if (Number(values.planted) <= keptMicrosMax) {
      writeResult("times", { ...figures, faults: faults.length, timed });
    }
    const said = `seed ${seed}: times of ${timed.length} procedures, in which ${values.planted} µs would be seen`;
    return { faults, said };
  });
}

async function measured(
  work: (stand: Stand, seconds: () => number) => Promise<Found>,
): Promise<number> {
  const database = await startDatabase();
  const service = await startService(database);
  const startMs = performance.now();
  const seconds = (): number => Math.round((performance.now() - startMs) / 1_000);
  try {
    const { faults, said } = await work({ service, database }, seconds);
    say(`${said}; ${faults.length} faults (${seconds()} s)`);
    for (const line of faults) console.error(`soak: ${line}`);
    return faults.length === 0 ? 0 : 1;
  } finally {
    await service.stop();
    await database.stop();
  }
}
