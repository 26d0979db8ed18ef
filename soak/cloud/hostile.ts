/** `npm run soak -- hostile`: an admin who knows every id of a thousand other tenants calls every procedure, as often as is asked. */
import { parseArgs } from "node:util";
import { attack, furnish } from "../../cloud/testing/hostile.ts";
import { startDatabase, startService } from "../../cloud/testing/service.ts";
import { writeResult } from "../result.ts";
import { compareTimings, faultOf } from "./timing.ts";

export const hostileUsage = `npm run soak -- hostile [--calls N] [--tenants N] [--planted µS] [--rounds N] [--rounds-max N] [--seed N]
  The admin of one tenant, who knows every id of N others (default 1000), calls every procedure N times in all (default
  100000) with these and with anything else. No answer may tell anything of the others or be a failure of the service, and
  the others' rows must be what they were. Then each procedure that takes an id is asked in turns for another's, for
  nobody's, and for nobody's after a wait of so many µs (default 100): for N rounds (default 400) and twice as many each time
  that this wait is not seen, up to the most (default 25600). The times must tell of the wait, and not whose an id is. The
  seed (default 1) draws calls and turns.`;

const keptCallsMin = 10_000;

export async function hostileMain(words: string[]): Promise<number> {
  const { values } = parseArgs({
    args: words,
    options: {
      calls: { type: "string", default: "100000" },
      tenants: { type: "string", default: "1000" },
      planted: { type: "string", default: "100" },
      rounds: { type: "string", default: "400" },
      "rounds-max": { type: "string", default: "25600" },
      seed: { type: "string", default: "1" },
    },
  });
  const [calls, tenants, seed] = [values.calls, values.tenants, values.seed].map(Number);
  const say = (line: string): void => console.log(`soak: ${line}`);
  const database = await startDatabase();
  const service = await startService(database);
  const startMs = performance.now();
  try {
    const wish = { calls: calls ?? 0, seed: seed ?? 0, tenants: tenants ?? 0, say };
    const report = await attack({ service, database }, wish);
    const { codes, faults } = report;
    // Two that have nothing in common yet: the attack has made agents of its own by others' ids.
    const theirs = await furnish(service, "only-there");
    const token = await service.newToken(await service.newTenant(), "admin");
    const plantedMs = Number(values.planted) / 1_000;
    const timed = await compareTimings({
      ...{ service, token, theirs, plantedMs, seed: wish.seed, say },
      ...{ rounds: Number(values.rounds), roundsMax: Number(values["rounds-max"]) },
    });
    faults.push(...timed.map(faultOf).filter((fault) => fault !== null));
    const answers = Object.entries(codes).map(([code, times]) => `${code}: ${times}`);
    const seconds = Math.round((performance.now() - startMs) / 1_000);
    say(
      `seed ${wish.seed}: ${report.calls} calls over ${wish.tenants} tenants, answers ${answers.join(", ")}; ` +
        `times of ${timed.length} procedures; ${faults.length} faults (${seconds} s)`,
    );
    for (const line of faults) console.error(`soak: ${line}`);
    const figures = { calls: report.calls, tenants: wish.tenants, seed: wish.seed, codes, seconds };
    // A short one says nothing about a long one, and does not take its place.
    if (wish.calls >= keptCallsMin) {
      writeResult("hostile", { ...figures, faults: faults.length, plantedMs, timed });
    }
    return faults.length === 0 ? 0 : 1;
  } finally {
    await service.stop();
    await database.stop();
  }
}
