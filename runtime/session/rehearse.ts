/** Plays a short session against no tool, so that the first real prompt meets code that has run before. */
import { sessionId } from "../../contracts/ids.ts";
import { manualClock } from "../manual-clock.ts";
import { createPlayer } from "../pty/recorded.ts";
import { systemRandom } from "../random.ts";
import { openMemoryStore } from "../trace/memory.ts";
import type { TraceStore } from "../trace/store.ts";
import type { SessionOptions, SessionParts } from "./parts.ts";
import { Session } from "./session.ts";

/** Sorts that the recognisers look for in their order. The tool ends after the last output, so that is none. */
const outputs = [
  "Continue? [y/N] ",
  "\r\n1) one\r\n2) two\r\nYour choice: ",
  "\r\nProject name: (demo) ",
  "\r\nDelete everything? (yes/no) ",
  "\r\nDone.\r\n",
];
const size = { cols: 80, rows: 24 };
const line = { canonical: true, echo: true, signals: true };
const nextOutputMs = 100;

type RehearsalParts = Pick<SessionParts, "openScreen" | "detect" | "decide"> & {
  /** What stands before the real store, and is to be warm as well. */
  through?: (store: TraceStore) => TraceStore;
};

/**
 * Runs in memory while the real tool is being started, a few milliseconds at a time: `turn` lets what is real go
 * first, and says whether to go on. What is decided and typed here is seen by nobody.
 */
export async function rehearse(
  { through = (store) => store, ...parts }: RehearsalParts,
  turn: () => Promise<"go on" | "stop">,
): Promise<void> {
  if ((await turn()) === "stop") return;
  const clock = manualClock();
  const store = through(openMemoryStore({ clock, random: systemRandom, runtimeVersion: "" }));
  const events = outputs.flatMap((text, at) => [
    { atMs: at * nextOutputMs, kind: "termios" as const, termios: line },
    { atMs: at * nextOutputMs, kind: "output" as const, text },
  ]);
  const player = createPlayer({ size, events }, { clock, pace: "recorded" });
  let sleeps = 0;
  const wait = { pid: 1, tid: 1, comm: "", via: "read", timed: false, foreground: true } as const;
  const session = await Session.start(optionsOf(), {
    ...parts,
    clock,
    random: systemRandom,
    store,
    startPty: player.start,
    kernel: () => () => ({ waits: [{ ...wait, sleeps }], blind: false }),
    decide: (prompt, state) => ({
      ...parts.decide(prompt, state),
      action: "auto_reply",
      value: "n",
      secret: null,
    }),
    readSecret: () => Promise.reject(new Error("a rehearsal has no secrets")),
    heldBack: () => null,
    replied: () => undefined,
  });
  for (let at = 0; at < outputs.length; at += 1) {
    if ((await turn()) === "stop") break;
    clock.advance(nextOutputMs);
    sleeps += 1;
  }
  session.hangUp();
  clock.advance(nextOutputMs);
  await session.ended;
}

function optionsOf(): SessionOptions {
  return {
    id: sessionId.parse(systemRandom.uuidv7()),
    command: { argv: ["rehearsal"], cwd: "/", env: {}, size },
    label: null,
    tool: "rehearsal",
    policyHash: "0".repeat(64),
    settings: { mode: "full", headless: false },
    holder: { pid: 1, startedAs: "" },
    answersQueries: false,
    inputEnded: () => false,
    rim: {
      show: () => undefined,
      drained: () => Promise.resolve(),
      suspend: () => Promise.resolve(),
      callPerson: () => undefined,
      warn: () => undefined,
    },
    onEntry: () => undefined,
  };
}
