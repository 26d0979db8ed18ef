/** A process within a governed session is known by what its parents were started with. */
import { expect, test } from "bun:test";
import { isGoverned } from "./governed.ts";

// Skipped elsewhere than on Linux: what it asks is in /proc.
const linux = process.platform === "linux" ? test : test.skip;

async function said(env: Record<string, string>, script: string): Promise<boolean> {
  const child = Bun.spawn(["sh", "-c", script], {
    env: { PATH: "/usr/bin:/bin", ...env },
    stdin: "pipe",
    stdout: "pipe",
  });
  const { value } = await child.stdout.getReader().read();
  const governed = isGoverned(Number(new TextDecoder().decode(value)));
  child.kill("SIGKILL");
  await child.exited;
  return governed;
}

/** Tells its number, and waits to be looked at, by itself: a process that becomes another has no environment meanwhile. */
const here = "echo $$; read -r line";

linux("its own, and that of its parents, though it was taken away from it", async () => {
  expect(await said({}, here)).toBe(false);
  expect(await said({ ATLASBRIDGE_SESSION: "x" }, here)).toBe(true);
  expect(await said({ NOT_ATLASBRIDGE_SESSION: "x" }, here)).toBe(false);
  const bare = `env -i /bin/sh -c 'echo $$; sleep 1' & wait`;
  expect(await said({ ATLASBRIDGE_SESSION: "x" }, bare)).toBe(true);
  expect(await said({}, bare)).toBe(false);
});

test("one that is gone is nobody's", () => {
  expect(isGoverned(2 ** 30)).toBe(false);
});
