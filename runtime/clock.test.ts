/** Proves that the system's clock calls once, and not after it was told not to. */
import { expect, test } from "bun:test";
import { standStill, systemClock } from "./clock.ts";

test("a timer calls once, after at least its time; a cancelled one never does", async () => {
  const from = systemClock.monotonicMs();
  let cancelled = 0;
  systemClock.after(1, () => (cancelled += 1)).cancel();
  const called = Promise.withResolvers<number>();
  systemClock.after(5, () => called.resolve(systemClock.monotonicMs()));
  expect((await called.promise) - from).toBeGreaterThanOrEqual(4);
  expect(cancelled).toBe(0);
});

test("what comes soon comes after what had arrived, and not before its time", async () => {
  const read = Promise.withResolvers<string>();
  let seen = "";
  const decoder = new TextDecoder();
  const script = "printf a; sleep 0.02; printf b; exec sleep 9";
  const child = Bun.spawn(["bash", "-c", script], {
    terminal: {
      data: (_terminal, bytes) => {
        const text = decoder.decode(bytes);
        seen += text;
        if (!text.includes("a")) return;
        // Nobody reads meanwhile: the rest comes, and waits in the terminal.
        standStill(300);
        const from = systemClock.monotonicMs();
        systemClock.soon(0.5, () => {
          expect(systemClock.monotonicMs() - from).toBeGreaterThanOrEqual(0.5);
          read.resolve(seen);
        });
      },
    },
  });
  expect(await read.promise).toBe("ab");
  child.kill();
  await child.exited;
});

test("what was to come soon does not come once it was cancelled", async () => {
  let called = 0;
  systemClock.soon(0, () => (called += 1)).cancel();
  await new Promise<void>((resolve) => {
    systemClock.soon(1, resolve);
  });
  expect(called).toBe(0);
});
