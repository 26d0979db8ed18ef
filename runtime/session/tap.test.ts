/** Proves that a tap hears what passes between a session and its tool, and changes nothing. */
import { expect, test } from "bun:test";
import { detect } from "../prompt/detect.ts";
import type { Pty, PtyListener } from "../pty/pty.ts";
import { createPlayer } from "../pty/recorded.ts";
import { systemClock } from "../clock.ts";
import { systemRandom } from "../random.ts";
import { openScreen } from "../screen/screen.ts";
import { openMemoryStore } from "../trace/memory.ts";
import type { SessionParts } from "./parts.ts";
import { tapped } from "./tap.ts";

const size = { cols: 80, rows: 24 };
const command = { argv: ["ask"], cwd: "/", env: {}, size } as const;

function partsOf(): SessionParts {
  const waits = [
    { pid: 1, tid: 1, comm: "ask", via: "read", timed: false, foreground: true, sleeps: 0 },
  ] as const;
  const events = [
    { atMs: 0, kind: "termios", termios: { canonical: true, echo: true, signals: true } },
    { atMs: 0, kind: "kernel", kernel: { waits, blind: false } },
    { atMs: 0, kind: "output", text: "Go on? [y/N] " },
    { atMs: 60_000, kind: "exit", exit: { code: 0, signal: null } },
  ] as const;
  const player = createPlayer({ size, events }, { clock: systemClock, pace: "recorded" });
  return {
    clock: systemClock,
    random: systemRandom,
    store: openMemoryStore({ clock: systemClock, random: systemRandom, runtimeVersion: "0.0.0" }),
    startPty: player.start,
    openScreen,
    kernel: () => player.kernel,
    detect,
    decide: () => {
      throw new Error("nothing is decided here");
    },
    heldBack: () => null,
    readSecret: () => Promise.reject(new Error("nothing is decided here")),
    replied: () => undefined,
  };
}

test("output, sizes and looks are heard, and what is seen now can be asked for", async () => {
  const heard: unknown[] = [];
  const { parts, sight } = tapped(partsOf(), {
    output: (bytes) => heard.push(Buffer.from(bytes).toString()),
    resized: ({ cols }) => heard.push(cols),
    looked: (termios) => heard.push(termios?.canonical),
    detected: ({ state }) => heard.push(state),
  });
  expect(sight()).toBeNull();
  const screen = parts.openScreen({ size, reply: () => undefined, answersQueries: false });
  const shown = Promise.withResolvers<void>();
  const listener: PtyListener = {
    data(bytes) {
      screen.feed(bytes);
      shown.resolve();
    },
    stopped: () => undefined,
    exit: () => undefined,
  };
  const pty: Pty = await parts.startPty(command, listener);
  parts.kernel(pty);
  await shown.promise;
  screen.resize({ cols: 60, rows: 20 });

  const seen = sight();
  expect(seen?.snapshot.screen[0]?.text).toBe("Go on? [y/N]");
  expect(seen?.evidence).toMatchObject({ termios: { echo: true }, kernel: { waits: [{}] } });
  if (seen !== null) parts.detect(seen.snapshot, seen.evidence);
  expect(heard).toEqual(["Go on? [y/N] ", 60, true, "waiting"]);
  pty.close();
});
