/** A known tool is started so that it asks, and the trace says whether it was. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync } from "node:fs";
import { type Ended, piped } from "./start.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

/** A stand-in that prints how it was called. */
async function started(world: World, ...args: string[]): Promise<Ended> {
  const tool = world.write("claude", '#!/bin/sh\necho "called: $*"\n');
  chmodSync(tool, 0o755);
  const [options, words] = args[0] === "--as-is" ? [["--as-is"], args.slice(1)] : [[], args];
  return await piped(world, ["run", "--events", world.events, ...options, "--", tool, ...words]);
}

const asks = (world: World): unknown => world.of("session.started")[0]?.data.asks;

test("claude is started in the mode that asks, which is said in one line and recorded", async () => {
  await using world = new World();
  const { stdout, stderr } = await started(world, "fix the bug");
  expect(stdout).toContain("called: --permission-mode manual fix the bug");
  expect(stderr).toContain("started claude with --permission-mode manual so that it asks");
  expect(asks(world)).toBe("yes");
  expect(world.of("session.started")[0]?.content).toMatchObject({
    command: [world.path("claude"), "--permission-mode", "manual", "fix the bug"],
  });
});

test("with --as-is it is left alone, and nobody claims that it asks", async () => {
  await using world = new World();
  const { stdout, stderr } = await started(world, "--as-is", "fix");
  expect(stdout).toContain("called: fix");
  expect(stderr).not.toContain("so that it asks");
  expect(asks(world)).toBe("unknown");
});

test("a person who switches asking off is obeyed, and told what follows", async () => {
  await using world = new World();
  const { stdout, stderr } = await started(world, "--dangerously-skip-permissions");
  expect(stdout).toContain("called: --dangerously-skip-permissions");
  expect(stderr).toContain("was told not to ask (--dangerously-skip-permissions)");
  expect(asks(world)).toBe("no");
});
