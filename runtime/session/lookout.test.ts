/** Proves when a prompt counts as the same, as new and as gone, on the real screen with the real detector. */
import { describe, expect, test } from "bun:test";
import { promptId } from "../../contracts/ids.ts";
import { manualClock } from "../manual-clock.ts";
import { detect } from "../prompt/detect.ts";
import type { WaitEvidence } from "../prompt/evidence.ts";
import { openScreen } from "../screen/screen.ts";
import { Lookout } from "./lookout.ts";
import type { Sight } from "./state.ts";

const reading = {
  pid: 10,
  tid: 10,
  comm: "bash",
  via: "read",
  timed: false,
  foreground: true,
  sleeps: 1,
} as const;

function watch() {
  const clock = manualClock();
  const sights: string[] = [];
  const full: Sight[] = [];
  let waiting = true;
  let typing = false;
  let behind = false;
  let unread = false;
  let sleeps = 1;
  let threads = 1;
  let count = 0;
  const screen = openScreen({
    size: { cols: 80, rows: 24 },
    reply: () => undefined,
    answersQueries: false,
  });
  const evidence = (quietMs: number): WaitEvidence => ({
    kernel: { waits: waiting ? [{ ...reading, sleeps, threads }] : [], blind: false },
    termios: { canonical: true, echo: true, signals: true },
    quietMs,
  });
  const lookout = new Lookout({
    screen,
    clock,
    detect,
    evidence,
    behind: () => behind,
    unread: () => unread,
    newPromptId: () => {
      count += 1;
      return promptId.parse(`01890000-0000-7000-8000-${String(count).padStart(12, "0")}`);
    },
    personTyping: () => typing,
    onSight: (sight) => {
      full.push(sight);
      if (sights.at(-1) !== sight.what || sight.what === "new") sights.push(sight.what);
    },
  });
  const write = (text: string): void => lookout.output(new TextEncoder().encode(text));
  const set = (
    to: Partial<{
      waiting: boolean;
      typing: boolean;
      behind: boolean;
      unread: boolean;
      sleeps: number;
      threads: number;
    }>,
  ): void => {
    behind = to.behind ?? behind;
    unread = to.unread ?? unread;
    sleeps = to.sleeps ?? sleeps;
    threads = to.threads ?? threads;
    waiting = to.waiting ?? waiting;
    typing = to.typing ?? typing;
  };
  return { clock, sights, full, lookout, write, set };
}

describe("a prompt", () => {
  test("is new once and then the same, however often it is looked at", () => {
    const { clock, sights, write } = watch();
    write("Continue? [y/n] ");
    clock.advance(5_000);
    expect(sights).toEqual(["new", "same"]);
  });

  test("is seen with the second look after the last byte", () => {
    const { clock, sights, write } = watch();
    write("Contin");
    write("ue? [y/n] ");
    clock.advance(1.5);
    expect(sights).toEqual([]);
    clock.advance(1);
    expect(sights).toEqual(["new"]);
  });

  test("asked again on the next line, in the same burst as the echo, is a new one", () => {
    const { clock, sights, lookout, write } = watch();
    write("Continue? [y/n] ");
    clock.advance(5);
    lookout.keysSent(true);
    write("y\r\nContinue? [y/n] ");
    clock.advance(5);
    expect(sights.filter((what) => what === "new")).toHaveLength(2);
  });

  test("asked again at the same place after a clear screen, in the same burst, is a new one", () => {
    const { clock, sights, lookout, write } = watch();
    write("\u001b[2J\u001b[HContinue? [y/n] ");
    clock.advance(5);
    lookout.keysSent(true);
    write("y\r\n\u001b[2J\u001b[HContinue? [y/n] ");
    clock.advance(5);
    expect(sights.filter((what) => what === "new")).toHaveLength(2);
  });

  test("that waits on after keys were sent, with nothing written since, is known as repeated", () => {
    const { clock, full, lookout, write, set } = watch();
    write("Continue? [y/n] ");
    clock.advance(5);
    lookout.keysSent(false);
    set({ waiting: false });
    clock.advance(200);
    set({ waiting: true });
    clock.advance(2_000);
    const met = full.filter((sight) => sight.what === "new");
    expect(met.map(({ repeated }) => repeated)).toEqual([false, true]);
  });

  test("that asks again after one for a secret is one, though nothing on the screen tells so any more", () => {
    const kindOf = (first: string): string | undefined => {
      const { clock, full, lookout, write } = watch();
      write(first);
      clock.advance(5);
      lookout.keysSent(true);
      write("x\r\n\u001b[2J\u001b[HOnce more: ");
      clock.advance(50);
      return full.findLast((sight) => sight.what === "new")?.pending.prompt.kind;
    };
    expect([kindOf("API key: "), kindOf("Name: ")]).toEqual(["password", "free_text"]);
  });

  test("that a flood carries off is told as gone before the flood has ended", () => {
    const { clock, sights, lookout, write, set } = watch();
    write("Continue? [y/n] ");
    clock.advance(5);
    lookout.keysSent(true);
    set({ behind: true });
    const flood = new TextEncoder().encode("\r\n".repeat(8_000));
    write("y\r\nat work\r\n");
    expect([sights.at(-1), lookout.skip(flood)]).toEqual(["same", 0]);
    lookout.output(flood);
    expect(sights).toEqual(["new", "same", "nothing"]);
    // Nothing is followed any more that could leave and come back within it.
    expect(lookout.skip(flood)).toBeGreaterThan(0);
  });

  test("redrawn at the same place without any key sent is the same", () => {
    const { clock, sights, write } = watch();
    write("\u001b[HContinue? [y/n] ");
    clock.advance(5);
    write("\u001b[2J\u001b[HContinue? [y/n] ");
    clock.advance(100);
    expect(sights).toEqual(["new", "same"]);
  });

  test("stays the same while a person writes their answer behind it", () => {
    const { clock, sights, write } = watch();
    write("Name: ");
    clock.advance(5);
    for (const letter of "API key: sk-123? [y/n]") {
      write(letter);
      clock.advance(50);
    }
    expect(sights.filter((what) => what === "new")).toHaveLength(1);
  });

  test("stays the same beside a clock on its row, and above a line printed while it is read", () => {
    const { clock, sights, write } = watch();
    write("Deploy? [y/n] ");
    clock.advance(5);
    for (const second of ["01", "02", "03"]) {
      write(`\u001b7\u001b[60G12:00:${second}\u001b8`);
      clock.advance(100);
    }
    write("\r\n[job] noise\r\n");
    clock.advance(200);
    expect(sights).toEqual(["new", "same"]);
  });

  test("is gone only when it stays away: a repaint takes it off for a moment", () => {
    const { clock, sights, write, set } = watch();
    write("Continue? [y/n] ");
    clock.advance(5);
    set({ waiting: false });
    clock.advance(10);
    set({ waiting: true });
    clock.advance(100);
    expect(sights).toEqual(["new", "same"]);
    set({ waiting: false });
    write("\r\nworking\r\n");
    clock.advance(200);
    expect(sights.at(-1)).toBe("nothing");
  });

  test("that is met while the person types says so", () => {
    const { clock, full, write, set } = watch();
    set({ typing: true });
    write("Continue? [y/n] ");
    clock.advance(5);
    expect(full[0]).toMatchObject({ what: "new", personTyping: true });
  });

  test("that scrolled up with its text still there is not asked any more", () => {
    const { clock, sights, write, set } = watch();
    set({ waiting: false });
    write("Continue? [y/n] \r\nno answer needed\r\n");
    clock.advance(3_000);
    expect(sights).toEqual(["nothing"]);
  });
});

test("no question is told while what follows it is unread", () => {
  const { clock, sights, write, set } = watch();
  set({ unread: true });
  write("Continue? [y/n] ");
  clock.advance(50);
  expect(sights).toEqual(["nothing"]);
  set({ unread: false });
  clock.advance(500);
  expect(sights.slice(0, 2)).toEqual(["nothing", "new"]);
});

describe("one more look just before typing", () => {
  const first = promptId.parse("01890000-0000-7000-8000-000000000002");
  const followedId = (full: readonly Sight[]) => {
    const found = full.find((sight) => sight.what === "new");
    return found?.what === "new" ? found.pending.id : first;
  };

  test("says yes while the same reader sleeps, and no when the screen moved on", () => {
    const { clock, lookout, full, write } = watch();
    write("Continue? [y/n] ");
    clock.advance(5);
    const id = followedId(full);
    expect(lookout.stillAsked(id)).toBe("yes");
    write("\r\nnever mind\r\nPassword: ");
    expect(lookout.stillAsked(id)).toBe("no");
  });

  test("does not trust the screen when the reader has woken: its next question may be unread", () => {
    const { clock, lookout, full, write, set } = watch();
    write("Continue? [y/n] ");
    clock.advance(5);
    set({ sleeps: 2 });
    expect(lookout.stillAsked(followedId(full))).toBe("woke");
    expect(lookout.stillAsked(followedId(full))).toBe("yes");
  });

  test("does not trust the screen while something that was written is unread", () => {
    const { clock, lookout, full, write, set } = watch();
    write("Continue? [y/n] ");
    clock.advance(5);
    set({ unread: true });
    expect(lookout.stillAsked(followedId(full))).toBe("woke");
    set({ unread: false });
    expect(lookout.stillAsked(followedId(full))).toBe("yes");
  });

  test("says no when the same words are asked about something else", () => {
    const { clock, lookout, full, write, set } = watch();
    write("To be removed: cache\r\nContinue? [y/n] ");
    clock.advance(5);
    set({ sleeps: 2 });
    write("\u001b[2J\u001b[HTo be removed: /home\r\nContinue? [y/n] ");
    expect(lookout.stillAsked(followedId(full))).toBe("no");
  });

  test("never takes one prompt for another with the same words", () => {
    const { clock, lookout, full, write } = watch();
    write("Continue? [y/n] ");
    clock.advance(5);
    const id = followedId(full);
    lookout.keysSent(true);
    write("y\r\nContinue? [y/n] ");
    clock.advance(5);
    expect(lookout.stillAsked(id)).toBe("no");
  });
});

describe("a question that comes while the reader has been asleep", () => {
  const asleep = () => {
    const all = watch();
    all.lookout.wake();
    all.clock.advance(1_000);
    return all;
  };
  const doubts = (full: readonly Sight[]): (string | undefined)[] =>
    full.flatMap((sight) => (sight.what === "new" ? [sight.pending.doubt?.why] : []));
  const others = "it was written while whoever waits was asleep";

  test("is somebody else's text, and left to a person", () => {
    const { clock, full, write } = asleep();
    write("Overwrite? [y/N] ");
    clock.advance(5);
    expect(doubts(full).at(-1)).toBe(others);
  });

  test("is its own when it woke for it, or when another thread may have written it", () => {
    for (const by of [{ sleeps: 2 }, { threads: 2 }]) {
      const { clock, full, write, set } = asleep();
      set(by);
      write("Overwrite? [y/N] ");
      clock.advance(5);
      expect(doubts(full).at(-1)).toBeUndefined();
    }
  });

  test("is its own when a relay took a moment to pass it on", () => {
    const { clock, full, write, set } = asleep();
    set({ sleeps: 2 });
    write("1 of 2\r\n");
    clock.advance(50);
    write("Overwrite? [y/N] ");
    clock.advance(5);
    expect(doubts(full).at(-1)).toBeUndefined();
  });
});

test("a prompt is not believed while its reader was seen to wake: the screen may be of before", () => {
  const { clock, sights, write, set } = watch();
  write("Continue? [y/n] ");
  clock.advance(1.5);
  set({ sleeps: 2 });
  clock.advance(1);
  expect(sights).toEqual([]);
  write("\u001b[2J\u001b[HDelete it all? [y/n] ");
  clock.advance(5);
  expect(sights.filter((what) => what === "new")).toHaveLength(1);
});

describe("a question that was answered", () => {
  function answered(below: string) {
    const { lookout, write, set, clock, full } = watch();
    write("one\r\ntwo\r\nContinue? [y/n] ");
    clock.advance(100);
    lookout.keysSent(true);
    set({ waiting: false, sleeps: 2 });
    write(below);
    clock.advance(100);
    set({ waiting: true, sleeps: 3 });
    clock.advance(1_000);
    const met = full.flatMap((sight) => (sight.what === "new" ? [sight] : []));
    return met.map(({ pending, repeated }) => `${pending.prompt.question} ${repeated}`);
  }

  test("is known while it stands where it stood, though its program reads on below it", () => {
    expect(answered("\r\n")).toEqual(["Continue? [y/n] false", "Continue? [y/n] true"]);
    const further = answered("\r\n".repeat(3)).slice(1);
    expect(further.filter((one) => one.endsWith("Continue? [y/n] false"))).toEqual([]);
  });

  test("is a new one when it is asked again, on another row or after it had been wiped away", () => {
    const again = ["Continue? [y/n] false", "Continue? [y/n] false"];
    expect(answered("y\r\nContinue? [y/n] ")).toEqual(again);
    expect(answered("\u001b[H\u001b[2JContinue? [y/n] ")).toEqual(again);
  });
});

test("a question that another thread writes below one that is still being read is a person's", () => {
  const { write, set, clock, full } = watch();
  set({ threads: 2 });
  write("Name: ");
  clock.advance(400);
  write("\r\nDelete everything? [y/N] ");
  clock.advance(400);
  const last = full.findLast((sight) => sight.what === "new");
  expect(last?.what === "new" ? last.pending.prompt.question : "").toBe("Delete everything? [y/N]");
  expect(last?.what === "new" ? last.pending.doubt?.why : "").toContain("another question's read");
  write("\r\nName: ");
  set({ sleeps: 2 });
  write("\r\nReally? [y/N] ");
  clock.advance(400);
  const next = full.findLast((sight) => sight.what === "new");
  expect(next?.what === "new" ? next.pending.doubt : "none").toBeUndefined();
});
