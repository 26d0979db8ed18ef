/** Proves what the person's side is where there is no terminal; with one, the end-to-end tests drive it in tmux. */
import { expect, test } from "bun:test";
import { systemClock } from "../clock.ts";
import { UserTerminal } from "./user-terminal.ts";

function headless() {
  return new UserTerminal({
    clock: systemClock,
    headless: true,
    term: "xterm-256color",
    tool: "tool",
    fallbackSize: { cols: 101, rows: 33 },
  });
}

test("headless is never interactive, and leaves standard input alone", () => {
  const terminal = headless();
  expect(terminal.interactive).toBe(false);
  const before = process.stdin.listenerCount("data");
  terminal.open({
    input: () => undefined,
    inputEnded: () => undefined,
    resized: () => undefined,
    outputFull: () => undefined,
    outputRoom: () => undefined,
    gone: () => undefined,
    signal: () => undefined,
  });
  expect(process.stdin.listenerCount("data")).toBe(before);
  expect(terminal.inputHasEnded).toBe(false);
  terminal.close();
});

test("signals meant for the tool are handed on while it runs, and are ours again afterwards", async () => {
  const terminal = headless();
  const heard = Promise.withResolvers<string>();
  terminal.open({
    input: () => undefined,
    inputEnded: () => undefined,
    resized: () => undefined,
    outputFull: () => undefined,
    outputRoom: () => undefined,
    gone: () => undefined,
    signal: (name) => heard.resolve(name),
  });
  process.kill(process.pid, "SIGUSR1");
  expect(await heard.promise).toBe("SIGUSR1");
  terminal.close();
  expect(process.listenerCount("SIGUSR1")).toBe(0);
});

test("without a terminal the size is the one to fall back on", () => {
  if (process.stdout.isTTY || process.stderr.isTTY) {
    expect(headless().size().cols).toBeGreaterThan(0);
    return;
  }
  expect(headless().size()).toEqual({ cols: 101, rows: 33 });
});
