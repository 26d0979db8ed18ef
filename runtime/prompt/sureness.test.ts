/** How sure detection is: what the text proves against what is known of who waits; and whether one key is the answer. */
import { expect, test } from "bun:test";
import type { KernelWait } from "../pty/kernel-wait.ts";
import { detect } from "./detect.ts";
import type { WaitEvidence } from "./evidence.ts";
import { evidences, screenOf } from "./testing.ts";

/** A poll on a raw terminal that has been quiet for a while, and what else is known of it. */
function polling(parts: Partial<KernelWait>, rest: Partial<WaitEvidence> = {}): WaitEvidence {
  const [base] = evidences.rawPoll.kernel.waits;
  if (base === undefined) throw new Error("there is no wait to begin with");
  const kernel = { waits: [{ ...base, ...parts }], blind: false };
  return { ...evidences.rawPoll, kernel, quietMs: 1_000, ...rest };
}

const timer = { from: "loop", errands: ["timer"] } as const;
const ticks = { timed: true, steadyMs: 50 };
const lines = evidences.lineRead.termios;
const noSignals = { ...evidences.rawPoll.termios, signals: false };
const sights: Record<string, WaitEvidence> = {
  ...{ "line-read": evidences.lineRead, "raw-read": evidences.rawRead, poll: evidences.rawPoll },
  loop: polling({ beside: { from: "loop", errands: [] } }),
  "timed-loop": polling({ timed: true, beside: { from: "loop", errands: [] } }),
  ...{ "timed-poll": evidences.rawTimedPoll, "line-poll": evidences.lineTimedPoll },
  "no-signals": { ...evidences.rawTimedPoll, termios: noSignals },
  settled: polling({ timed: true, steadyMs: 900 }),
  ticking: polling(ticks),
  "ticking-early": polling(ticks, { quietMs: 200 }),
  outside: polling({ foreground: false }),
  busy: polling({ beside: timer }),
  "busy-socket": polling({ beside: { from: "loop", errands: ["socket"] } }),
  "busy-early": polling({ beside: timer }, { quietMs: 200 }),
  "busy-line": polling({ via: "read", beside: timer }, { termios: lines }),
  unasked: polling({ beside: { from: "loop", errands: ["unasked"] } }),
  nobody: evidences.nobody,
  ...{ "unseen-line": evidences.unseenLine, "unseen-raw": evidences.unseenRaw },
  blind: evidences.blind,
};

const menu = "? Pick one\n❯ Red\n  Green\n  Blue";
const screens = {
  "yes-no": screenOf("Continue? [y/n] "),
  "yes-no-full": screenOf("Continue? [y/n] ", { alternate: true }),
  "yes-no-paste": screenOf("Continue? [y/n] ", { bracketedPaste: true }),
  words: screenOf("Continue? (yes/no) "),
  name: screenOf("Name: "),
  menu: screenOf(menu),
  "menu-bare": screenOf(menu, { cursor: { x: 0, y: 3, visible: false } }),
  text: screenOf("Downloading"),
};

/** `-`: at work. `1`: one key answers; `1?`: so it is presumed. */
const table = `
sight          yes-no     yes-no-full  yes-no-paste  words   name    menu    menu-bare  text
line-read      high       high         high          high    high    -       -          -
raw-read       high 1?    high 1       high          high    high    high    high       -
poll           high       high 1       high          high    medium  high    high       -
loop           high       high 1       high          high    medium  high    high       low
timed-loop     high       high 1       high          high    medium  high    high       low
timed-poll     medium 1?  low 1        medium        medium  medium  medium  medium     -
line-poll      medium     low          medium        medium  medium  -       -          -
no-signals     medium     low 1        medium        medium  medium  medium  medium     -
settled        high 1?    low 1        high          high    medium  high    high       -
ticking        low 1?     low 1        low           low     low     low     low        -
ticking-early  -          -            -             -       -       -       -          -
outside        low 1?     low 1        low           low     low     low     low        -
busy           low        low 1        low           low     low     low     low        -
busy-socket    low        low 1        low           low     low     low     low        -
busy-early     -          -            -             -       -       -       -          -
busy-line      low        low          low           low     low     -       -          -
unasked        low        low 1        low           low     low     low     medium     low
nobody         -          -            -             -       -       -       -          -
unseen-line    low        low          low           low     low     -       -          -
unseen-raw     low 1?     low 1        low           low     low     low     low        -
blind          low        low          low           low     low     -       -          -
`;

function told(name: keyof typeof screens, sight: string): string {
  const evidence = sights[sight];
  if (evidence === undefined) throw new Error(`there is no sight ${sight}`);
  const detection = detect(screens[name], evidence);
  if (detection.state !== "waiting") return "-";
  const { confidence, single_key: isKey } = detection.prompt;
  return `${confidence}${isKey ? " 1" : ""}${detection.keyPresumed ? "?" : ""}`;
}

test("by who waits, and by what stands there", () => {
  const [[, ...names] = [], ...rows] = table
    .trim()
    .split("\n")
    .map((row) => row.split(/ {2,}/));
  expect(names).toEqual(Object.keys(screens));
  expect(rows.map(([sight]) => sight)).toEqual(Object.keys(sights));
  for (const [sight = "", ...expected] of rows) {
    const found = names.map((name) => told(name as keyof typeof screens, sight));
    expect([sight, ...found]).toEqual([sight, ...expected]);
  }
});

test("a shell that asks whether to list all it knows takes one key, whatever else it takes by the line", () => {
  for (const question of ["Display all 133 possibilities? (y or n)", "Display all 9? (y or n)"]) {
    const detection = detect(screenOf(question), evidences.rawPoll);
    if (detection.state !== "waiting") throw new Error(detection.why);
    const { kind, single_key: isKey } = detection.prompt;
    expect([question, kind, isKey]).toEqual([
      question,
      "yes_no",
      question.includes("possibilities"),
    ]);
    expect(detection.keyPresumed).toBeUndefined();
  }
});

test("a question of more rows than the screen has begins above it, and is cut", () => {
  const whole = screenOf("Name: ");
  const lines = whole.lines.map((line, at) => (at === 0 ? { ...line, top: -1 } : line));
  for (const [snapshot, cut] of [
    [whole, false],
    [{ ...whole, lines }, true],
  ] as const) {
    const detection = detect(snapshot, evidences.lineRead);
    if (detection.state !== "waiting") throw new Error(detection.why);
    expect(detection.prompt.cut).toBe(cut);
    expect(detection.place).toMatchObject({ row: 0, top: 0, bottom: 0, dialog: false });
  }
});
