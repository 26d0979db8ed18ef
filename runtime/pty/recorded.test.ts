/** Proves that a recording plays as a tool would behave, and that a wrong one is refused by line. */
import { describe, expect, test } from "bun:test";
import type { Clock } from "../clock.ts";
import { systemClock } from "../clock.ts";
import { parseRecording } from "./asciicast.ts";
import type { PtySize } from "./pty.ts";
import { run, runToEnd } from "./pty-run.ts";
import { createPlayer } from "./recorded.ts";

const header = '{"version": 2, "width": 120, "height": 40}';
const cast = [
  header,
  '[0.0, "m", "{\\"termios\\": {\\"icanon\\": true, \\"echo\\": false, \\"isig\\": true}}"]',
  '[0.5, "o", "Passwörd: "]',
  '[1.0, "i", "ignored"]',
  '[1.5, "m", "a person\'s marker"]',
  '[2.0, "r", "90x30"]',
  '[3600, "o", "\\u001b[2Jbye"]',
  '[3601, "m", "{\\"exit\\": 3}"]',
  '[3602, "o", "never"]',
  "",
].join("\n");

const fastest = { clock: systemClock, pace: "fastest" } as const;

describe("a recording", () => {
  test("plays its output, sizes, settings and end", async () => {
    const sizes: PtySize[] = [];
    const recording = parseRecording(cast, "a.cast");
    expect(recording.size).toEqual({ cols: 120, rows: 40 });
    const player = createPlayer(recording, { ...fastest, resized: (size) => sizes.push(size) });
    const tool = await run(player.start, ["any"]);
    await tool.until("Passwörd: ");
    expect(tool.pty.termios()).toEqual({ canonical: true, echo: false, signals: true });
    tool.type("typed");
    expect(await tool.exited).toEqual({ code: 3, signal: null });
    expect(tool.text()).toBe("Passwörd: \x1b[2Jbye");
    expect(sizes).toEqual([{ cols: 90, rows: 30 }]);
    expect(player.writes.map((bytes) => Buffer.from(bytes).toString())).toEqual(["typed"]);
    tool.type("ignored after exit");
    expect(player.writes.length).toBe(1);
  });

  test("keeps its pace when it should", async () => {
    const waits: number[] = [];
    const clock: Clock = {
      ...systemClock,
      after(ms, call) {
        waits.push(ms);
        return systemClock.after(0, call);
      },
    };
    const player = createPlayer(parseRecording(cast, "a.cast"), { clock, pace: "recorded" });
    await runToEnd(player.start, ["any"]);
    expect(waits).toEqual([0, 500, 500, 1000, 3_598_000, 1000]);
  });

  test("stands still while paused", async () => {
    const player = createPlayer(parseRecording(cast, "a.cast"), fastest);
    const tool = await run(player.start, ["any"]);
    tool.tap = () => tool.pty.pause();
    await tool.until("Passwörd: ");
    await Bun.sleep(50);
    expect(tool.text()).toBe("Passwörd: ");
    tool.tap = () => {};
    tool.pty.resume();
    await tool.exited;
    expect(tool.text()).toEndWith("bye");
  });

  test("without an end ends well, and a closed or signalled one as a tool would", async () => {
    const recording = parseRecording(`${header}\n[9, "o", "x"]`, "a.cast");
    const ended = await runToEnd(createPlayer(recording, fastest).start, ["any"]);
    expect(ended.exit).toEqual({ code: 0, signal: null });
    const slow = createPlayer(recording, { ...fastest, pace: "recorded" });
    const closed = await run(slow.start, ["any"]);
    closed.pty.close();
    closed.pty.close();
    expect(await closed.exited).toEqual({ code: null, signal: "SIGHUP" });
    const signalled = await run(slow.start, ["any"]);
    signalled.pty.signal("SIGWINCH");
    signalled.pty.signal("SIGTERM");
    expect(await signalled.exited).toEqual({ code: null, signal: "SIGTERM" });
  });

  test("knows asciicast's own end and a signal's", () => {
    const last = (line: string) => parseRecording(`${header}\n${line}`, "a.cast").events.at(-1);
    expect(last('[1, "x", "7"]')).toMatchObject({ exit: { code: 7, signal: null } });
    expect(last('[1, "m", "{\\"signal\\": \\"SIGKILL\\"}"]')).toMatchObject({
      exit: { code: null, signal: "SIGKILL" },
    });
  });

  test.each([
    ["", "a.cast: line 1: its header is not that of asciicast v2"],
    ['{"version": 1}', "a.cast: line 1: its header"],
    [`${header}\n[1, "o", "x"]\n[1, "o"]`, "a.cast: line 3: it is not [seconds, code, data]"],
    [`${header}\nnonsense`, "a.cast: line 2: it is not"],
    [`${header}\n[1, "r", "big"]`, "a.cast: line 2: its r event has wrong data"],
    [`${header}\n[1, "x", "big"]`, "a.cast: line 2: its x event has wrong data"],
  ])("that is wrong is refused by its line: %p", (text, message) => {
    expect(() => parseRecording(text, "a.cast")).toThrow(message);
  });
});
