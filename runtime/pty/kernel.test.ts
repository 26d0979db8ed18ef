/** Proves on real programs that the kernel tells who waits for a terminal, and who does not. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { kernelLook } from "./kernel.ts";
import type { KernelEvidence, KernelWait } from "./kernel-wait.ts";
import { startNative } from "./native.ts";
import { eventually, type PtyRun, run } from "./pty-run.ts";

const python = Bun.which("python3");

// Skipped elsewhere than on Linux: what it asks is in /proc.
describe.skipIf(process.platform !== "linux")("the kernel tells", () => {
  const cases: { what: string; argv: [string, ...string[]]; wait: Partial<KernelWait> }[] = [
    { what: "a read", argv: ["cat"], wait: { via: "read", timed: false, comm: "cat" } },
    {
      what: "a read of a grandchild",
      argv: ["sh", "-c", "sh -c 'head -c 1; true'; true"],
      wait: { via: "read", comm: "head" },
    },
    {
      what: "a read through /dev/tty",
      argv: ["sh", "-c", "head -c 1 < /dev/tty; true"],
      wait: { via: "read", comm: "head" },
    },
    {
      what: "epoll",
      argv: [process.execPath, "-e", "process.stdin.on('data', () => {})"],
      wait: { via: "poll" },
    },
  ];
  const pythonCases: typeof cases = [
    ["poll", "p=select.poll();p.register(0,1);p.poll()", false],
    ["poll with a time-out", "p=select.poll();p.register(0,1);p.poll(60000)", true],
    ["select", "select.select([0],[],[])", false],
    ["select with a time-out", "select.select([0],[],[],60)", true],
    ["epoll without a time-out", "e=select.epoll();e.register(0,1);e.poll()", false],
    ["a thread that is not the first", threadReads, false],
  ].map(([what, code, timed]) => ({
    what: String(what),
    argv: ["python3", "-c", `import select,os,threading,time;${code}`],
    wait: { via: code === threadReads ? "read" : "poll", timed: timed === true },
  }));

  for (const { what, argv, wait } of python ? [...cases, ...pythonCases] : cases) {
    test(`${what} of the terminal`, async () => {
      const tool = await run(startNative, argv);
      const look = kernelLook(tool.pty);
      await eventually("the wait", () => look()?.waits.length === 1);
      const evidence = look();
      expect(evidence).toEqual({ waits: [expect.objectContaining(wait)], blind: false });
      expect(evidence?.waits[0]?.foreground).toBe(true);
      await end(tool);
    });
  }

  test("that nobody waits once the tool has ended, reaped or not", async () => {
    const tool = await run(startNative, ["cat"]);
    const look = kernelLook(tool.pty);
    await eventually("the wait", () => look()?.waits.length === 1);
    const nobody = { waits: [], blind: false };
    const zombie = Bun.spawn(["sh", "-c", "sleep 0.01 & exec sleep 60"]);
    const below = () => kernelLook({ pid: childOf(zombie.pid) })();
    await eventually("the child that nobody reaps", () => below()?.waits.length === 0);
    expect(below()).toEqual(nobody);
    zombie.kill();
    await end(tool);
    // While it is being taken down the kernel says for a moment neither that it is there nor that it is gone.
    await eventually("the end", () => look() !== null);
    expect(look()).toEqual(nobody);
  });

  test("that a wait goes on, and that it was woken in between", async () => {
    const tool = await run(startNative, ["cat"]);
    const look = kernelLook(tool.pty);
    await eventually("the wait", () => look()?.waits.length === 1);
    const [first, second] = [sleepsOf(look()), sleepsOf(look())];
    expect(second).toBe(first);
    tool.type("x\n");
    await tool.until("x\nx\n");
    await eventually("the next wait", () => look()?.waits.length === 1);
    expect(sleepsOf(look())).toBeGreaterThan(first);
    await end(tool);
  });

  const listens = "process.stdin.on('data', () => {});";
  // The kernel hands out its list of them a page at a time.
  const heldSockets = `
import asyncio, socket
held = [socket.socketpair() for _ in range(300)]
async def main():
    asyncio.get_running_loop().add_reader(0, lambda: None)
    await asyncio.get_running_loop().create_future()
asyncio.run(main())`;
  const beside: [string, [string, ...string[]], KernelWait["beside"]][] = [
    [
      "Bun has nothing else to do",
      [process.execPath, "-e", listens],
      { from: "loop", errands: [] },
    ],
    [
      "Bun has a timer",
      [process.execPath, "-e", `${listens} setTimeout(() => {}, 60000)`],
      { from: "loop", errands: ["other"] },
    ],
    ["Node has nothing else to do", ["node", "-e", listens], { from: "loop", errands: [] }],
    [
      "Node has a timer that keeps nothing going",
      ["node", "-e", `${listens} setTimeout(() => {}, 60000).unref()`],
      { from: "loop", errands: [] },
    ],
    [
      "Node has a timer",
      ["node", "-e", `${listens} setTimeout(() => {}, 60000)`],
      { from: "loop", errands: ["timer"] },
    ],
    [
      "Node has a child",
      ["node", "-e", `${listens} require("child_process").spawn("sleep", ["60"])`],
      { from: "loop", errands: ["pipe", "child"] },
    ],
    [
      "Node watches files",
      ["node", "-e", `${listens} require("fs").watch("/tmp", () => {})`],
      { from: "loop", errands: ["files"] },
    ],
    [
      "Node has a request of its threads",
      ["node", "-e", `${listens} require("crypto").pbkdf2("a", "b", 1e9, 64, "sha512", () => {})`],
      { from: "loop", errands: ["request"] },
    ],
    [
      "Python's asyncio has nothing else to do, among hundreds of local sockets",
      ["python3", "-c", heldSockets],
      { from: "descriptors", errands: [] },
    ],
    [
      "a relay's program waits",
      ["script", "-qc", "cat", "/dev/null"],
      { from: "inner", errands: [] },
    ],
    [
      "a relay's program sleeps",
      ["script", "-qc", "sleep 60", "/dev/null"],
      { from: "descriptors", errands: ["relay"] },
    ],
  ];
  for (const [what, argv, expected] of beside) {
    // Skipped where that program is not installed.
    test.skipIf(Bun.which(argv[0]) === null)(`that ${what}`, async () => {
      const tool = await run(startNative, argv);
      const look = kernelLook(tool.pty);
      const equal = (): boolean => Bun.deepEquals(look()?.waits[0]?.beside, expected);
      await eventually(`${what}, not ${JSON.stringify(look()?.waits)}`, equal);
      await end(tool);
    });
  }

  const reads = "threading.Thread(target=lambda:os.read(0,1),daemon=True).start()";
  const besides: [string, string, KernelWait["beside"]][] = [
    [
      "another thread has written, and waits for a time",
      `${reads};os.write(1,b'Go on?');threading.Event().wait(60)`,
      { from: "descriptors", errands: ["unasked"] },
    ],
    [
      "another thread has written, and waits for the one that reads",
      `${reads};os.write(1,b'Go on?');threading.Event().wait()`,
      { from: "descriptors", errands: [] },
    ],
    [
      "a thread has written and reads, beside one that waits for a time",
      `threading.Thread(target=lambda:threading.Event().wait(60),daemon=True).start();t=threading.Thread(target=lambda:(os.write(1,b'Go on?'),os.read(0,1)));t.start();t.join()`,
      { from: "descriptors", errands: [] },
    ],
    [
      "the first thread reads what another has asked, which waits for a time",
      `threading.Thread(target=lambda:(os.write(1,b'Go on?'),threading.Event().wait(60)),daemon=True).start();os.read(0,1)`,
      { from: "descriptors", errands: ["unasked"] },
    ],
    [
      "the first thread has asked and reads, beside one that sleeps",
      `threading.Thread(target=lambda:time.sleep(60),daemon=True).start();os.write(1,b'Go on?');os.read(0,1)`,
      undefined,
    ],
  ];
  const seesBeside = async (
    argv: readonly [string, ...string[]],
    what: string,
    expected: KernelWait["beside"],
  ): Promise<void> => {
    const tool = await run(startNative, argv);
    await tool.until("Go on?");
    const look = kernelLook(tool.pty);
    // Until all threads have come to rest.
    const equal = (): boolean => {
      const [wait] = look()?.waits ?? [];
      return wait !== undefined && Bun.deepEquals(wait.beside, expected);
    };
    await eventually(`${what}, not ${JSON.stringify(look()?.waits)}`, equal);
    await end(tool);
  };
  for (const [what, code, expected] of besides) {
    // Skipped where there is no Python 3.
    test.skipIf(!python)(`that ${what}`, async () => {
      await seesBeside(["python3", "-c", `import os,threading,time;${code}`], what, expected);
    });
  }

  const groups: [string, string, KernelWait["beside"]][] = [
    [
      "a job beside the reader has written, and sleeps",
      "(printf 'Go on?'; sleep 60; :) & head -c 1",
      { from: "descriptors", errands: ["job"] },
    ],
    [
      "the reader is in the background of a script that has written, and sleeps",
      "exec 5<&0; head -c 1 <&5 & printf 'Go on?'; sleep 60",
      { from: "descriptors", errands: ["job"] },
    ],
    [
      "a job sleeps that has written nothing",
      "sleep 60 & printf 'Go on?'; head -c 1; :",
      undefined,
    ],
    ["what it asks goes through a filter", "(printf 'Go on?'; head -c 1; :) | cat", undefined],
  ];
  for (const [what, script, expected] of groups) {
    test(`that ${what}`, async () => {
      await seesBeside(["sh", "-c", script], what, expected);
    });
  }

  // Skipped where there is no Python 3.
  test.skipIf(!python)("how long a poll lasts at most", async () => {
    const code = "import select,time;select.select([0],[],[],60.5)";
    const tool = await run(startNative, ["python3", "-c", code]);
    const look = kernelLook(tool.pty);
    await eventually("the wait", () => look()?.waits.length === 1);
    expect(look()?.waits[0]?.timeOutMs).toBe(60_500);
    await end(tool);
  });

  const others: [string, string][] = [
    ["a tool that sleeps", "echo ready; exec sleep 60"],
    ["a tool that waits for another's output", "echo ready; sleep 60 | cat"],
    ["a tool that reads a file that is no terminal", "echo ready; exec cat < /dev/ptmx"],
    ["a tool that works", "echo ready; while :; do :; done"],
  ];
  for (const [what, script] of others) {
    test(`that ${what} waits for nothing`, async () => {
      const tool = await run(startNative, ["sh", "-c", script]);
      await tool.until("ready");
      for (let looks = 0; looks < 20; looks += 1) {
        expect(kernelLook(tool.pty)()).toEqual({ waits: [], blind: false });
        await Bun.sleep(5);
      }
      await end(tool);
    });
  }

  // Skipped where there is no Python 3.
  test.skipIf(!python)("on request, who waits from outside of the foreground group", async () => {
    const tool = await run(startNative, ["python3", "-c", daemonPolls]);
    await tool.until("ready");
    const look = () => kernelLook(tool.pty)("machine");
    await eventually("the wait", () => look()?.waits.length === 1);
    expect(look()?.waits).toMatchObject([{ via: "poll", foreground: false }]);
    expect(kernelLook(tool.pty)()).toEqual({ waits: [], blind: false });
    await end(tool);
  });

  // Skipped without root and setpriv: rights are to be dropped.
  test.skipIf(process.getuid?.() !== 0 || !Bun.which("setpriv"))(
    "that it may not look into another user's process",
    async () => {
      const tool = await run(startNative, ["cat"]);
      await eventually("the wait", () => kernelLook(tool.pty)()?.waits.length === 1);
      const code = `
        import { kernelLook } from ${JSON.stringify(`${import.meta.dir}/kernel.ts`)};
        console.log(JSON.stringify(kernelLook({ pid: ${tool.pty.pid} })()));
      `;
      const drop = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
      const looker = Bun.spawnSync([...drop, process.execPath, "-e", code], { cwd: "/" });
      expect(looker.stdout.toString()).toBe('{"waits":[],"blind":true}\n');
      await end(tool);
    },
  );
});

const threadReads =
  "threading.Thread(target=lambda:os.read(0,1),daemon=True).start();time.sleep(60)";

/** Keeps the terminal open from a session of its own, as pinentry does. */
const daemonPolls = `
import os, select, time
if os.fork() == 0:
    os.setsid()
    select.select([0], [], [])
print("ready", flush=True)
time.sleep(60)
`;

async function end(tool: PtyRun): Promise<void> {
  tool.pty.close();
  await tool.exited;
}

function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ")[0]);
}

function sleepsOf(evidence: KernelEvidence | null): number {
  return evidence?.waits[0]?.sleeps ?? Number.NaN;
}
