/** Whether the time of a refusal tells that a key id exists: unknown ids and wrong secrets, in turns, beside their own noise. */
import { parseArgs } from "node:util";
import { signedRequest, TestAgent, type TestKey } from "../cloud/testing/agent.ts";
import { startDatabase, startService } from "../cloud/testing/service.ts";
import { judge, median, table } from "./figure.ts";

const { values } = parseArgs({ options: { requests: { type: "string", default: "600" } } });

const database = await startDatabase();
const service = await startService(database);
try {
  const key = await service.newKey(await service.newTenant());
  const agent = new TestAgent();
  const wrong: TestKey = {
    ...key,
    secret: key.secret.replace(/.$/, (last) => (last === "x" ? "y" : "x")),
  };
  const unknown: TestKey = { ...key, key_id: "abk_00000000000000000" };
  const time = async (by: TestKey): Promise<number> => {
    const sent = signedRequest(agent.batch({ from: 1, to: 2, key: by }), { key: by });
    const from = performance.now();
    const response = await service.post(sent);
    await response.arrayBuffer();
    if (response.status !== 401) throw new Error(`it was not refused: ${response.status}`);
    return performance.now() - from;
  };
  for (let at = 0; at < 100; at += 1) await time(at % 2 === 0 ? wrong : unknown);
  const times = { wrong: [] as number[], unknown: [] as number[] };
  for (let at = 0; at < Number(values.requests); at += 1) {
    times.wrong.push(await time(wrong));
    times.unknown.push(await time(unknown));
  }
  // How far the same thing is from itself: its even turns against its odd ones.
  const own = (all: readonly number[], odd: number) =>
    median(all.filter((_, at) => at % 2 === odd));
  const noise = Math.abs(own(times.wrong, 0) - own(times.wrong, 1));
  const difference = Math.abs(median(times.wrong) - median(times.unknown));
  const runs = times.wrong.length;
  const ms = (what: string, ours: number) => ({
    what,
    unit: "ms",
    ours,
    peer: null,
    target: null,
    runs,
  });
  const figures = [
    ms("wrong secret, p50", median(times.wrong)),
    ms("unknown key id, p50", median(times.unknown)),
    ms("difference of the two", difference),
    ms("difference of a wrong secret to itself", noise),
  ];
  console.log(table(figures.map(judge)));
} finally {
  await service.stop();
  await database.stop();
}
