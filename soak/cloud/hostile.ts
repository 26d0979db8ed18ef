/** `npm run soak -- hostile`: an admin who knows every id of a thousand other tenants calls every procedure, as often as is asked. */
import { parseArgs } from "node:util";
import { attack, furnish } from "../../cloud/testing/hostile.ts";
import { startDatabase, startService } from "../../cloud/testing/service.ts";
import { writeResult } from "../result.ts";
import { compareTimings, tells } from "./timing.ts";

export const hostileUsage = `npm run soak -- hostile [--calls N] [--tenants N] [--pairs N] [--seed N]
  The admin of one tenant, who knows every id of N others (default 1000), calls every procedure N times in all (default
  100000) with these and with anything else. No answer may tell anything of the others or be a failure of the service, and
  the others' rows must be what they were. Then each procedure that takes an id is asked for another's and for nobody's, N
  times each (default 400): the times must not tell which is which. The seed (default 1) draws the calls.`;

const keptCallsMin = 10_000;

export async function hostileMain(words: string[]): Promise<number> {
  const { values } = parseArgs({
    args: words,
    options: {
      calls: { type: "string", default: "100000" },
      tenants: { type: "string", default: "1000" },
      pairs: { type: "string", default: "400" },
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
    const timed = await compareTimings({ service, token, theirs, pairs: Number(values.pairs) });
    for (const one of timed.filter(tells)) {
      const bounds = `${(one.low * 1_000).toFixed(0)} to ${(one.high * 1_000).toFixed(0)} µs`;
      const how = one.isAlike ? `at different times: ${bounds}` : "differently";
      faults.push(`${one.path} takes another's id and nobody's ${how}`);
    }
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
      writeResult("hostile", { ...figures, faults: faults.length, timed });
    }
    return faults.length === 0 ? 0 : 1;
  } finally {
    await service.stop();
    await database.stop();
  }
}
