/** Proves when a tool's dialog is acted upon: still for long enough, not contradicted, and each one once. */
import { describe, expect, test } from "bun:test";
import { limits } from "../../contracts/limits.ts";
import { above, announce, dialog, watch, wipe } from "./watched.example.ts";

const { dialogStillMs, announceGraceMs } = limits;

describe("a dialog", () => {
  test("is acted upon when it has stood unchanged for its time, and not a moment earlier or later", () => {
    const { clock, met, write } = watch();
    write(dialog("Run rm?"));
    clock.advance(dialogStillMs - 1);
    expect(met).toEqual([]);
    clock.advance(1.1);
    expect(met.map(({ atMs }) => Math.round(atMs))).toEqual([dialogStillMs]);
  });

  test("waits no longer for a mark that blinks, a clock or a title elsewhere", () => {
    const { clock, met, write } = watch();
    write(dialog("Run rm?"));
    for (let tick = 0; tick < 9; tick += 1) {
      clock.advance(11);
      write(above(tick % 2 === 0 ? "●" : " "));
      write(`\u001b]0;${tick} working\u0007`);
    }
    clock.advance(1.5);
    expect(met.map(({ atMs }) => Math.round(atMs))).toEqual([dialogStillMs]);
  });

  test("begins its time anew when its own rows change, in words or in looks alone", () => {
    for (const change of ["\u001b[11;1H   yes\r\n > no", "\u001b[11;1H\u001b[7m > yes [y]"]) {
      const { clock, met, write } = watch();
      write(dialog("Run rm?"));
      clock.advance(60);
      write(change);
      clock.advance(dialogStillMs - 2);
      expect(met).toEqual([]);
      clock.advance(2.5);
      expect(met).toHaveLength(1);
    }
  });

  test("that was painted only for a moment is never acted upon", () => {
    const { clock, met, write } = watch();
    write(dialog("Run rm?"));
    clock.advance(50);
    write(wipe);
    clock.advance(10);
    write(dialog("Run rm?"));
    clock.advance(dialogStillMs - 2);
    expect(met).toEqual([]);
    write(wipe);
    clock.advance(1_000);
    expect(met).toEqual([]);
  });

  test("in which something never stands still is told in the end, and not to be trusted", () => {
    const { clock, met, write } = watch();
    write(dialog("Run rm?"));
    for (let tick = 0; tick < 50 && met.length === 0; tick += 1) {
      clock.advance(50);
      write(`\u001b[11;20H${tick}`);
    }
    expect(met[0]?.pending).toMatchObject({
      prompt: { confidence: "low" },
      doubt: { why: "something in it never stands still" },
    });
  });

  test("into which a person pressed a key while it was waited for is known as theirs", () => {
    const { clock, met, lookout, write } = watch();
    write(dialog("Run rm?"));
    clock.advance(50);
    lookout.personTyped();
    clock.advance(100);
    expect(met.map(({ personTyping }) => personTyping)).toEqual([true]);
  });

  test("is the last look's before typing only with all its rows as they were", () => {
    const { clock, met, lookout, write } = watch();
    write(dialog("Run rm?"));
    clock.advance(150);
    const id = met[0]?.pending.id;
    if (id === undefined) throw new Error("no prompt was met");
    expect(lookout.stillAsked(id)).toBe("unseen");
    write("\u001b[11;1H   yes\r\n > no");
    expect(lookout.stillAsked(id)).toBe("no");
  });

  test("whose tool is busy for a moment is waited for, not given up", () => {
    const { clock, met, lookout, write, busy } = watch();
    write(dialog("Run rm?"));
    clock.advance(50);
    busy(true);
    clock.advance(200);
    expect(met).toEqual([]);
    busy(false);
    clock.advance(limits.busyLookMs);
    expect(met).toHaveLength(1);
    const id = met[0]?.pending.id;
    if (id === undefined) throw new Error("no prompt was met");
    busy(true);
    expect(lookout.stillAsked(id)).toBe("woke");
    write(wipe);
    expect(lookout.stillAsked(id)).toBe("no");
  });

  test("that changed after it was decided upon is not typed into, however often it was looked at since", () => {
    const { clock, met, lookout, write } = watch();
    write(dialog("Run rm?"));
    clock.advance(150);
    const id = met[0]?.pending.id;
    if (id === undefined) throw new Error("no prompt was met");
    write("\u001b[11;1H > yes [y] and more");
    clock.advance(1_000);
    expect(met).toHaveLength(1);
    expect(lookout.stillAsked(id)).toBe("no");
  });

  test("is not typed into when what stands above its question is not what it was", () => {
    const { clock, met, lookout, write } = watch("as it comes");
    write(above("  make clean", 9) + dialog("Run it?"));
    clock.advance(150);
    const id = met[0]?.pending.id;
    if (id === undefined) throw new Error("no prompt was met");
    expect(lookout.stillAsked(id)).toBe("unseen");
    write(above("  rm -rf /   ", 9));
    expect(lookout.stillAsked(id)).toBe("no");
  });

  test("whose highlight is being moved is another one when it is about something else", () => {
    const { clock, met, lookout, write } = watch();
    write(above("  make clean", 9) + dialog("Run it?"));
    clock.advance(150);
    const id = met[0]?.pending.id;
    if (id === undefined) throw new Error("no prompt was met");
    lookout.keysSent(false, "moving");
    write("\u001b[11;1H   yes [y]\r\n > no");
    expect(lookout.stillAsked(id)).toBe("unseen");
    write(above("  rm -rf /  ", 9));
    expect(lookout.stillAsked(id)).toBe("no");
  });

  test("is not typed into while output waits to be shown", () => {
    const { clock, met, lookout, write, behind } = watch();
    write(dialog("Run rm?"));
    clock.advance(150);
    behind(true);
    const id = met[0]?.pending.id;
    expect(id === undefined ? "" : lookout.stillAsked(id)).toBe("woke");
  });

  test("being painted anew is not typed into", () => {
    const { clock, met, lookout, write } = watch();
    write(dialog("Run rm?"));
    clock.advance(150);
    write("\u001b[?2026h");
    const id = met[0]?.pending.id;
    expect(id === undefined ? "" : lookout.stillAsked(id)).toBe("woke");
  });
});

describe("an answered dialog", () => {
  function answered() {
    const all = watch();
    all.write(above("● Bash(rm)"));
    all.write(dialog("Run rm?"));
    all.clock.advance(150);
    all.lookout.keysSent(false);
    return all;
  }

  test("that is still being repainted is no new one", () => {
    const { clock, met, write } = answered();
    for (let tick = 0; tick < 20; tick += 1) {
      write(`${wipe}${dialog("Run rm?")}`);
      write(above(tick % 2 === 0 ? "○ Bash(rm)" : "● Bash(rm)"));
      clock.advance(50);
    }
    expect(met).toHaveLength(1);
  });

  test("that comes back with the screen that another one had covered is known as answered", () => {
    const { clock, met, write } = answered();
    write("\u001b[?1049h\u001b[2Jan editor");
    clock.advance(500);
    write("\u001b[?1049l");
    clock.advance(200);
    expect(met.map(({ repeated }) => repeated)).toEqual([false, true]);
    write(`${wipe}${dialog("Run rm again?")}`);
    clock.advance(200);
    expect(met.at(-1)?.repeated).toBe(false);
  });

  test("that is asked again after the screen was without it is a new one", () => {
    const { clock, met, write } = answered();
    write(wipe);
    clock.advance(60);
    write(dialog("Run rm?"));
    clock.advance(dialogStillMs - 1);
    expect(met).toHaveLength(1);
    clock.advance(2);
    expect(met).toHaveLength(2);
  });

  test("that is asked again at once, below a longer transcript, is a new one", () => {
    const { clock, met, sights, write } = answered();
    write(`${wipe}${above("  done: removed\r\n● Bash(rm)", 6)}${dialog("Run rm?")}`);
    clock.advance(dialogStillMs - 2);
    expect(met).toHaveLength(1);
    clock.advance(3);
    expect(met).toHaveLength(2);
    expect(met[1]?.repeated).toBe(false);
    expect(sights.slice(sights.indexOf("new"))).toEqual(["new", "same", "new", "same"]);
  });

  test("is not taken for a new one while the tool announces that it is blocked all along", () => {
    const { clock, met, write, lookout } = watch();
    write(announce("blocked") + above("● Bash(rm)") + dialog("Run rm?"));
    clock.advance(150);
    lookout.keysSent(false);
    write(above("another process prints this", 6));
    clock.advance(500);
    expect(met).toHaveLength(1);
    write(`${announce("working")}${announce("blocked")}`);
    clock.advance(500);
    expect(met).toHaveLength(2);
  });
});

test("a dialog that is resized is the same one, also when it cannot be read for a while", () => {
  const { clock, met, sights, lookout, screen, write } = watch();
  write(dialog("Run rm -rf build?"));
  clock.advance(150);
  screen.resize({ cols: 40, rows: 20 });
  lookout.resized();
  write("\u001b[2J");
  clock.advance(300);
  write(dialog("Run rm …?", 4));
  clock.advance(500);
  expect(met).toHaveLength(1);
  expect(sights).toEqual(["new", "same"]);
});

describe("what the tool announces", () => {
  test("may come after the paint: until then the dialog waits, and is then as good as any", () => {
    const { clock, met, write } = watch();
    write(announce("working") + dialog("Run rm?"));
    clock.advance(announceGraceMs - 10);
    expect(met).toEqual([]);
    write(announce("blocked"));
    clock.advance(2.5);
    expect(met[0]?.pending.doubt).toBeUndefined();
    expect(met[0]?.pending.prompt.confidence).toBe("high");
  });

  test("against the dialog for longer makes it doubtful", () => {
    const { clock, met, write } = watch();
    write(announce("working") + dialog("Run rm?"));
    clock.advance(announceGraceMs + 5);
    expect(met[0]?.pending).toMatchObject({
      prompt: { confidence: "low" },
      doubt: { disagreed: { screen: "waiting", announced: "working" } },
    });
  });

  test("alone becomes a prompt of unknown kind once it lasts, until it is over", () => {
    const { clock, met, sights, write } = watch();
    write(`something nobody knows${announce("blocked")}`);
    clock.advance(limits.blockedUnseenMs - 100);
    expect(met).toEqual([]);
    clock.advance(limits.settleLastMs * 2);
    expect(met.map(({ pending }) => pending)).toMatchObject([
      {
        prompt: { kind: "unknown", confidence: "low", question: "approve it" },
        doubt: { disagreed: { screen: "idle", announced: "blocked" } },
      },
    ]);
    write(announce("working"));
    clock.advance(limits.settledMs + 200);
    expect(sights).toEqual(["nothing", "new", "same", "nothing"]);
  });

  test("for a moment, before its dialog is painted, is no prompt of its own", () => {
    const { clock, met, write } = watch();
    write(announce("blocked"));
    clock.advance(900);
    write(dialog("Run rm?"));
    clock.advance(5_000);
    expect(met.map(({ pending }) => pending.prompt.kind)).toEqual(["yes_no"]);
  });
});

describe("a dialog into which nobody has typed", () => {
  const asks = (about: string): string => `${above(about, 9)}${dialog("Run it?")}`;

  test("is another one when it says other words, at once", () => {
    const { clock, met, write } = watch();
    write(asks("rm build"));
    clock.advance(1_000);
    write(asks("cat notes"));
    clock.advance(1_000);
    expect(met.map(({ pending }) => pending.prompt.context)).toEqual(["rm build", "cat notes"]);
  });

  test("is another one when its tool went on and comes back with another number in it", () => {
    const { clock, met, write, busy } = watch();
    write(asks("rm build-7"));
    clock.advance(1_000);
    busy(true);
    for (let line = 0; line < 4; line += 1) {
      clock.advance(400);
      write(`\u001b[${20 + line};1Hnobody answers: going on`);
    }
    busy(false);
    write(asks("rm build-9"));
    clock.advance(1_000);
    expect(met.map(({ pending }) => pending.prompt.context)).toEqual(["rm build-7", "rm build-9"]);
  });

  test("is the same one while a clock runs in it, or its mark blinks when its tool is busy for a moment", () => {
    const { clock, met, write, busy } = watch();
    write(asks("● rm build, 9 s left"));
    clock.advance(1_000);
    for (const left of ["8", "7"]) {
      write(asks(`● rm build, ${left} s left`));
      clock.advance(1_000);
    }
    busy(true);
    write(asks("  rm build, 7 s left"));
    clock.advance(100);
    busy(false);
    write(asks("● rm build, 7 s left"));
    clock.advance(1_000);
    expect(met).toHaveLength(1);
  });
});
