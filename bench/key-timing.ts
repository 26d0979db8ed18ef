/** Whether the time of a refusal tells that a key id exists: unknown ids and wrong secrets in a random order, with statistics. */
import { parseArgs } from "node:util";
import { keyIdRandomBytes, writeKeyId } from "../contracts/api-key.ts";
import { systemRandom } from "../cloud/random.ts";
import { signedRequest, TestAgent, type TestKey } from "../cloud/testing/agent.ts";
import { startRedis } from "../cloud/testing/redis.ts";
import { startDatabase, startService } from "../cloud/testing/service.ts";
import { behind } from "./behind.ts";
import { judge, median, table } from "./figure.ts";

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "4000" },
    draws: { type: "string", default: "400" },
    /** Limits in the process: without Redis a look at one more of them would hardly be seen. */
    alone: { type: "boolean", default: false },
  },
});
const requests = Number(values.requests);

/** A twentieth of what one packet's way through a local network varies by; nobody sees less from outside. */
const differenceMsMax = 0.02;
/** In use, and not: as many of each as make every look-up one of many. */
const keysInUse = 40;
const keysMore = 160;

const database = await startDatabase();
const redis = values.alone ? null : await startRedis(database.home);
const service = await startService(database, { redisUrl: redis?.url ?? null });

try {
  const tenant = await service.newTenant();
  const agent = new TestAgent();
  const batchBy = (key: TestKey) => signedRequest(agent.batch({ from: 1, to: 2, key }), { key });
  const inUse: TestKey[] = [];
  for (let at = 0; at < keysInUse + keysMore; at += 1) {
    const key = await service.newKey(tenant);
    if (at >= keysInUse) continue;
    // Believed once: from then on the service treats it as one that it knows.
    if ((await service.post(batchBy(key))).status !== 202) throw new Error("a key opens nothing");
    inUse.push(key);
  }
  const secretBy = ({ secret }: TestKey): string =>
    secret.replace(/.$/, (digit) => (digit === "x" ? "y" : "x"));
  const wrong = (): TestKey => {
    const key = inUse[Math.floor(Math.random() * inUse.length)] ?? { key_id: "", secret: "" };
    return { ...key, secret: secretBy(key) };
  };
  const unknown = (): TestKey => {
    const key_id = writeKeyId(systemRandom.bytes(keyIdRandomBytes));
    return { ...wrong(), key_id };
  };
  /** `again`, the same thing twice: how far it is from itself cannot be told apart. `planted`: that far it must be. */
  const kinds = { wrong, again: wrong, planted: wrong, unknown };
  const names = ["wrong", "again", "planted", "unknown"] as const;
  const times = { wrong: [], again: [], planted: [], unknown: [] } as Record<
    keyof typeof kinds,
    number[]
  >;
  const ask = async (name: keyof typeof kinds): Promise<number> => {
    const sent = batchBy(kinds[name]());
    const from = performance.now();
    while (name === "planted" && performance.now() < from + differenceMsMax);
    const response = await service.post(sent);
    await response.arrayBuffer();
    if (response.status !== 401) throw new Error(`it was not refused: ${response.status}`);
    return performance.now() - from;
  };
  for (let at = 0; at < 300; at += 1) for (const name of names) await ask(name);
  for (let at = 0; at < requests; at += 1) {
    const order = [...names].toSorted(() => Math.random() - 0.5);
    for (const name of order) times[name].push(await ask(name));
  }
  const draws = Number(values.draws);
  const { difference, low, high } = behind(times.wrong, times.unknown, { draws });
  const own = behind(times.wrong, times.again, { draws });
  const planted = behind(times.planted, times.wrong, { draws });
  const figure = (what: string, ours: number) => ({
    ...{ what, unit: "µs", ours: ours * 1_000, peer: null, target: null, runs: requests },
  });
  const figures = [
    figure("wrong secret of a key in use, p50", median(times.wrong)),
    figure("unknown key id, p50", median(times.unknown)),
    figure("a wrong secret is behind an unknown id by", difference),
    figure("… at least (99 %)", low),
    figure("… at most (99 %)", high),
    figure("a wrong secret is behind itself by", own.difference),
    figure("… at least (99 %)", own.low),
    figure("… at most (99 %)", own.high),
    figure(`${differenceMsMax * 1_000} µs that were planted are seen as`, planted.difference),
    figure("… at least (99 %)", planted.low),
  ];
  console.log(table(figures.map(judge)));
  // Three answers: a run that would not have seen the planted difference has shown nothing.
  const isApart = Math.max(low, -high, 0) > differenceMsMax;
  const isSame = low > -differenceMsMax && high < differenceMsMax && planted.low > 0;
  const answer = isSame ? "not to be told apart" : "nothing was shown: the machine is too busy";
  console.log(`key-timing: ${isApart ? "they can be told apart" : answer}`);
  process.exitCode = isSame ? 0 : 1;
} finally {
  await service.stop();
  await redis?.stop();
  await database.stop();
}
