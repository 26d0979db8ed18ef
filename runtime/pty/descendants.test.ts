/** The family of a process, as the kernel tells it. */
import { expect, test } from "bun:test";
import { systemClock } from "../clock.ts";
import { withDescendants } from "./descendants.ts";

// Skipped elsewhere than on Linux: what it asks is in /proc.
const linux = process.platform === "linux" ? test : test.skip;

linux("parents come before their children, whatever group they are in", async () => {
  const script = "bash -c 'set -m; sleep 60 & wait' & wait";
  const child = Bun.spawn(["bash", "-c", script], { stdout: "ignore", stderr: "ignore" });
  try {
    let family = withDescendants(child.pid);
    while (family.length < 3) {
      await new Promise<void>((resolve) => systemClock.after(2, resolve));
      family = withDescendants(child.pid);
    }
    expect(family[0]).toBe(child.pid);
    expect(new Set(family).size).toBe(family.length);
  } finally {
    for (const pid of withDescendants(child.pid).toReversed()) process.kill(pid, "SIGKILL");
    await child.exited;
  }
});

test("of a process that is gone nothing is told but itself", () => {
  expect(withDescendants(2 ** 30)).toEqual([2 ** 30]);
});
