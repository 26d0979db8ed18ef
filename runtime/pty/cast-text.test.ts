/** Proves that a written recording is read back as it was. */
import { expect, test } from "bun:test";
import { type CastEvent, parseRecording } from "./asciicast.ts";
import { castHead, castText } from "./cast-text.ts";

test("every kind of event, and what the head says, come back", () => {
  const size = { cols: 80, rows: 24 };
  const waits = [
    { via: "read", timed: false, foreground: true, comm: "sh", pid: 1, tid: 1, sleeps: 0 },
  ] as const;
  const events: CastEvent[] = [
    { atMs: 0, kind: "output", text: '"\u001b[1mä\\' },
    { atMs: 0.125, kind: "input", text: "y\r" },
    { atMs: 1, kind: "resized", size: { cols: 100, rows: 30 } },
    { atMs: 1, kind: "termios", termios: { canonical: true, echo: false, signals: true } },
    { atMs: 1, kind: "kernel", kernel: { waits, blind: false } },
    { atMs: 2, kind: "prompt", id: "a" },
    { atMs: 2, kind: "prompt", id: "b", seq: 12 },
    { atMs: 3, kind: "closed", id: "b", seq: 15 },
    { atMs: 4, kind: "cut", why: "disk_full" },
    { atMs: 5, kind: "exit", exit: { code: null, signal: "SIGTERM" } },
  ];
  const head = { size, command: "sh -c x", term: "xterm" };
  expect(parseRecording(castText(head, events), "a")).toEqual({ size, events });
  const line = castHead({ ...head, timestamp: 1_700_000_000, title: "t" });
  expect(JSON.parse(line)).toEqual({
    ...{ version: 2, width: 80, height: 24, timestamp: 1_700_000_000, title: "t" },
    ...{ command: "sh -c x", env: { TERM: "xterm" } },
  });
});
