/** Sessions are asked what waits in them when that may have changed, and none keeps the others waiting. */
import { expect, test } from "bun:test";
import { limits } from "../../../contracts/limits.ts";
import { manualClock } from "../../../runtime/manual-clock.ts";
import { newSession } from "../../../runtime/trace/drafts.example.ts";
import { promptAt } from "../console/scene.example.ts";
import { type Answer, Asking } from "./asking.ts";

const ids = [newSession(), newSession(), newSession()] as const;
const [a, b, c] = ids;
const nothing: Answer = { prompt: null };

function scene(answer: (id: string) => Answer | Promise<Answer> = () => nothing) {
  const clock = manualClock();
  const asked: string[] = [];
  let late = 0;
  const asking = new Asking({
    clock,
    ask: async (id) => {
      asked.push(id);
      return await answer(id);
    },
    late: () => (late += 1),
  });
  const looked = async (ms = 0, of: readonly (typeof a)[] = ids): Promise<string[]> => {
    clock.advance(ms);
    await asking.ask(of);
    return asked.splice(0);
  };
  return { clock, asking, looked, late: () => late };
}

test("all are asked at first, then those that recorded something: often for a moment, and once after it", async () => {
  const { asking, looked } = scene();
  expect(await looked()).toEqual([...ids]);
  expect(await looked(limits.dashboardLookMs)).toEqual([]);
  asking.touch(b);
  expect(asking.patienceMs).toBe(0);
  let times = 0;
  for (let ms = 0; ms < limits.dashboardAskAgainMs; ms += limits.dashboardLookMs) {
    const found = await looked(limits.dashboardLookMs);
    expect(found).toEqual([b]);
    times += 1;
  }
  expect(times).toBeGreaterThan(3);
  expect(await looked(limits.dashboardLookMs)).toEqual([]);
  expect(asking.patienceMs).toBeGreaterThan(limits.dashboardLookMs);
});

test("one that does not answer is asked more often than those that do, and all of them now and then", async () => {
  const { looked } = scene((id) => (id === a ? { why: "busy" } : nothing));
  await looked();
  expect(await looked(limits.dashboardAskMs)).toEqual([a]);
  expect(await looked(limits.dashboardAskAllMs - limits.dashboardAskMs)).toEqual([...ids]);
});

test("one that does not answer keeps nobody waiting, and is told once it does", async () => {
  const hung = Promise.withResolvers<Answer>();
  const { clock, asking, looked, late } = scene((id) =>
    id === a ? hung.promise : id === b ? { prompt: promptAt(2) } : nothing,
  );
  const first = looked();
  await turn();
  clock.advance(limits.dashboardLookMs);
  await first;
  expect(asking.said).toMatchObject({ prompts: [promptAt(2)], unreachable: [] });
  // It is being asked already.
  expect(await looked(limits.dashboardAskAllMs)).toEqual([b, c]);
  hung.resolve({ why: "it does not answer" });
  await turn();
  expect(late()).toBe(1);
  expect(asking.said.unreachable).toEqual([{ session_id: a, why: "it does not answer" }]);
});

test("one that falls silent still asks what it asked, until it has recorded something else", async () => {
  let answer: Answer = { prompt: promptAt(1) };
  const { asking, looked } = scene(() => answer);
  await looked(0, [a]);
  answer = { why: "busy" };
  await looked(limits.dashboardAskAllMs, [a]);
  expect(asking.said).toMatchObject({ prompts: [promptAt(1)], unreachable: [{ why: "busy" }] });
  asking.touch(a);
  await looked(limits.dashboardLookMs, [a]);
  expect(asking.said.prompts).toEqual([]);
  answer = { prompt: promptAt(3) };
  await looked(limits.dashboardLookMs, [a]);
  expect(asking.said).toEqual({ prompts: [promptAt(3)], unreachable: [] });
});

test("one that has ended is forgotten with what it asked", async () => {
  const { asking, looked } = scene(() => ({ prompt: promptAt(1) }));
  await looked();
  await looked(limits.dashboardLookMs, [b]);
  expect(asking.said.prompts).toHaveLength(1);
});

/** Lets everything go on that waits for nothing but its turn. */
const turn = async (): Promise<void> => {
  for (let times = 0; times < 20; times += 1) await Promise.resolve();
};
