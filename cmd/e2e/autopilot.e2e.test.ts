/** The brake, pulled from another shell: no session types anything until it is released. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { answersContinue, governed } from "./policies.ts";
import { piped, seatedRun } from "./start.ts";
import { World } from "./world.ts";

setDefaultTimeout(40_000);

const asksTwice = `until [ -e go1 ]; do sleep 0.01; done
read -r -p 'Continue 1? [y/n] ' a; echo "first=$a"
until [ -e go2 ]; do sleep 0.01; done
read -r -p 'Continue 2? [y/n] ' b; echo "second=$b"`;

async function autopilot(world: World, ...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await piped(world, ["autopilot", ...words]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

test("a pause holds from the next question on, a resume lets policy answer again", async () => {
  await using world = new World();
  const seat = seatedRun(world, governed(world, answersContinue, ["bash", "-c", asksTwice]));
  await world.recorded("session.started");
  expect(await autopilot(world, "pause")).toStartWith("paused: every prompt comes to you, since ");
  world.write("go1", "");
  const [called] = await world.recorded("prompt.escalated");
  expect(called?.data.reason).toBe(
    "automatic replies are paused on this machine (atlasbridge autopilot resume)",
  );
  expect(world.of("reply.injected")).toEqual([]);
  seat.type("n\r");
  await seat.sees("first=n");
  expect(await autopilot(world, "resume")).toStartWith("running: policies decide how much, since ");
  world.write("go2", "");
  await seat.sees("second=y");
  expect(await seat.ended).toBe(0);
  const history = await autopilot(world, "history");
  expect(history).toContain("paused by cli, mode full");
  expect(history).toContain("resumed by cli, mode full");
  expect((await piped(world, ["trace", "verify"])).code).toBe(0);
});

test("a limit holds in sessions that run already", async () => {
  await using world = new World();
  const seat = seatedRun(world, governed(world, answersContinue, ["bash", "-c", asksTwice]));
  await world.recorded("session.started");
  expect(await autopilot(world, "mode", "off")).toStartWith(
    "running: no session does more than off",
  );
  world.write("go1", "");
  const [called] = await world.recorded("prompt.escalated");
  expect(called?.data.reason).toBe("mode is off");
  seat.type("n\r");
  await seat.sees("first=n");
  await autopilot(world, "mode", "full");
  world.write("go2", "");
  await seat.sees("second=y");
  expect(await seat.ended).toBe(0);
});

test("a brake that cannot be read is a pause, and status says which file", async () => {
  await using world = new World();
  world.write("home/autopilot.json", "{");
  const { code, stdout, stderr } = await piped(world, ["autopilot", "status", "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ state: "paused", mode: "off" });
  expect(stderr).toContain("autopilot.json");
  expect(await autopilot(world, "resume")).toStartWith("running: policies decide how much");
});

test("a governed tool may pause and limit, but neither resume nor loosen", async () => {
  await using world = new World();
  const byTool = async (...words: string[]) => {
    return piped(world, ["autopilot", ...words], { env: { ATLASBRIDGE_SESSION: "x" } });
  };
  expect((await byTool("pause")).code).toBe(0);
  expect(await byTool("resume")).toMatchObject({ code: 3, stdout: "" });
  expect((await byTool("mode", "assist")).code).toBe(0);
  expect(await byTool("mode", "full")).toMatchObject({ code: 3, stdout: "" });
  expect(await autopilot(world, "status")).toStartWith("paused");
  expect(await autopilot(world, "resume")).toStartWith("running: no session does more than assist");
});
