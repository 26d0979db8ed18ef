/** A session's process is recognised while it lives, and only then. */
import { describe, expect, test } from "bun:test";
import { isGone, thisHolder } from "./holder.ts";

async function childHolder() {
  const script = `import { thisHolder } from ${JSON.stringify(`${import.meta.dir}/holder.ts`)};
    console.log(JSON.stringify(thisHolder())); await Bun.stdin.text();`;
  const child = Bun.spawn(["bun", "-e", script], { stdin: "pipe", stdout: "pipe" });
  const { value } = await child.stdout.getReader().read();
  return { child, holder: JSON.parse(new TextDecoder().decode(value)) };
}

describe("the holder of a session", () => {
  test("this process is not gone", () => {
    expect(thisHolder().pid).toBe(process.pid);
    expect(isGone(thisHolder())).toBe(false);
    expect(thisHolder()).toEqual(thisHolder());
  });

  test("another process is there while it lives and gone once it has ended", async () => {
    const { child, holder } = await childHolder();
    expect(holder.pid).toBe(child.pid);
    expect(isGone(holder)).toBe(false);
    child.kill("SIGKILL");
    await child.exited;
    expect(isGone(holder)).toBe(true);
  });

  test("another process with the same number does not pass for it", () => {
    const { pid, startedAs } = thisHolder();
    const before = startedAs.replace(/\d+$/, (start) => String(Number(start) - 1));
    expect(before).not.toBe(startedAs);
    expect(isGone({ pid, startedAs: before })).toBe(true);
  });

  // Skipped elsewhere than on Linux: what it asks is in /proc.
  test.skipIf(process.platform !== "linux")(
    "after a restart of the machine nothing is left",
    () => {
      const { pid, startedAs } = thisHolder();
      const parts = startedAs.split(" ");
      const earlier = ["linux", "00000000-0000-0000-0000-000000000000", ...parts.slice(2)].join(
        " ",
      );
      expect(isGone({ pid, startedAs: earlier })).toBe(true);
    },
  );

  // Skipped elsewhere than on Linux: what it asks is in /proc.
  test.skipIf(process.platform !== "linux")(
    "a process of another container is never called gone",
    () => {
      const { startedAs } = thisHolder();
      const elsewhere = startedAs.replace(/pid:\[\d+\]/, "pid:[1]");
      expect(elsewhere).not.toBe(startedAs);
      expect(isGone({ pid: 2 ** 22 + 1, startedAs: elsewhere })).toBe(false);
    },
  );

  test("with an unknown start only a number that is free counts as gone", () => {
    expect(isGone({ pid: process.pid, startedAs: "unknown" })).toBe(false);
    expect(isGone({ pid: 2 ** 22 + 1, startedAs: "unknown" })).toBe(true);
  });
});
