/** A person typing wins: whenever their keys come, no automatic reply mixes with them. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { limits } from "../../contracts/limits.ts";
import { answersContinue, governed } from "./policies.ts";
import { seatedRun } from "./start.ts";
import { until } from "./until.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

const tellInput = 'echo done; if read -r -t 0.2 x; then echo "input=<$x>"; else echo no-input; fi';

test("a person's answer wins where policy leaves the question to them", async () => {
  await using world = new World();
  const script = `read -p 'Delete it all? [y/n] ' a; echo "got=$a"; ${tellInput}`;
  const seat = seatedRun(world, governed(world, answersContinue, ["bash", "-c", script]));
  await world.recorded("prompt.escalated");
  seat.type("n\r");
  await seat.sees("got=n");
  await seat.sees("no-input");
  expect(await seat.ended).toBe(0);
  expect(world.of("reply.injected")).toEqual([]);
  expect(world.of("prompt.closed")[0]?.data.outcome).toBe("person");
  expect(world.of("reply.received")[0]?.data.by).toBe("terminal");
});

const typedAhead = {
  "just before the question": 0,
  "long before the question": limits.typingGraceMs + 200,
};

for (const [when, waitMs] of Object.entries(typedAhead)) {
  test(`keys typed ${when} appears are not followed by an automatic reply`, async () => {
    await using world = new World();
    const script = `echo ready; until [ -e go ]; do sleep 0.01; done
      read -p 'Continue? [y/n] ' a; echo "got=<$a>"; ${tellInput}`;
    const seat = seatedRun(world, governed(world, answersContinue, ["bash", "-c", script]));
    await seat.sees("ready");
    seat.type("n");
    await seat.sees("ready\r\nn");
    await Bun.sleep(waitMs);
    world.write("go", "");
    await world.recorded("prompt.escalated");
    seat.type("o\r");
    await seat.sees("got=<no>");
    await seat.sees("no-input");
    expect(await seat.ended).toBe(0);
    expect(world.of("reply.injected")).toEqual([]);
  });
}

test("a line typed ahead answers the question once: policy adds nothing", async () => {
  await using world = new World();
  const script = `echo ready; until [ -e go ]; do sleep 0.01; done
    read -p 'Continue? [y/n] ' a; echo "got=$a"; ${tellInput}`;
  const seat = seatedRun(world, governed(world, answersContinue, ["bash", "-c", script]));
  await seat.sees("ready");
  seat.type("n\r");
  await until("the line stands in the terminal", () => seat.shown().includes("n\r\n"));
  world.write("go", "");
  await seat.sees("got=n");
  await seat.sees("no-input");
  expect(await seat.ended).toBe(0);
  expect(world.of("reply.injected")).toEqual([]);
});

test("keys that come while the question appears answer it alone or not at all", async () => {
  await using world = new World();
  const rounds = 16;
  const script = `i=0; while [ $i -lt ${rounds} ]; do i=$((i + 1)); until [ -e "go$i" ]; do sleep 0.002; done
    read -r -p "Continue $i? [y/n] " a; read -r -t 0.2 -p "rest> " b; echo "$i:$a:$b" >> read; done`;
  const seat = seatedRun(world, governed(world, answersContinue, ["bash", "-c", script]));
  await world.recorded("session.started");
  for (let round = 1; round <= rounds; round += 1) {
    world.write(`go${round}`, "");
    // From before the question to after its answer.
    await Bun.sleep(round * 0.8);
    seat.type("n");
    await Bun.sleep(20);
    seat.type("\r");
    await until(`round ${round} is over`, () => world.lines("read").length >= round);
  }
  expect(await seat.ended).toBe(0);
  // The person's alone; or policy's, and the person's keys, too late, went to what came next.
  const allowed = /^\d+:(n:|y:n)$/;
  expect(world.lines("read").filter((line) => !allowed.test(line))).toEqual([]);
});
