/** `npm run soak -- hostile`: an admin who knows every id of another tenant calls every procedure, as often as is asked. */
import { parseArgs } from "node:util";
import { attack } from "../../cloud/testing/hostile.ts";
import { startDatabase, startService } from "../../cloud/testing/service.ts";
import { writeResult } from "../result.ts";

export const hostileUsage = `npm run soak -- hostile [--calls N] [--seed N]
  The admin of one tenant, who knows every id of another, calls every procedure N times in all (default 100000) with these
  and with anything else. No answer may tell anything of the other tenant or be a failure of the service, and the other
  tenant's rows must be what they were. The seed (default 1) draws the calls.`;

const keptCallsMin = 10_000;

export async function hostileMain(words: string[]): Promise<number> {
  const { values } = parseArgs({
    args: words,
    options: {
      calls: { type: "string", default: "100000" },
      seed: { type: "string", default: "1" },
    },
  });
  const database = await startDatabase();
  const service = await startService(database);
  const startMs = performance.now();
  try {
    const wish = { calls: Number(values.calls), seed: Number(values.seed) };
    const { calls, codes, faults } = await attack({ service, database }, wish);
    const answers = Object.entries(codes).map(([code, times]) => `${code}: ${times}`);
    const seconds = Math.round((performance.now() - startMs) / 1_000);
    console.log(
      `soak: seed ${wish.seed}: ${calls} calls, answers ${answers.join(", ")}; ${faults.length} faults (${seconds} s)`,
    );
    for (const line of faults) console.error(`soak: ${line}`);
    // A short one says nothing about a long one, and does not take its place.
    if (wish.calls >= keptCallsMin) {
      writeResult("hostile", { ...wish, calls, codes, faults: faults.length, seconds });
    }
    return faults.length === 0 ? 0 : 1;
  } finally {
    await service.stop();
    await database.stop();
  }
}
