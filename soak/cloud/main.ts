/** `npm run soak -- cloud` and `-- rotation`: the cloud under faults, and its keys rotated under load, for as long as is asked. */
import { parseArgs } from "node:util";
import { percentile } from "../../bench/figure.ts";
import { attack } from "./attack.ts";
import { Estate } from "./estate.ts";
import { hostileMain, hostileUsage, timesMain } from "./hostile.ts";
import { hold } from "./hold.ts";
import { rotateUnderLoad } from "./rotation.ts";

const attackUsage = `npm run soak -- attack --url URL --key-id ID [--json] < SECRET
  Attacks a service that runs somewhere: requests that are unsigned, forged, stale, replayed, bombs, cut, reordered, and
  what no client would send. Each must be refused with its own problem, and nothing may have been taken. Give it a key of a
  tenant that was made for it: one agent with five entries stays there. Limits of the service apply.`;

export const cloudUsage = `npm run soak -- cloud [--minutes N] [--seed N] [--tenants N] [--agents N] [--binary FILE]
  Agents of several tenants send to two replicas of the compiled service behind one address, twice, at once and in the
  wrong order, while replicas are killed amid transactions, PostgreSQL crashes, Redis stops, the network is cut and
  allowances are used up. Then each entry must be in its tenant's tables once. The seed is printed: it draws the faults
  and what agents send; when what meets what is the machine's affair.

npm run soak -- rotation [--requests N] [--rotations N] [--senders N]
  Two replicas take N requests (default 100000) while every key is rotated (default ten times): none may fail.

${hostileUsage}

${attackUsage}`;

const shownMax = 20;

export async function cloudMain([name, ...words]: string[]): Promise<number> {
  if (name === "hostile") return await hostileMain(words);
  if (name === "times") return await timesMain(words);
  if (name === "attack") return await attackMain(words);
  const { values } = parseArgs({
    args: words,
    options: {
      minutes: { type: "string", default: "1" },
      seed: { type: "string" },
      tenants: { type: "string", default: "3" },
      agents: { type: "string", default: "10" },
      requests: { type: "string", default: "100000" },
      rotations: { type: "string", default: "10" },
      senders: { type: "string", default: "16" },
      binary: { type: "string" },
    },
  });
  const say = (line: string): void => console.log(`soak: ${line}`);
  const binary = values.binary === undefined ? {} : { binary: values.binary };
  if (name === "rotation") {
    const { requests, rotations, senders } = values;
    const counts = { requests: Number(requests), rotations: Number(rotations) };
    return await rotation({ ...counts, senders: Number(senders), say, binary });
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

type Rotation = {
  requests: number;
  rotations: number;
  senders: number;
  say: (line: string) => void;
};

async function rotation(wish: Rotation & { binary: { binary?: string } }): Promise<number> {
  const estate = await Estate.open({ replicas: 2, tenants: 1, ...wish.binary });
  try {
    const [tenant] = estate.tenants;
    if (tenant === undefined) throw new Error("there is a tenant");
    const report = await rotateUnderLoad(estate, tenant, wish);
    const { failed, rotated, times, requests, ms } = report;
    const [p50, p99] = [0.5, 0.99].map((part) => percentile(times, part).toFixed(1));
    wish.say(
      `${failed.length} failed of ${requests} requests through 2 replicas while ${wish.senders} keys were rotated ${wish.rotations} times each (${rotated} in all); ` +
        `${Math.round((requests * 1_000) / ms)} requests/s, p50 ${p50} ms, p99 ${p99} ms (${Math.round(ms / 1_000)} s)`,
    );
    for (const line of failed.slice(0, shownMax)) console.error(`soak: ${line}`);
    return failed.length === 0 ? 0 : 1;
  } finally {
    await estate.stop();
  }
}

async function attackMain(words: string[]): Promise<number> {
  const { values } = parseArgs({
    args: words,
    options: {
      url: { type: "string" },
      "key-id": { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const { url, "key-id": key_id } = values;
  if (url === undefined || key_id === undefined) {
    console.error(attackUsage);
    return 2;
  }
  const secret = (await Bun.stdin.text()).trim();
  const results = await attack(new URL(url).origin, { key_id, secret });
  const broken = results.filter(({ isHeld }) => !isHeld);
  if (values.json) console.log(JSON.stringify({ attacks: results, broken: broken.length }));
  else {
    for (const { name, expected, got, isHeld } of results) {
      console.log(
        `${isHeld ? "held  " : "BROKEN"} ${name}: ${got}${isHeld ? "" : `, should be ${expected}`}`,
      );
    }
    console.log(`soak: ${results.length} attacks, ${broken.length} not refused as they must be`);
  }
  return broken.length === 0 ? 0 : 1;
}
