/** `npm run soak -- cloud` and `-- rotation`: the cloud under faults, and its keys rotated under load, for as long as is asked. */
import { parseArgs } from "node:util";
import { percentile } from "../../bench/figure.ts";
import { Estate } from "./estate.ts";
import { hold } from "./hold.ts";
import { rotateUnderLoad } from "./rotation.ts";

export const cloudUsage = `npm run soak -- cloud [--minutes N] [--seed N] [--tenants N] [--agents N] [--binary FILE]
  Agents of several tenants send to two replicas of the compiled service behind one address, twice, at once and in the
  wrong order, while replicas are killed amid transactions, PostgreSQL crashes, Redis stops, the network is cut and
  allowances are used up. Then each entry must be in its tenant's tables once. The seed is printed: it draws the faults
  and what agents send; when what meets what is the machine's affair.

npm run soak -- rotation [--requests N] [--rotations N] [--binary FILE]
  Two replicas take N requests (default 100000) while every key is rotated (default ten times): none may fail.`;

const shownMax = 20;

export async function cloudMain([name, ...words]: string[]): Promise<number> {
  const { values } = parseArgs({
    args: words,
    options: {
      minutes: { type: "string", default: "1" },
      seed: { type: "string" },
      tenants: { type: "string", default: "3" },
      agents: { type: "string", default: "10" },
      requests: { type: "string", default: "100000" },
      rotations: { type: "string", default: "10" },
      binary: { type: "string" },
    },
  });
  const say = (line: string): void => console.log(`soak: ${line}`);
  const binary = values.binary === undefined ? {} : { binary: values.binary };
  if (name === "rotation") {
    const { requests, rotations } = values;
    return await rotation({
      requests: Number(requests),
      rotations: Number(rotations),
      say,
      binary,
    });
  }
  const seed = Number(values.seed ?? crypto.getRandomValues(new Uint32Array(1))[0]);
  say(`seed ${seed}`);
  const report = await hold({
    ...{ seed, tenants: Number(values.tenants), agentsPerTenant: Number(values.agents), say },
    ...{ ms: Number(values.minutes) * 60_000, ...binary },
  });
  const { entries, struck, said, wrong } = report;
  const answers = [...said]
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .map(([status, times]) => `${status}: ${times}`);
  const agents = Number(values.agents) * Number(values.tenants);
  say(
    `seed ${seed}: ${agents} agents of ${values.tenants} tenants, ${entries} entries, ${struck.length} faults, ` +
      `answers ${answers.join(", ")}; ${wrong.length} mismatches`,
  );
  for (const line of wrong.slice(0, shownMax)) console.error(`soak: ${line}`);
  return wrong.length === 0 ? 0 : 1;
}

type Rotation = { requests: number; rotations: number; say: (line: string) => void };

async function rotation(wish: Rotation & { binary: { binary?: string } }): Promise<number> {
  const estate = await Estate.open({ replicas: 2, tenants: 1, ...wish.binary });
  try {
    const [tenant] = estate.tenants;
    if (tenant === undefined) throw new Error("there is a tenant");
    const report = await rotateUnderLoad(estate, tenant, { ...wish, senders: 8 });
    const { failed, rotated, times, requests, ms } = report;
    const [p50, p99] = [0.5, 0.99].map((part) => percentile(times, part).toFixed(1));
    wish.say(
      `${failed.length} failed of ${requests} requests through 2 replicas while 8 keys were rotated ${rotated} times in all; ` +
        `${Math.round((requests * 1_000) / ms)} requests/s, p50 ${p50} ms, p99 ${p99} ms (${Math.round(ms / 1_000)} s)`,
    );
    for (const line of failed.slice(0, shownMax)) console.error(`soak: ${line}`);
    return failed.length === 0 ? 0 : 1;
  } finally {
    await estate.stop();
  }
}
