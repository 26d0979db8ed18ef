/** The disk fills up while a tool runs: what cannot be recorded is not typed, and the person is asked. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { answersContinue, governed } from "./policies.ts";
import { canMountSmallDisks, mountSmallDisk } from "./small-disk.ts";
import { piped, type Seat, seatedRun } from "./start.ts";
import { never, until } from "./until.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

// Skipped without root: a small disk has to be mounted.
const smallDisks = canMountSmallDisks() ? test : test.skip;

/** Writes until nothing more fits. Returns the file, for giving the room back. */
function fill(folder: string): string {
  const file = join(folder, "ballast");
  const fd = openSync(file, "w");
  const block = new Uint8Array(4_096);
  try {
    for (;;) writeSync(fd, block);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  } finally {
    closeSync(fd);
  }
  return file;
}

const script = `echo ready; until [ -e go ]; do sleep 0.01; done
  read -p "Continue? [y/n] " a; echo "first=<$a>"; until [ -e on ]; do sleep 0.01; done
  read -p "Continue? [y/n] " b; echo "second=<$b>"; exit 5`;

async function askOnFullDisk(world: World): Promise<{ seat: Seat; home: string; ballast: string }> {
  const home = mountSmallDisk(world, "1m");
  const argv = ["bash", "-c", script];
  const seat = seatedRun(world, governed(world, answersContinue, argv), { ATLASBRIDGE_HOME: home });
  await seat.sees("ready");
  const ballast = fill(home);
  world.write("go", "");
  await seat.sees("Continue?");
  await never("a reply without its record", 300, () => seat.shown().includes("first="));
  return { seat, home, ballast };
}

smallDisks(
  "what cannot be recorded is not typed: the person answers, and is told at the end",
  async () => {
    await using world = new World();
    const { seat } = await askOnFullDisk(world);
    seat.type("n\r");
    await seat.sees("first=<n>");
    world.write("on", "");
    await until("the second question stands", () => seat.shown().split("Continue?").length === 3);
    await never("a reply without its record", 300, () => seat.shown().includes("second="));
    seat.type("n\r");
    expect(await seat.ended).toBe(5);
    expect(world.of("reply.injected")).toEqual([]);
    expect(seat.shown()).toMatch(/atlasbridge: the trace cannot be written: no room left/);
    expect(seat.shown()).toMatch(/atlasbridge: \d+ trace entries could not be recorded/);
  },
);

smallDisks("room made again: the story is recorded whole, and policy answers again", async () => {
  await using world = new World();
  const { seat, home, ballast } = await askOnFullDisk(world);
  seat.type("n\r");
  await seat.sees("first=<n>");
  rmSync(ballast);
  world.write("on", "");
  await seat.sees("second=<y>");
  expect(await seat.ended).toBe(5);
  expect(world.of("reply.injected")).toHaveLength(1);
  expect(world.of("prompt.closed").map(({ data }) => data.outcome)).toEqual(["person", "answered"]);
  expect(seat.shown()).not.toContain("could not be recorded");
  const verified = await piped(world, ["trace", "verify"], { env: { ATLASBRIDGE_HOME: home } });
  expect(verified.code).toBe(0);
});

smallDisks("without a person a full disk ends the tool, unanswered, with exit code 3", async () => {
  await using world = new World();
  const home = mountSmallDisk(world, "1m");
  const argv = ["bash", "-c", `touch up; ${script}`];
  const [run = "", ...rest] = governed(world, answersContinue, argv);
  const ending = piped(world, [run, "--headless", ...rest], { env: { ATLASBRIDGE_HOME: home } });
  await until("the tool runs", () =>
    world.entries().some(({ kind }) => kind === "session.started"),
  );
  fill(home);
  world.write("go", "");
  const { code, stdout, stderr } = await ending;
  expect(code).toBe(3);
  expect(stdout).not.toContain("first=");
  expect(stderr).toContain("the trace cannot be written");
});

smallDisks(
  "in best effort the reply is typed all the same, and recorded as late once there is room",
  async () => {
    await using world = new World();
    const home = mountSmallDisk(world, "1m");
    world.write("disk/config.yaml", "audit_mode: best_effort\n");
    const argv = ["bash", "-c", script];
    const seat = seatedRun(world, governed(world, answersContinue, argv), {
      ATLASBRIDGE_HOME: home,
    });
    await seat.sees("ready");
    const ballast = fill(home);
    world.write("go", "");
    await seat.sees("first=<y>");
    expect(world.of("reply.injected")).toEqual([]);
    rmSync(ballast);
    world.write("on", "");
    await seat.sees("second=<y>");
    expect(await seat.ended).toBe(5);
    expect(seat.shown()).toContain("audit_mode is best_effort");
    expect(world.of("audit.chosen").map(({ data }) => data)).toEqual([
      { audit_mode: "best_effort" },
    ]);
    const [late, ...others] = world.of("reply.injected").map(({ data }) => data.late_ms ?? null);
    expect(late).toBeGreaterThan(0);
    expect(others).toEqual([null]);
    const verified = await piped(world, ["trace", "verify"], { env: { ATLASBRIDGE_HOME: home } });
    expect(verified.code).toBe(0);
  },
);
