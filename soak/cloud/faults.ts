/** What happens to the cloud while agents send: each fault with what must have happened for it to count. */
import { signedRequest, TestAgent, type TestKey } from "../../cloud/testing/agent.ts";
import type { Chance } from "../seeded.ts";
import type { Estate } from "./estate.ts";
import type { Said } from "./sender.ts";

export type Fault = {
  name: string;
  /** `said`: what agents were answered so far. */
  strike: (estate: Estate, chance: Chance, said: Said) => Promise<void>;
};

export const faults: readonly Fault[] = [
  {
    name: "a replica is killed amid a transaction",
    async strike(estate) {
      await killedAmid(estate);
      await estate.addReplica();
    },
  },
  { name: "PostgreSQL crashes", strike: (estate) => estate.crashDatabase() },
  { name: "PostgreSQL is restarted", strike: ({ database }) => database.restart() },
  {
    name: "PostgreSQL throws out every connection",
    async strike({ database }) {
      await database.sql`
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'atlasbridge_app'`;
    },
  },
  {
    name: "Redis is stopped",
    strike: (estate, chance) => estate.restartRedis(50 + chance.below(300)),
  },
  {
    name: "Redis does not answer",
    async strike({ redis }, chance) {
      redis.pause();
      await Bun.sleep(200 + chance.below(600));
      redis.resume();
    },
  },
  {
    name: "PostgreSQL says nothing, and a replica is told to end meanwhile",
    async strike(estate) {
      estate.freezeDatabase();
      try {
        await Bun.sleep(50);
        await estate.removeReplica("SIGTERM");
      } finally {
        estate.thawDatabase();
      }
      await estate.addReplica();
    },
  },
  {
    name: "the network is cut",
    async strike({ balancer }, chance) {
      balancer.cut();
      await Bun.sleep(100 + chance.below(300));
      balancer.mend();
    },
  },
  {
    name: "a storm of requests uses up every key's allowance",
    strike: (estate, _chance, said) => storm(estate, said),
  },
  {
    name: "the agents' rows are held up",
    async strike({ database }, chance) {
      await database.sql.begin(async (sql) => {
        await sql`SELECT 1 FROM atlasbridge.agents FOR UPDATE`;
        await Bun.sleep(300 + chance.below(700));
      });
    },
  },
  {
    name: "a replica is replaced",
    async strike(estate) {
      await estate.addReplica();
      await estate.removeReplica("SIGTERM");
    },
  },
];

/** For longer than a statement may wait; takes its time, so it is for long runs. */
export const longFaults: readonly Fault[] = [
  {
    name: "the agents' rows are held up for longer than anybody waits",
    async strike({ database }) {
      await database.sql.begin(async (sql) => {
        await sql`SELECT 1 FROM atlasbridge.agents FOR UPDATE`;
        await Bun.sleep(4_500);
      });
    },
  },
];

/** More than a key is granted at once. */
const stormRequests = 200;
const stormWavesMax = 20;

/** Held still until it is seen that a transaction of it is open, and killed then. */
async function killedAmid(estate: Estate): Promise<void> {
  for (;;) {
    estate.freezeReplica();
    await Bun.sleep(30);
    const [row] = await estate.database.sql<{ open: number }[]>`
      SELECT count(*)::int AS open FROM pg_stat_activity
      WHERE usename = 'atlasbridge_app' AND state = 'idle in transaction'
        AND state_change < clock_timestamp() - interval '20 milliseconds'`;
    if ((row?.open ?? 0) > 0) return await estate.removeReplica("SIGKILL");
    estate.thawReplica();
    await Bun.sleep(5);
  }
}

/** Whoever knows a key's id can do that, and nothing more with it. Goes on until an agent has felt it. */
async function storm({ tenants, balancer: { url } }: Estate, said: Said): Promise<void> {
  const limited = (): number => said.get("429") ?? 0;
  const before = limited();
  for (let wave = 0; wave < stormWavesMax; wave += 1) {
    for (const { key } of tenants) await stormOn(url, key);
    if (limited() > before) return;
  }
  throw new Error(`after ${stormWavesMax} waves no agent was told to wait`);
}

async function stormOn(url: string, key: TestKey): Promise<void> {
  const wrong = { ...key, secret: "abs_wrong" };
  const sent = signedRequest(new TestAgent().batch({ from: 1, to: 2, key: wrong }), { key: wrong });
  const replies = Array.from({ length: stormRequests }, () =>
    fetch(`${url}/v1/traces`, sent).then(
      ({ status }) => status,
      () => 0,
    ),
  );
  const statuses = await Promise.all(replies);
  if (statuses.includes(202)) throw new Error("a request of a wrong secret was taken");
}
