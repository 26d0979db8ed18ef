/** The operator's console, driven by keys and read off the screen in a terminal of 80×24. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { promptsListView } from "../../contracts/operator.ts";
import { detached } from "./background.ts";
import { piped } from "./start.ts";
import { Tmux, type TmuxSize } from "./tmux.ts";
import { until } from "./until.ts";
import { World } from "./world.ts";

setDefaultTimeout(90_000);

/** Many sessions cost seconds to start: ATLASBRIDGE_E2E_SESSIONS=20 bun test cmd/e2e/console.e2e.test.ts */
const sessions = Number(Bun.env["ATLASBRIDGE_E2E_SESSIONS"] ?? 6);

const asks = (question: string, then = 'echo "got=$a" >> answers') =>
  `while :; do read -r -p '${question}' a || exit; ${then}; done`;

async function asking(world: World, name: string): Promise<string> {
  const question = `Delete everything in ${name}? [y/n] `;
  return await detached(world, ["--label", name, "--", "bash", "-c", asks(question)]);
}

async function waiting(world: World) {
  const { stdout } = await piped(world, ["prompts", "list", "--json"]);
  return promptsListView.parse(JSON.parse(stdout)).prompts;
}

async function opened(world: World, size?: TmuxSize, env = ""): Promise<Tmux> {
  const tmux = await Tmux.shell(world, "direct", size);
  tmux.line(`${env} atlasbridge console; echo "ended=$? $(stty -a | grep -o ' -\\?echo ')"`);
  await tmux.sees("local execution only");
  return tmux;
}

/** The shell is back on its own screen, with echo, a cursor, and no mode of ours left. */
async function isClean(tmux: Tmux, code: number): Promise<void> {
  await tmux.sees(`ended=${code}  echo`);
  hasNoModes(tmux);
}

function hasNoModes(tmux: Tmux): void {
  const modes = "#{alternate_on} #{cursor_flag} #{wrap_flag} #{mouse_any_flag} #{keypad_flag}";
  expect(tmux.format(modes)).toBe("0 1 1 0 0");
  expect(tmux.screen()).not.toContain("local execution only");
}

test("of many sessions the three that wait are shown, as prompts list tells them, and each key answers its own", async () => {
  await using world = new World();
  const tmux = await opened(world);
  await tmux.sees("nothing waits for you");
  for (let at = 3; at < sessions; at += 1) {
    await detached(world, ["--label", `busy${at}`, "--", "sleep", "1000"]);
  }
  for (const name of ["red", "green", "blue"]) await asking(world, name);
  await until("three wait", async () => (await waiting(world)).length === 3);
  const from = performance.now();
  await until("the console shows them", () => tmux.screen().includes("Waiting for you (3)"));
  process.stderr.write(
    `console: ${(performance.now() - from).toFixed(0)} ms behind prompts list\n`,
  );
  const screen = await tmux.sees(/red[^]*green[^]*blue/);
  expect(screen).toContain("Delete everything in red? [y/n]");
  expect(screen).toContain("[y] Yes   [n] No");
  expect(screen).toContain(`${sessions} run`);
  for (const row of screen.split("\n")) expect(Bun.stringWidth(row)).toBeLessThanOrEqual(80);
  // The second in the list, by hand.
  tmux.keys("Down");
  await tmux.sees(/> bash \(green\)/);
  tmux.keys("n");
  await tmux.sees("green: effect seen");
  expect(world.lines("answers")).toEqual(["got=n"]);
  tmux.keys("q");
  await isClean(tmux, 0);
});

test("an answer here and one from another terminal at once: one is typed, the other is told", async () => {
  await using world = new World();
  await asking(world, "red");
  const tmux = await opened(world);
  await tmux.sees("[y] Yes");
  const [prompt] = await waiting(world);
  // Chosen by hand: what has come to stand there by itself is not answered at once.
  tmux.keys("k");
  const other = piped(world, ["prompts", "reply", prompt?.prompt_id ?? "", "n"]);
  tmux.keys("y");
  const { code } = await other;
  const screen = await tmux.sees(/red: effect seen|^! /m);
  expect(screen.includes("effect seen")).toBe(code !== 0);
  expect(world.lines("answers")).toHaveLength(1);
  expect(world.lines("answers")).toEqual([code === 0 ? "got=n" : "got=y"]);
  tmux.keys("C-c");
  await isClean(tmux, 0);
});

test("a attaches to the session, and its detach key comes back to the console", async () => {
  await using world = new World();
  await asking(world, "red");
  const tmux = await opened(world);
  await tmux.sees("[y] Yes");
  tmux.keys("a");
  await tmux.sees("attached to bash (red)");
  tmux.line("n");
  await until("it was answered there", () => world.lines("answers")[0] === "got=n");
  tmux.keys("C-\\");
  await tmux.sees(/local execution only[^]*left bash \(red\)/);
  tmux.keys("q");
  await isClean(tmux, 0);
});

test("keys work after the terminal was resized, before and after attach had it", async () => {
  await using world = new World();
  await asking(world, "red");
  const tmux = await opened(world);
  await tmux.sees("[y] Yes");
  const resized = async (cols: number): Promise<void> => {
    tmux.resize({ cols, rows: 20 });
    await until("it is drawn anew", () => tmux.screen().split("\n").length === 20);
    tmux.keys("?");
    await tmux.sees("this help");
    tmux.keys("Escape");
    await tmux.sees("[y] Yes");
  };
  await resized(90);
  await resized(70);
  tmux.keys("a");
  await tmux.sees("attached to bash (red)");
  tmux.keys("C-\\");
  await tmux.sees(/local execution only[^]*left bash \(red\)/);
  await resized(85);
  tmux.keys("n");
  // Its window was another size meanwhile: where the question was drawn anew for that, it is to be read again first.
  const said = await tmux.sees(/red: effect seen|look, and press again/);
  if (said.includes("press again")) tmux.keys("n");
  await tmux.sees("red: effect seen");
  tmux.keys("q");
  await isClean(tmux, 0);
});

for (const [signal, code] of [
  ["TERM", 143],
  ["HUP", 129],
  ["ABRT", null],
  ["KILL", null],
] as const) {
  test(`the terminal is left clean by SIG${signal}`, async () => {
    await using world = new World();
    const tmux = await opened(world);
    await tmux.sees("nothing waits for you");
    // Resized all the while.
    for (let at = 0; at < 30; at += 1) tmux.resize({ cols: 41 + at, rows: 10 + (at % 20) });
    tmux.resize({ cols: 80, rows: 24 });
    await tmux.sees(/nothing waits for you[^]*quit$/m);
    const name = "^[^ ]*atlasbridge console$";
    const pids = Bun.spawnSync(["pgrep", "-f", name]).stdout.toString().trim().split("\n");
    const ours = pids.filter((pid) => environOf(pid).includes(`ATLASBRIDGE_HOME=${world.home}`));
    expect(ours).toHaveLength(1);
    process.kill(Number(ours[0]), `SIG${signal}`);
    await until("it is off the other screen", () => tmux.format("#{alternate_on}") === "0");
    if (code !== null) return await isClean(tmux, code);
    // What the shell said before the guard was there stood on the other screen.
    tmux.line(`clear; echo "after $(stty -a | grep -o ' -\\?echo ')"`);
    await tmux.sees("after  echo");
    hasNoModes(tmux);
  });
}

const environOf = (pid: string): string =>
  readFileSync(`/proc/${pid}/environ`, "utf8").replaceAll("\0", "\n");

test("a C locale, no colours, a narrow terminal, and words from a tool that would act on it", async () => {
  await using world = new World();
  const question = String.raw`printf '\033[2K\033[32m'; read -r -p $'\u202eKeep 漢字 \033[5mall? [y/n] ' a`;
  await detached(world, ["--label", "漢字", "--", "bash", "-c", question]);
  await until("it waits", async () => (await waiting(world)).length === 1);
  const tmux = await opened(world, { cols: 60, rows: 16 }, "LC_ALL=C NO_COLOR=1");
  const screen = await tmux.sees("[y] Yes");
  expect(screen).toMatch(/^[\x20-\x7e\n]*$/);
  expect(screen).toContain("bash (????)");
  expect(tmux.colours()).not.toMatch(/\[[0-9;]*(?:3[0-7]|9[0-7])m/);
  tmux.keys("?");
  await tmux.sees("this help");
  tmux.keys("Escape");
  await tmux.sees("y n answer");
  tmux.keys("q");
  await isClean(tmux, 0);
});

test("daemon and dashboard are started, seen and stopped from it", async () => {
  await using world = new World();
  world.atEnd(() => piped(world, ["daemon", "stop"]));
  const tmux = await opened(world);
  await tmux.sees(/daemon off · dashboard off/);
  tmux.keys("Tab");
  await tmux.sees(/> daemon +stopped/);
  tmux.keys("s");
  await tmux.sees(/> daemon +running\n +process \d+/);
  expect((await piped(world, ["daemon", "status"])).code).toBe(0);
  tmux.keys("Down");
  tmux.keys("s");
  await tmux.sees(/> dashboard +running\n +process \d+, at 127/);
  tmux.keys("o");
  const [link] = /http:\S+/.exec(await tmux.sees(/http:\S+token=/)) ?? [];
  expect((await fetch(link ?? "", { redirect: "manual" })).status).toBeLessThan(400);
  tmux.keys("x");
  await tmux.sees(/the dashboard has ended/);
  tmux.keys("Down");
  tmux.keys("x");
  await tmux.sees("enrolled nowhere: nothing is sent");
  tmux.keys("Up", "Up");
  tmux.keys("x");
  await tmux.sees(/> daemon +stopped/);
  expect((await piped(world, ["daemon", "status"])).code).toBe(1);
  tmux.keys("q");
  await isClean(tmux, 0);
});
