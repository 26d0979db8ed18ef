/** What each session's recording holds, whatever happens to the session, the disk or the runtime. */
import { Database } from "bun:sqlite";
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CastEvent } from "../../runtime/pty/asciicast.ts";
import { readRecording, sumOf } from "../../runtime/recording/read.ts";
import { answersContinue, governed } from "./policies.ts";
import { canMountSmallDisks, mountSmallDisk } from "./small-disk.ts";
import { piped, seatedRun } from "./start.ts";
import { until } from "./until.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

// Skipped without root: a small disk has to be mounted.
const smallDisks = canMountSmallDisks() ? test : test.skip;

function files(home: string): string[] {
  const folder = join(home, "recordings");
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => join(folder, name));
}

function eventsOf(home: string): readonly CastEvent[] {
  const [file] = files(home);
  return file === undefined ? [] : readRecording(file, file).events;
}

function textOf(events: readonly CastEvent[], kind: "output" | "input"): string {
  return events.map((event) => (event.kind === kind ? event.text : "")).join("");
}

test("all that was shown, byte for byte, tied to the trace, for its owner alone", async () => {
  await using world = new World();
  const script = `printf 'a\\033[31mb\\0\\377\\303\\244\\n'; seq 3000
    read -p "Continue? [y/n] " a; echo "got=$a"; read -p "Continue to the end? [y/n] " b`;
  const run = governed(world, answersContinue, ["bash", "-c", script]);
  const { code, stdout } = await piped(world, [...run]);
  expect(code).toBe(0);
  const events = eventsOf(world.home);
  expect(textOf(events, "output")).toBe(stdout);
  const [first, second] = world.of("prompt.detected");
  const [closed] = world.of("prompt.closed");
  expect(events.filter(({ kind }) => kind === "prompt" || kind === "closed")).toMatchObject([
    { kind: "prompt", id: first?.data.prompt_id, seq: first?.seq },
    { kind: "closed", id: first?.data.prompt_id, seq: closed?.seq },
    { kind: "prompt", id: second?.data.prompt_id, seq: second?.seq },
    { kind: "closed", id: second?.data.prompt_id },
  ]);
  expect(textOf(events, "input")).toBe("");
  const [file = ""] = files(world.home);
  expect(world.of("recording.closed")[0]?.data).toEqual({ ...sumOf(file, "a"), cut: null });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(join(world.home, "recordings")).mode & 0o777).toBe(0o700);
});

test("a resized terminal is recorded as it was", async () => {
  await using world = new World();
  const script = `trap 'stty size' WINCH; echo ready; while :; do sleep 0.02; done`;
  const seat = seatedRun(world, governed(world, answersContinue, ["bash", "-c", script]));
  await seat.sees("ready");
  seat.resize(71, 19);
  await seat.sees("19 71");
  seat.kill("SIGTERM");
  await seat.ended;
  const events = eventsOf(world.home);
  const at = events.findIndex(({ kind }) => kind === "resized");
  expect(events[at]).toMatchObject({ size: { cols: 71, rows: 19 } });
  expect(textOf(events.slice(at), "output")).toContain("19 71");
  const times = events.map(({ atMs }) => atMs);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});

test("after kill -9 what was shown a second before is there, and the replay says what it is", async () => {
  await using world = new World();
  const script = `echo one; read -p "Is it so? [y/n] " a; echo two`;
  const seat = seatedRun(world, governed(world, answersContinue, ["bash", "-c", script]));
  const [prompt] = await world.recorded("prompt.escalated");
  await until("the prompt is in the recording", () => {
    const [file] = files(world.home);
    // Made before its first line is written.
    if (file === undefined || statSync(file).size === 0) return false;
    return eventsOf(world.home).some((event) => event.kind === "prompt");
  });
  seat.kill("SIGKILL");
  await seat.ended;
  const id = prompt?.session_id ?? "";
  const replay = await piped(world, ["sessions", "replay", id]);
  expect(replay.code).toBe(0);
  expect(replay.stdout).toContain("one\nIs it so? [y/n]\n");
  await piped(world, ["run", "--headless", "--", "true"]);
  const shown = await piped(world, ["sessions", "show", id]);
  expect(shown.stdout).toContain("the session died before the trace could name it");
  expect((await piped(world, ["trace", "verify"])).code).toBe(0);
});

test("a flood ends the recording at its bound and nothing else", async () => {
  await using world = new World();
  const run = governed(world, answersContinue, ["bash", "-c", "seq 400000; exit 7"]);
  const env = { ATLASBRIDGE_RECORDING_BYTES_MAX: "100000" };
  const { code, stdout } = await piped(world, [...run], { env });
  expect(code).toBe(7);
  expect(stdout).toEndWith("400000\r\n");
  const events = eventsOf(world.home);
  expect(textOf(events, "output")).toBe(stdout.slice(0, 100_000));
  expect(events.at(-1)).toMatchObject({ kind: "cut", why: "bytes_max" });
  expect(world.of("recording.closed")[0]?.data.cut).toBe("bytes_max");
  const listed = await piped(world, [
    "sessions",
    "show",
    world.of("session.started")[0]?.session_id ?? "",
  ]);
  expect(listed.stdout).toContain("recording.bytes_max was reached");
});

test("what is typed is kept only where the settings say so, and a password never, nor where it is shown again", async () => {
  await using world = new World();
  const script = `
    read -p "Name of the project: " n; echo "named=$n"
    read -s -p "Password: " p; echo
    read -p "PIN for the card: " q
    python3 -c 'import getpass; getpass.getpass("Passphrase: ")'
    echo "password is $p and pin $q"; for c in $p; do printf '%s' "\${c:0:4}"; printf '%s\\n' "\${c:4}"; done`;
  const env = { ATLASBRIDGE_RECORDING_INPUT: "true" };
  const run = governed(world, answersContinue, ["bash", "-c", script]);
  const seat = seatedRun(world, run, env);
  await world.recorded("prompt.escalated", 1);
  seat.type("thing\r");
  await world.recorded("prompt.escalated", 2);
  seat.type("hunter2-hunter2\r");
  await world.recorded("prompt.escalated", 3);
  for (const key of "4821976\r") seat.type(key);
  await world.recorded("prompt.escalated", 4);
  seat.type("correct horse\r");
  expect(await seat.ended).toBe(0);
  const [file = ""] = files(world.home);
  const cast = Bun.zstdDecompressSync(await Bun.file(file).bytes()).toString();
  for (const secret of ["hunter2", "4821976", "horse"]) expect(cast).not.toContain(secret);
  const events = eventsOf(world.home);
  expect(textOf(events, "input")).toBe("thing\r");
  expect(textOf(events, "output")).toContain("password is *************** and pin *******");
});

test("--no-recording and the settings keep nothing, and the trace names nothing", async () => {
  await using world = new World();
  for (const [given, env] of [
    [["--no-recording"], {}],
    [[], { ATLASBRIDGE_RECORDING_ENABLED: "false" }],
  ] as const) {
    const { code } = await piped(world, ["run", ...given, "--events", world.events, "--", "true"], {
      env,
    });
    expect(code).toBe(0);
  }
  expect(files(world.home)).toEqual([]);
  expect(world.of("session.ended")).toHaveLength(2);
  expect(world.of("recording.closed")).toEqual([]);
  const failed = await piped(world, ["run", "--", "no-such-command"]);
  expect(failed.code).toBe(127);
  expect(files(world.home)).toEqual([]);
});

test("old recordings go at the end of a run, and when they are told to", async () => {
  await using world = new World();
  const folder = join(world.home, "recordings");
  mkdirSync(folder, { recursive: true });
  const put = (daysAgo: number): string => {
    const at = Date.now() - daysAgo * 86_400_000;
    const file = join(folder, `${Bun.randomUUIDv7("hex", at)}.cast.zst`);
    writeFileSync(file, "x");
    utimesSync(file, at / 1_000, at / 1_000);
    return file;
  };
  const [ancient, old, young] = [put(31), put(9), put(2)];
  expect((await piped(world, ["run", "--headless", "--", "true"])).code).toBe(0);
  expect([ancient, old, young].map((file) => existsSync(file))).toEqual([false, true, true]);
  const pruned = await piped(world, ["sessions", "prune", "--days", "7"]);
  expect(pruned.stdout).toBe("removed 1 recordings older than 7 days (1 B); their traces stay\n");
  expect([old, young].map((file) => existsSync(file))).toEqual([false, true]);
  const env = { ATLASBRIDGE_RECORDING_KEEP_DAYS: "1" };
  expect((await piped(world, ["run", "--headless", "--", "true"], { env })).code).toBe(0);
  expect(existsSync(young)).toBe(false);
});

/** What cannot be compressed fills a disk soon. */
const noise = "head -c 9000000 /dev/urandom | base64";

for (const [what, script] of [
  ["that fills up", `${noise}; exit 6`],
  [
    "that something else fills up",
    `echo begun; sleep 1; cat /dev/zero > home/ballast; ${noise}; exit 6`,
  ],
] as const) {
  smallDisks(`a disk ${what} ends the recording with a note, and never the session`, async () => {
    await using world = new World();
    const home = mountSmallDisk(world, "38m");
    const run = governed(world, answersContinue, ["bash", "-c", script.replace("home", home)]);
    const { code, stdout, stderr } = await piped(world, [...run], {
      env: { ATLASBRIDGE_HOME: home },
    });
    expect(code).toBe(6);
    expect(stdout.length).toBeGreaterThan(12_000_000);
    expect(stderr).toContain("the recording ends here");
    const shown = textOf(eventsOf(home), "output");
    expect(shown.length).toBeGreaterThan(4);
    expect(shown.length).toBeLessThan(12_000_000);
    expect(stdout).toContain(shown);
  });
}

smallDisks("on a disk with no room to spare nothing is recorded, and the trace is", async () => {
  await using world = new World();
  const home = mountSmallDisk(world, "2m");
  const run = governed(world, answersContinue, ["bash", "-c", "seq 1000"]);
  const { code, stderr } = await piped(world, [...run], { env: { ATLASBRIDGE_HOME: home } });
  expect(code).toBe(0);
  expect(stderr).toContain("of the disk are left, and those are for the trace");
  expect(files(home)).toEqual([]);
  expect(world.of("session.ended")).toHaveLength(1);
});

test("what was asked can be explained and simulated from the recording, when the trace has forgotten it", async () => {
  await using world = new World();
  const script = `echo work; read -p "Continue? [y/n] " a; read -p "Delete it all? [y/n] " b`;
  const run = governed(world, answersContinue, ["bash", "-c", script]);
  const seat = seatedRun(world, run);
  await world.recorded("prompt.escalated");
  seat.type("n\r");
  expect(await seat.ended).toBe(0);
  const id = world.of("session.started")[0]?.session_id ?? "";
  const explained = await piped(world, ["detect", "explain", "--file", id, "--json"]);
  const { looks } = JSON.parse(explained.stdout);
  expect(looks).toHaveLength(2);
  expect(explained.stdout).toContain("Delete it all? [y/n]");

  const policy = world.write("other.yaml", answersContinue.replace("Continue", "Delete"));
  const simulated = async () => {
    const { stdout } = await piped(world, ["policy", "simulate", policy, "--json"]);
    return JSON.parse(stdout);
  };
  const before = await simulated();
  expect(before).toMatchObject({ prompts: 2, no_content: 0, changed: 2 });
  const database = new Database(join(world.home, "trace.db"));
  database.run("UPDATE entries SET content = NULL, salt = NULL WHERE kind = 'prompt.detected'");
  database.close();
  const after = await simulated();
  expect(after).toMatchObject({ prompts: 2, no_content: 0, changed: 2 });
  expect(after.limits).toContain("2 prompts were read again from recordings");
  const [file = ""] = files(world.home);
  writeFileSync(file, Bun.zstdCompressSync("another"));
  expect(await simulated()).toMatchObject({ no_content: 2 });
});
