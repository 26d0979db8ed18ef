/** Agents of several tenants send through faults, and at the end everything is there once: the whole of it from one seed. */
import { systemRandom } from "../../cloud/random.ts";
import { type Chance, chanceOf } from "../seeded.ts";
import { account } from "./account.ts";
import { Estate } from "./estate.ts";
import { type Fault, faults, longFaults } from "./faults.ts";
import { type Said, Sender } from "./sender.ts";
import { Uploading } from "./uploading.ts";

export type HoldOptions = {
  seed: number;
  tenants: number;
  agentsPerTenant: number;
  /** Every fault once, in an order of the seed; and again for as long as this lasts. */
  ms: number;
  binary?: string;
  say: (line: string) => void;
};

export type HoldReport = {
  entries: number;
  struck: string[];
  said: Said;
  /** What is not as it must be, a line each. */
  wrong: string[];
};

type Agent = Sender | Uploading;

/** Entries that must be acknowledged after a fault before the next one strikes. */
const progressEntries = 150;
const progressMsMax = 30_000;

export async function hold(options: HoldOptions): Promise<HoldReport> {
  const chance = chanceOf(options.seed);
  const { binary, tenants } = options;
  const estate = await Estate.open({
    ...{ replicas: 2, tenants, keyLimit: "120/2" },
    ...(binary === undefined ? {} : { binary }),
  });
  const said: Said = new Map();
  const agents = agentsOf(estate, { chance, said, perTenant: options.agentsPerTenant });
  try {
    let isOver = false;
    const sending = Promise.all(agents.map((agent) => agent.run(() => isOver)));
    // Told where it is waited for.
    sending.catch(() => {});
    const struck = await strikeAll(estate, agents, { ...options, chance, said, sending });
    isOver = true;
    await sending;
    const wrong = await account(estate.database.sql, { agents, tenants: estate.tenants });
    const entries = agents.reduce((sum, agent) => sum + agent.entries.length, 0);
    return { entries, struck, said, wrong };
  } finally {
    await estate.stop();
    for (const agent of agents) if (agent instanceof Uploading) agent.close();
  }
}

/** The same agents' ids in each tenant; the last of each is the runtime's own uploader. */
function agentsOf(
  { tenants, balancer: { url } }: Estate,
  { chance, said, perTenant }: { chance: Chance; said: Said; perTenant: number },
): Agent[] {
  const ids = Array.from({ length: perTenant - 1 }, () => systemRandom.uuidv7());
  return tenants.flatMap(({ id: tenant, key }) => [
    ...ids.map((agentId) => {
      const own = { url, tenant, agentId, said };
      return new Sender({ ...own, key: () => key, chance: chance.split() });
    }),
    new Uploading({ url, tenant, key: () => key }),
  ]);
}

type Striking = HoldOptions & { chance: Chance; said: Said; sending: Promise<unknown> };

async function strikeAll(
  estate: Estate,
  agents: readonly Agent[],
  { chance, said, ms, say, sending }: Striking,
): Promise<string[]> {
  const untilMs = performance.now() + ms;
  const struck: string[] = [];
  const round = (): Fault[] =>
    chance.shuffled(struck.length === 0 ? faults : [...faults, ...longFaults]);
  await progress(agents, sending);
  do {
    for (const { name, strike } of round()) {
      if (struck.length >= faults.length && performance.now() > untilMs) break;
      const from = performance.now();
      await strike(estate, chance, said);
      struck.push(name);
      await progress(agents, sending);
      say(`${name}: taken again after ${Math.round(performance.now() - from)} ms`);
    }
  } while (performance.now() < untilMs);
  return struck;
}

/** Until so many more entries are acknowledged. Throws when that takes too long, and what an agent throws. */
async function progress(agents: readonly Agent[], sending: Promise<unknown>): Promise<void> {
  const total = (): number => agents.reduce((sum, { acked }) => sum + acked.seq, 0);
  const from = total();
  const untilMs = performance.now() + progressMsMax;
  while (total() < from + progressEntries) {
    if (performance.now() > untilMs) throw new Error("nothing is taken any more");
    await Promise.race([Bun.sleep(10), sending]);
  }
}
