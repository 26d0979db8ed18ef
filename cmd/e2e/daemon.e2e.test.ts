/** The daemon: one at a time, its state told truly whatever befalls it, and no session ends with it. */
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  daemonReply,
  daemonServiceView,
  type DaemonStatusView,
  daemonStatusView,
} from "../../contracts/daemon.ts";
import { sessionsListView } from "../../contracts/views.ts";
import { LoopbackService, told } from "../../runtime/upload/service.example.ts";
import { systemClock } from "../../runtime/clock.ts";
import { askOver } from "../../runtime/operator/ask.ts";
import { socketPath } from "../../runtime/operator/socket-file.ts";
import { detached, endWith, isOver, stateOf } from "./background.ts";
import { answersContinue } from "./policies.ts";
import { piped, pipedProgram } from "./start.ts";
import { until } from "./until.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

/** What must be known of a daemon within this, whatever has become of it. */
const truthMsMax = 2_000;

async function status(world: World): Promise<DaemonStatusView> {
  const from = performance.now();
  const { stdout } = await piped(world, ["daemon", "status", "--json"]);
  expect(performance.now() - from).toBeLessThan(truthMsMax + 1_000);
  return daemonStatusView.parse(JSON.parse(stdout));
}

async function start(world: World): Promise<number> {
  const { code, stdout } = await piped(world, ["daemon", "start", "--json"]);
  expect(code).toBe(0);
  const pid = daemonStatusView.parse(JSON.parse(stdout)).daemon?.pid ?? 0;
  world.atEnd(() => kill(pid));
  return pid;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

const log = (world: World): string => readFileSync(join(world.home, "logs", "daemon.log"), "utf8");

describe("the daemon", () => {
  test("runs once, however many start it, and ends when it is told to", async () => {
    await using world = new World();
    expect((await status(world)).state).toBe("stopped");
    expect((await piped(world, ["daemon", "status"])).code).toBe(1);
    const starts = await Promise.all(Array.from({ length: 6 }, () => start(world)));
    expect(new Set(starts).size).toBe(1);
    expect(log(world).match(/started:/g)).toHaveLength(1);
    const second = await piped(world, ["daemon", "start", "--foreground"]);
    expect(second).toMatchObject({ code: 2, stderr: expect.stringContaining("runs already") });
    const inside = await piped(world, ["daemon", "stop"], { env: { ATLASBRIDGE_SESSION: "x" } });
    expect(inside.code).toBe(3);
    expect((await piped(world, ["daemon", "stop"])).code).toBe(0);
    expect((await status(world)).state).toBe("stopped");
    expect(log(world)).toContain("stopped: asked to");
    expect(existsSync(join(world.home, "sockets", "daemon.sock"))).toBe(false);
  });

  test("killed, or made to stand still, is told within two seconds; another takes its place", async () => {
    await using world = new World();
    const first = await start(world);
    process.kill(first, "SIGSTOP");
    expect(await status(world)).toMatchObject({
      ...{ state: "silent", why: expect.stringContaining(`kill -CONT ${first}`) },
    });
    process.kill(first, "SIGCONT");
    expect((await status(world)).state).toBe("running");
    process.kill(first, "SIGKILL");
    expect((await status(world)).state).toBe("stopped");
    expect(await start(world)).not.toBe(first);
    expect((await status(world)).daemon?.sessions).toBe(0);
    expect(log(world)).toContain("the daemon before ended without a word");
    expect((await piped(world, ["daemon", "stop"])).code).toBe(0);
    await start(world);
    expect(log(world).match(/without a word/g)).toHaveLength(1);
  });

  test("ends without a session's ending, and writes down the end of one whose process died", async () => {
    await using world = new World();
    endWith(world);
    const pid = await start(world);
    const first = await detached(world, ["--label", "stays", "--", "sleep", "100"]);
    const second = await detached(world, ["--label", "dies", "--", "sleep", "100"]);
    await until("both are seen", async () => (await status(world)).daemon?.sessions === 2);
    process.kill((await stateOf(world, second))?.pid ?? 0, "SIGKILL");
    await until("its end is recorded", async () => (await status(world)).daemon?.recovered === 1);
    expect(log(world)).toContain(`session ${second}: its process had died`);
    process.kill(pid, "SIGKILL");
    expect((await stateOf(world, first))?.label).toBe("stays");
    const listed = await piped(world, ["sessions", "list", "--json"]);
    const { sessions } = sessionsListView.parse(JSON.parse(listed.stdout));
    expect(sessions.map(({ label, state }) => [label, state])).toEqual([
      ["dies", "died"],
      ["stays", "running"],
    ]);
    expect((await piped(world, ["sessions", "stop", "stays"])).code).toBe(0);
    await isOver(world, first);
    expect((await piped(world, ["trace", "verify"])).code).toBe(0);
  });
});

describe("with a service", () => {
  let service: LoopbackService;
  beforeEach(async () => {
    service = await LoopbackService.listen();
  });
  afterEach(async () => await service.close());

  test("sends from when this machine is enrolled until it leaves", async () => {
    await using world = new World();
    await start(world);
    expect((await status(world)).daemon?.upload.state).toBe("off");
    const args = ["cloud", "enroll", "--url", service.origin, "--key-id", service.keyId];
    expect(await piped(world, args, { stdin: `${service.secret}\n` })).toMatchObject({ code: 0 });
    const run = ["run", "--headless", "--", "true"];
    expect((await piped(world, run)).code).toBe(0);
    await until("all of it has arrived", async () => {
      const { upload } = (await status(world)).daemon ?? {};
      return upload?.state === "sending" && upload.newest_seq === service.hashes.length;
    });
    expect((await piped(world, ["cloud", "leave"])).code).toBe(0);
    await until("it is off", async () => (await status(world)).daemon?.upload.state === "off");
    expect((await piped(world, ["daemon", "stop"])).code).toBe(0);
  });
});

describe("the uploader alone", () => {
  test("is stopped, sends nothing, and goes on where it was when it is started", async () => {
    const service = await LoopbackService.listen();
    await using world = new World();
    world.atEnd(() => service.close());
    await start(world);
    const args = ["cloud", "enroll", "--url", service.origin, "--key-id", service.keyId];
    expect(await piped(world, args, { stdin: `${service.secret}\n` })).toMatchObject({ code: 0 });
    const run = ["run", "--headless", "--", "true"];
    expect((await piped(world, run)).code).toBe(0);
    await until("it sends", async () => {
      const { upload } = (await status(world)).daemon ?? {};
      return upload?.state === "sending" && upload.newest_seq === service.hashes.length;
    });
    const order = async (what: "start" | "stop") =>
      await askOver(
        socketPath(join(world.home, "sockets"), "daemon") ?? "",
        { ask: "upload", do: what },
        { clock: systemClock, patienceMs: 5_000, schema: daemonReply },
      );
    expect(await order("stop")).toMatchObject({ upload: { state: "stopped" } });
    const sent = service.hashes.length;
    expect((await piped(world, run)).code).toBe(0);
    expect((await status(world)).daemon?.upload).toMatchObject({ state: "stopped" });
    expect(service.hashes).toHaveLength(sent);
    await order("start");
    await until("all of it has arrived", async () => {
      const { upload } = (await status(world)).daemon ?? {};
      return upload?.state === "sending" && service.hashes.length > sent;
    });
    expect((await piped(world, ["daemon", "stop"])).code).toBe(0);
  });
});

test("an upload that the service ended goes on as soon as its operator has seen to it", async () => {
  const service = await LoopbackService.listen();
  await using world = new World();
  world.atEnd(() => service.close());
  await start(world);
  const state = async () => (await status(world)).daemon?.upload;
  const enroll = async (secret: string) => {
    const args = ["cloud", "enroll", "--url", service.origin, "--key-id", service.keyId];
    expect(await piped(world, args, { stdin: `${secret}\n` })).toMatchObject({ code: 0 });
  };
  const other = await LoopbackService.listen();
  await other.close();
  await enroll(other.secret);
  const isStopped = async () => (await state())?.state === "stopped";
  await until("it is refused", isStopped);
  expect((await state())?.detail).toContain("not signed as it must be");
  // The same key, this time with its own secret: nothing of the settings has changed.
  await enroll(service.secret);
  await until("it sends", async () => (await state())?.acked_seq === service.hashes.length);
  service.whim = () => told("revoked-key");
  expect((await piped(world, ["run", "--headless", "--", "true"])).code).toBe(0);
  await until("it is refused again", isStopped);
  service.whim = (_arrived, honest) => honest();
  expect((await piped(world, ["cloud", "sync"])).code).toBe(0);
  expect((await piped(world, ["run", "--headless", "--", "true"])).code).toBe(0);
  await until("all of it has arrived", async () => {
    const upload = await state();
    return upload?.state === "sending" && upload.newest_seq === service.hashes.length;
  });
  expect((await piped(world, ["daemon", "stop"])).code).toBe(0);
});

describe("as a service of the user's", () => {
  const odd = 'home with 100% $HOME "quotes" & <more>';

  test("the systemd unit is one, names this home whatever it is called, and is removed again", async () => {
    await using world = new World();
    const env = { XDG_CONFIG_HOME: world.path("config"), ATLASBRIDGE_HOME: world.path(odd) };
    const install = ["daemon", "install", "--kind", "systemd", "--json"];
    const { code, stdout } = await piped(world, install, { env });
    const { file, done, next } = daemonServiceView.parse(JSON.parse(stdout));
    expect({ code, done }).toEqual({ code: 0, done: "written" });
    expect(next.join(" ")).toContain("systemctl --user enable --now atlasbridge.service");
    if (Bun.which("systemd-analyze") !== null) {
      const verify = ["systemd-analyze", "verify", "--user", "--recursive-errors=no", file];
      const checked = await pipedProgram(verify, {
        ...{ stdin: null, cwd: world.folder },
        env: world.env({ XDG_RUNTIME_DIR: world.folder }),
      });
      expect(checked).toMatchObject({ code: 0, stderr: "" });
    }
    const remove = ["daemon", "uninstall", "--kind", "systemd"];
    expect((await piped(world, remove, { env })).stdout).toContain("removed");
    expect(existsSync(file)).toBe(false);
    world.write("config/systemd/user/atlasbridge.service", "[Unit]\n");
    const alien = await piped(world, install, { env });
    expect(alien).toMatchObject({ code: 2, stderr: expect.stringContaining("was not written by") });
  });

  test("the launchd agent is a property list that says so, too", async () => {
    await using world = new World();
    const env = { ATLASBRIDGE_HOME: world.path(odd) };
    const print = ["daemon", "install", "--kind", "launchd", "--print"];
    const { stdout } = await piped(world, print, { env });
    const file = world.write("agent.plist", stdout);
    const read =
      "import json,plistlib,sys; print(json.dumps(plistlib.load(open(sys.argv[1],'rb'))))";
    const { stdout: json } = await pipedProgram(["python3", "-c", read, file], {
      ...{ stdin: null, cwd: world.folder, env: world.env() },
    });
    expect(JSON.parse(json)).toMatchObject({
      Label: "dev.atlasbridge.daemon",
      ProgramArguments: [world.binary, "daemon", "start", "--foreground"],
      EnvironmentVariables: { ATLASBRIDGE_HOME: world.path(odd) },
      KeepAlive: { SuccessfulExit: false },
    });
    expect(existsSync(world.path("Library"))).toBe(false);
  });
});

const kills = Number(Bun.env["ATLASBRIDGE_E2E_DAEMON_KILLS"] ?? 6);

test(
  "daemon and sessions killed at any time: nothing is answered twice, and nothing is lost",
  async () => {
    await using world = new World();
    endWith(world);
    const policy = world.write("policy.yaml", answersContinue);
    const asks = `for i in 1 2 3; do read -r -p "Continue $i? [y/n] " a; echo "$0 $i=$a" >> answers; done`;
    let daemon = await start(world);
    for (let at = 0; at < kills; at += 1) {
      const script = `sleep 0.0${at % 10}; ${asks}`;
      const run = ["--policy", policy, "--", "bash", "-c", script, `s${at}`];
      const id = await detached(world, run);
      await Bun.sleep((at * 37) % 120);
      process.kill(daemon, "SIGKILL");
      const host = (await stateOf(world, id))?.pid;
      if (at % 2 === 1 && host !== undefined) kill(host);
      daemon = await start(world);
    }
    await until("every session has its end", async () => {
      const { stdout } = await piped(world, [
        "sessions",
        "list",
        "--json",
        "--limit",
        String(kills),
      ]);
      const { sessions } = sessionsListView.parse(JSON.parse(stdout));
      return sessions.length === kills && sessions.every(({ ended_at: ended }) => ended !== null);
    });
    const answers = world.lines("answers");
    expect(new Set(answers).size).toBe(answers.length);
    for (let at = 0; at < kills; at += 2) {
      expect(answers.filter((line) => line.startsWith(`s${at} `))).toHaveLength(3);
    }
    // Holds every prompt to one injection and one end, every session to one end.
    expect((await piped(world, ["trace", "verify"])).code).toBe(0);
  },
  30_000 + kills * 5_000,
);
