/** That what a tool has written is known of before this process has read it. */
import { expect, test } from "bun:test";
import { standStill } from "../clock.ts";
import { startNative } from "./native.ts";
import { run } from "./pty-run.ts";

// Skipped elsewhere than on Linux: what it asks is in /proc.
test.skipIf(process.platform !== "linux")(
  "what was written and not read yet is seen, until it is read and after the end",
  async () => {
    const tool = await run(startNative, ["sh", "-c", "sleep 0.1; echo said; read x"]);
    expect(tool.pty.unread()).toBe(false);
    // This process stands still meanwhile, as one that is not given the processor would.
    for (let tries = 0; tries < 600 && !tool.pty.unread(); tries += 1) standStill(5);
    expect([tool.pty.unread(), tool.text().includes("said")]).toEqual([true, false]);
    await tool.until("said\n");
    expect(tool.pty.unread()).toBe(false);
    tool.pty.close();
    await tool.exited;
    expect(tool.pty.unread()).toBe(false);
  },
);
