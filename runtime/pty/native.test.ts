/** Proves the native terminal, its leader, and what happens when the runtime or the leader dies. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../clock.ts";
import { createStartNative, leaderCommand, startNative } from "./native.ts";
import { ptySuite } from "./pty.suite.ts";
import { eventually, isAlive, plainEnv, refusal, run, runToEnd, stateOf } from "./pty-run.ts";

ptySuite("native", startNative, {});

describe("the leader", () => {
  test("takes no settings from the tool's environment or folder", async () => {
    const cwd = mkdtempSync(join(tmpdir(), "atlasbridge-pty-"));
    writeFileSync(join(cwd, "bunfig.toml"), "this is no TOML");
    const env = { ...plainEnv, BUN_OPTIONS: "--no-such-option", BUN_BE_BUN: "1" };
    const { text } = await runToEnd(startNative, ["sh", "-c", "echo $BUN_OPTIONS"], { env, cwd });
    expect(text).toBe("--no-such-option\n");
    rmSync(cwd, { recursive: true });
  });

  test("passes on an environment longer than a socket's buffer", async () => {
    const env: Record<string, string> = { ...plainEnv };
    for (let index = 0; index < 10; index += 1) env[`BIG_${index}`] = `${index}`.repeat(100_000);
    const script = "echo ${#BIG_0} ${#BIG_9}";
    const { text } = await runToEnd(startNative, ["sh", "-c", script], { env });
    expect(text).toBe("100000 100000\n");
  });

  test("that dies takes the tool with it and ends the session", async () => {
    const tool = await run(startNative, ["sleep", "100"]);
    process.kill(leaderOf(tool.pty.pid), "SIGKILL");
    expect(await tool.exited).toEqual({ code: null, signal: "SIGHUP" });
    await eventually("the tool's end", () => !isAlive(tool.pty.pid));
  });

  test("that cannot run is an error of the terminal, not of the tool", async () => {
    const start = createStartNative({ clock: systemClock, leader: ["false"] });
    expect(await refusal(start, ["true"])).toMatchObject({ code: "pty_unavailable" });
    const missing = createStartNative({ clock: systemClock, leader: ["/no/such/leader"] });
    expect(await refusal(missing, ["true"])).toMatchObject({ code: "pty_unavailable" });
  });

  test("wakes and hangs up a stopped tool whose terminal is closed", async () => {
    const tool = await run(startNative, ["sh", "-c", "kill -STOP $$; sleep 100"]);
    await tool.until(() => tool.stops === 1);
    tool.pty.close();
    await tool.exited;
    await eventually("the tool's end", () => !isAlive(tool.pty.pid));
  });
});

describe("when the runtime is killed", () => {
  for (const state of ["running", "stopped"]) {
    test(`a ${state} tool is hung up`, async () => {
      const script = state === "running" ? "echo; sleep 100" : "echo; kill -STOP $$; sleep 100";
      const runtime = Bun.spawn([process.execPath, "-e", startsTool(script)], { stdout: "pipe" });
      const reader = runtime.stdout.getReader();
      const pid = Number(new TextDecoder().decode((await reader.read()).value));
      const leader = leaderOf(pid);
      await eventually("its state", () => stateOf(pid) === (state === "running" ? "S" : "T"));
      runtime.kill("SIGKILL");
      await eventually("the tool's end", () => !isAlive(pid));
      await eventually("the leader's end", () => !isAlive(leader));
    });
  }
});

describe("a compiled program", () => {
  const folder = mkdtempSync(join(tmpdir(), "atlasbridge-pty-"));
  const program = join(folder, "program");

  beforeAll(async () => {
    const source = join(folder, "program.ts");
    writeFileSync(source, compiledSource);
    const built = await Bun.build({ entrypoints: [source], compile: { outfile: program } });
    expect(built.success).toBe(true);
  }, 30_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  test("leads its tools itself", () => {
    const { stdout, exitCode } = Bun.spawnSync([program], { env: plainEnv });
    expect(stdout.toString()).toBe('one two\r\n{"code":3,"signal":null}\n');
    expect(exitCode).toBe(0);
  });
});

const native = JSON.stringify(join(import.meta.dir, "native.ts"));
const leader = JSON.stringify(join(import.meta.dir, "leader.ts"));
const settings = `cwd: "/", env: ${JSON.stringify(plainEnv)}, size: { cols: 80, rows: 24 }`;

function startsTool(script: string): string {
  return `
    import { startNative } from ${native};
    const listener = { data() {}, stopped() {}, exit() {} };
    const argv = ["sh", "-c", ${JSON.stringify(script)}];
    const pty = await startNative({ argv, ${settings} }, listener);
    console.log(pty.pid);
  `;
}

const compiledSource = `
  if (process.argv[2] === "__leader") (await import(${leader})).runLeader();
  const { startNative } = await import(${native});
  const argv = ["sh", "-c", "echo one two; exit 3"];
  await startNative({ argv, ${settings} }, {
    data: (bytes) => process.stdout.write(bytes),
    stopped() {},
    exit: (exit) => console.log(JSON.stringify(exit)),
  });
`;

/** The tool's parent. */
function leaderOf(pid: number): number {
  return Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}

test("the leader's command is a program and its arguments", () => {
  expect(leaderCommand()[0]).toBe(process.execPath);
});
