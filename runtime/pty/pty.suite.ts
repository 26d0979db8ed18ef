/** The behaviour every `StartPty` of a real terminal must show; each implementation lists what it cannot. */
import { describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StartPty } from "./pty.ts";
import {
  bytesWritten,
  childrenOf,
  eventually,
  isAlive,
  plainEnv,
  refusal,
  run,
  runToEnd,
  stateOf,
} from "./pty-run.ts";

const linux = process.platform === "linux";

type Guarantee = { name: string; linuxOnly?: true; check: (start: StartPty) => Promise<void> };

/** Guarantee's name → why this implementation cannot give it. */
export type Exceptions = Readonly<Record<string, string>>;

export function ptySuite(kind: string, start: StartPty, exceptions: Exceptions): void {
  describe(`${kind} terminal`, () => {
    for (const { name, linuxOnly, check } of guarantees) {
      if (linuxOnly && !linux) continue;
      const reason = exceptions[name];
      if (reason === undefined) test(name, () => check(start), 15_000);
      // An exception that is none any more must be taken off the list.
      else test.failing(`${name} (not here: ${reason})`, () => check(start), 15_000);
    }
    test("every exception names a guarantee", () => {
      const names = new Set(guarantees.map((guarantee) => guarantee.name));
      expect(Object.keys(exceptions).filter((name) => !names.has(name))).toEqual([]);
    });
  });
}

const sizes: Guarantee[] = [
  {
    name: "the tool sees the size it was given",
    check: async (start) => {
      const { text } = await runToEnd(start, ["stty", "size"], { size: { cols: 97, rows: 31 } });
      expect(text).toBe("31 97\n");
    },
  },
  {
    name: "a new size reaches the tool with SIGWINCH",
    check: async (start) => {
      const script = "trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.02; done";
      const tool = await run(start, ["sh", "-c", script]);
      await tool.until("ready");
      tool.pty.resize({ cols: 50, rows: 20 });
      await tool.exited;
      expect(tool.text()).toBe("ready\n20 50\n");
    },
  },
];

const inputs: Guarantee[] = [
  {
    name: "^C interrupts the whole foreground group",
    check: async (start) => {
      const script = "trap 'echo caught' INT; sh -c 'echo ready; exec sleep 100'; echo after $?";
      const tool = await run(start, ["sh", "-c", script]);
      await tool.until("ready");
      tool.type("\x03");
      await tool.exited;
      expect(tool.text()).toBe("ready\n^Ccaught\nafter 130\n");
    },
  },
  {
    name: "a signal goes to the whole foreground group",
    check: async (start) => {
      const script = "trap 'echo caught' TERM; sh -c 'echo ready; exec sleep 100'; echo after $?";
      const tool = await run(start, ["sh", "-c", script]);
      await tool.until("ready");
      tool.pty.signal("SIGTERM");
      await tool.exited;
      expect(tool.text()).toContain("caught\nafter 143\n");
    },
    linuxOnly: true,
  },
  {
    name: "^D ends the tool's input",
    check: async (start) => {
      const tool = await run(start, ["cat"]);
      tool.type("one\n\x04");
      expect(await tool.exited).toEqual({ code: 0, signal: null });
      expect(tool.text()).toContain("one\none\n");
    },
  },
  {
    name: "every byte value passes both ways in raw mode",
    check: async (start) => {
      const tool = await run(start, ["sh", "-c", "stty raw -echo; printf R; exec head -c 512"]);
      await tool.until("R");
      const all = Uint8Array.from({ length: 512 }, (_value, index) => index & 0xff);
      tool.pty.write(all);
      await tool.exited;
      expect(tool.bytes().subarray(1).equals(all)).toBe(true);
    },
  },
  {
    name: "a long input arrives whole and in order",
    check: async (start) => {
      const script = "stty raw -echo; printf R; exec head -c 300000";
      const tool = await run(start, ["sh", "-c", script]);
      await tool.until("R");
      const input = Buffer.alloc(300_000, "0123456789abcdef-").toString();
      for (let at = 0; at < input.length; at += 50_000) tool.type(input.slice(at, at + 50_000));
      await tool.exited;
      expect(tool.text().slice(1) === input).toBe(true);
    },
  },
  {
    name: "the settings of the line discipline can be seen",
    check: async (start) => {
      const script = "read x; stty -echo; echo hidden; read x; stty raw; echo raw; read x";
      const tool = await run(start, ["sh", "-c", script]);
      expect(tool.pty.termios()).toEqual({ canonical: true, echo: true, signals: true });
      tool.type("\n");
      await tool.until("hidden");
      expect(tool.pty.termios()).toEqual({ canonical: true, echo: false, signals: true });
      tool.type("\n");
      await tool.until("raw");
      expect(tool.pty.termios()).toEqual({ canonical: false, echo: false, signals: false });
      tool.pty.close();
      await tool.exited;
      expect(tool.pty.termios()).toBeNull();
    },
  },
];

const outputs: Guarantee[] = [
  {
    name: "a fast exit loses no output",
    check: async (start) => {
      const wanted = Array.from({ length: 1000 }, (_value, index) => `${index + 1}\n`).join("");
      for (let round = 0; round < 20; round += 1) {
        const { text } = await runToEnd(start, ["seq", "1000"]);
        expect(text === wanted).toBe(true);
      }
    },
  },
  {
    name: "characters split over chunks arrive whole",
    check: async (start) => {
      const script = `i=0; while [ $i -lt 4000 ]; do printf 'aé€😀%s\\n' $i; i=$((i+1)); done`;
      const { text } = await runToEnd(start, ["sh", "-c", script]);
      const wanted = Array.from({ length: 4000 }, (_value, index) => `aé€😀${index}\n`).join("");
      expect(text === wanted).toBe(true);
    },
  },
  {
    name: "a chunk is the listener's to keep",
    check: async (start) => {
      const kept: { bytes: Uint8Array; copy: Buffer }[] = [];
      const tool = await run(start, ["sh", "-c", "read x; seq 100000"]);
      tool.tap = (bytes) => kept.push({ bytes, copy: Buffer.from(bytes) });
      tool.type("\n");
      await tool.exited;
      expect(kept.length).toBeGreaterThan(2);
      expect(kept.every(({ bytes, copy }) => copy.equals(bytes))).toBe(true);
    },
  },
  {
    name: "what a slow listener has not taken stays with the tool",
    linuxOnly: true,
    check: async (start) => {
      const tool = await run(start, ["sh", "-c", "read x; exec head -c 30000000 /dev/zero"]);
      tool.collect = false;
      const written: number[] = [];
      tool.tap = () => {
        if (written.length >= 20) return;
        // The event loop stands still; only a thread could read on, and would have to keep what it read.
        const before = bytesWritten(tool.pty.pid);
        Bun.sleepSync(50);
        const after = bytesWritten(tool.pty.pid);
        // Infinite: it has ended, since a reader that keeps up had read all of it before.
        written.push(after === Number.POSITIVE_INFINITY ? 0 : after - before);
      };
      tool.type("\n");
      await tool.exited;
      expect(tool.bytesSeen).toBeGreaterThanOrEqual(30_000_000);
      expect(written).toHaveLength(20);
      expect(Math.max(...written)).toBeLessThan(262_144);
    },
  },
  {
    name: "a reader that pauses holds the tool back",
    check: async (start) => {
      const tool = await run(start, ["yes", "some text that fills a line"]);
      tool.collect = false;
      await tool.until(() => tool.bytesSeen > 100_000);
      const before = tool.bytesSeen;
      tool.pty.pause();
      // That nothing comes is no event: there is only waiting.
      await Bun.sleep(300);
      const paused = tool.bytesSeen;
      // What may pass until a moment has come in which nothing is lost by it, and what the kernel holds besides.
      expect(paused - before).toBeLessThanOrEqual(9_437_184);
      await Bun.sleep(200);
      expect(tool.bytesSeen).toBe(paused);
      tool.pty.resume();
      await tool.until(() => tool.bytesSeen > paused + 1_000_000);
      tool.pty.close();
      await tool.exited;
    },
  },
  {
    name: "a paused tool that was killed still ends",
    check: async (start) => {
      const tool = await run(start, ["yes"]);
      tool.collect = false;
      await tool.until(() => tool.bytesSeen > 10_000);
      tool.pty.pause();
      tool.pty.signal("SIGKILL");
      await tool.exited;
      expect(isAlive(tool.pty.pid)).toBe(false);
    },
  },
  {
    name: "what a paused tool writes last comes after resuming",
    check: async (start) => {
      const tool = await run(start, ["sh", "-c", "read x; seq 1000"]);
      tool.pty.pause();
      tool.type("\n");
      await Bun.sleep(100);
      tool.pty.resume();
      await tool.exited;
      expect(tool.text()).toEndWith("\n999\n1000\n");
    },
  },
];

const ends: Guarantee[] = [
  {
    name: "the exit code is the tool's own",
    check: async (start) => {
      const { exit } = await runToEnd(start, ["sh", "-c", "exit 37"]);
      expect(exit).toEqual({ code: 37, signal: null });
    },
  },
  {
    name: "the signal that ended the tool is named",
    check: async (start) => {
      const { exit } = await runToEnd(start, ["sh", "-c", "kill -KILL $$"]);
      expect(exit).toEqual({ code: null, signal: "SIGKILL" });
    },
  },
  {
    name: "closing the terminal hangs up the tool, and may be done twice",
    check: async (start) => {
      const folder = mkdtempSync(join(tmpdir(), "atlasbridge-pty-"));
      const mark = join(folder, "hung up");
      const script = `trap 'echo yes > "$0"; exit' HUP; echo ready; while :; do sleep 0.02; done`;
      const tool = await run(start, ["sh", "-c", script, mark]);
      await tool.until("ready");
      tool.pty.close();
      tool.pty.close();
      await tool.exited;
      await eventually("the tool's own mark", () => existsSync(mark));
      await eventually("the tool's end", () => !isAlive(tool.pty.pid));
      tool.type("ignored");
      tool.pty.resize({ cols: 1, rows: 1 });
      tool.pty.signal("SIGTERM");
      expect(tool.exits).toBe(1);
    },
  },
];

const starts: Guarantee[] = [
  {
    name: "the environment is exactly the one given",
    check: async (start) => {
      const env = { PATH: plainEnv.PATH, EMPTY: "", LINES_: "a\nb=c", ODD: "é €'\"\\$x `y`" };
      const { text } = await runToEnd(start, ["env", "-0"], { env });
      const wanted = Object.entries(env).map(([name, value]) => `${name}=${value}`);
      expect(text.split("\0").filter(Boolean).sort()).toEqual(wanted.sort());
    },
  },
  {
    name: "the working directory is the one given",
    check: async (start) => {
      const cwd = realpathSync(mkdtempSync(join(tmpdir(), "a folder ")));
      const { text } = await runToEnd(start, ["pwd", "-P"], { cwd });
      expect(text).toBe(`${cwd}\n`);
    },
  },
  {
    name: "arguments arrive unharmed",
    check: async (start) => {
      const odd = ["a b", `"q"`, "it's", "b\\ck", "two\nlines", "", "né€😀", "$HOME", "`id`", "\\"];
      const more = ["'\\''", "*", "~", "#", "a;b|c&d>e", "-n", "--", "\t", "!!", "'", " "];
      const args = [...odd, ...more];
      const { text } = await runToEnd(start, ["printf", "<%s>", ...args]);
      expect(text).toBe(args.map((argument) => `<${argument}>`).join(""));
    },
  },
  {
    name: "signals have their default dispositions and none is blocked",
    linuxOnly: true,
    check: async (start) => {
      const { text } = await runToEnd(start, ["grep", "-E", "^Sig(Ign|Blk)", "/proc/self/status"]);
      expect(text).toBe("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
    },
  },
  {
    name: "the tool has nothing open but its terminal",
    linuxOnly: true,
    check: async (start) => {
      const { text } = await runToEnd(start, ["ls", "/proc/self/fd"]);
      // 3 is the folder that `ls` reads.
      expect(text.trim().split(/\s+/)).toEqual(["0", "1", "2", "3"]);
    },
  },
  {
    name: "the tool has its own session and is in the terminal's foreground",
    check: async (start) => {
      const script = "tty; ps -o sid= -o pgid= -o tpgid= -p $$";
      const { text, run: tool } = await runToEnd(start, ["sh", "-c", script]);
      const [tty, ids = ""] = text.split("\n");
      const [session, group, foreground] = ids.trim().split(/\s+/).map(Number);
      expect(tty).toBe(tool.pty.ttyPath ?? "unknown");
      expect(group).toBe(tool.pty.pid);
      expect(foreground).toBe(tool.pty.pid);
      const ours = Number(Bun.spawnSync(["ps", "-o", "sid=", "-p", `${process.pid}`]).stdout);
      expect(session).not.toBe(ours);
    },
  },
  {
    name: "a command that does not exist starts nothing",
    linuxOnly: true,
    check: async (start) => {
      const before = childrenOf(process.pid);
      const wanted = { code: "command_not_found" };
      expect(await refusal(start, ["no-such-command"])).toMatchObject({
        ...wanted,
        message: "no-such-command: command not found; check the spelling or your PATH",
      });
      expect(await refusal(start, ["./no-such-command"])).toMatchObject(wanted);
      await eventually("no process is left", () => childrenOf(process.pid).length <= before.length);
    },
  },
  {
    name: "what cannot be executed is told apart from what does not exist",
    check: async (start) => {
      const wanted = { code: "command_not_executable" };
      expect(await refusal(start, ["/etc/passwd"])).toMatchObject(wanted);
      expect(await refusal(start, ["/tmp"])).toMatchObject(wanted);
      expect(await refusal(start, ["echo", "nul\0byte"])).toMatchObject(wanted);
    },
  },
  {
    name: "a working directory that does not exist is named",
    check: async (start) => {
      expect(await refusal(start, ["true"], { cwd: "/no/such" })).toMatchObject({
        code: "command_not_executable",
        message: "/no/such: this working directory does not exist; start from another one",
      });
    },
  },
];

const jobs: Guarantee[] = [
  {
    name: "^Z stops the tool and continueJob wakes it",
    check: async (start) => {
      const tool = await run(start, ["sh", "-c", "echo ready; read x; echo got $x"]);
      await tool.until("ready");
      for (let round = 1; round <= 3; round += 1) {
        tool.type("\x1a");
        await tool.until(() => tool.stops === round);
        expect(stateOf(tool.pty.pid)).toBe("T");
        tool.pty.continueJob();
        // A ^Z typed before would be lost: the kernel drops it when the job is continued.
        await eventually("the tool runs", () => stateOf(tool.pty.pid) === "S");
      }
      tool.type("it\n");
      expect(await tool.exited).toEqual({ code: 0, signal: null });
      expect(tool.text()).toEndWith("got it\n");
    },
  },
  {
    name: "a tool that stops itself can be woken",
    check: async (start) => {
      const tool = await run(start, ["sh", "-c", "kill -STOP $$; echo back"]);
      await tool.until(() => tool.stops === 1);
      tool.pty.continueJob();
      expect(await tool.exited).toEqual({ code: 0, signal: null });
      expect(tool.text()).toEndWith("back\n");
    },
  },
];

const guarantees: readonly Guarantee[] = [sizes, inputs, outputs, ends, starts, jobs].flat();
