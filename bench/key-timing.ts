/** Whether the time of a refusal tells that a key id exists: unknown ids and wrong secrets in a random order, with statistics. */
import { parseArgs } from "node:util";
import { signedRequest, TestAgent, type TestKey } from "../cloud/testing/agent.ts";
import { startDatabase, startService } from "../cloud/testing/service.ts";
import { behind } from "./behind.ts";
import { judge, median, table } from "./figure.ts";

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "4000" },
    draws: { type: "string", default: "400" },
  },
});
const requests = Number(values.requests);

/** A hundredth of what one packet's way through a local network varies by; nobody sees less from outside. */
const differenceMsMax = 0.005;

const database = await startDatabase();
const service = await startService(database);

try {
  const tenant = await service.newTenant();
  // As in use: many keys, of which this is one.
  for (let at = 0; at < 200; at += 1) await service.newKey(tenant);
  const key = await service.newKey(tenant);
  const agent = new TestAgent();
  const last = (secret: string): string =>
    secret.replace(/.$/, (digit) => (digit === "x" ? "y" : "x"));
  const kinds: Record<"wrong" | "again" | "unknown", TestKey> = {
    wrong: { ...key, secret: last(key.secret) },
    // The same thing twice: how far it is from itself is what cannot be told apart.
    again: { ...key, secret: last(key.secret) },
    unknown: { key_id: "abk_Kzzzzzzzzzzzzzzzz", secret: key.secret },
  };
  const names = ["wrong", "again", "unknown"] as const;
  const times: Record<keyof typeof kinds, number[]> = { wrong: [], again: [], unknown: [] };
  const ask = async (name: keyof typeof kinds): Promise<number> => {
    const by = kinds[name];
    const sent = signedRequest(agent.batch({ from: 1, to: 2, key: by }), { key: by });
    const from = performance.now();
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
  const { difference, low, high } = behind(times.wrong, times.unknown, draws);
  const own = behind(times.wrong, times.again, draws);
  const figure = (what: string, ours: number) => ({
    ...{ what, unit: "µs", ours: ours * 1_000, peer: null, target: null, runs: requests },
  });
  const figures = [
    figure("wrong secret, p50", median(times.wrong)),
    figure("unknown key id, p50", median(times.unknown)),
    figure("a wrong secret is behind an unknown id by", difference),
    figure("… at least (99 %)", low),
    figure("… at most (99 %)", high),
    figure("a wrong secret is behind itself by", own.difference),
    figure("… at least (99 %)", own.low),
    figure("… at most (99 %)", own.high),
  ];
  console.log(table(figures.map(judge)));
  // The bounds of what is seen must let it be nothing, or nothing that matters.
  const isSmall = Math.max(low, -high, 0) <= differenceMsMax;
  console.log(`key-timing: ${isSmall ? "not to be told apart" : "they can be told apart"}`);
  process.exitCode = isSmall ? 0 : 1;
} finally {
  await service.stop();
  await database.stop();
}
