/** Sessions in the background on real terminals: the screen comes back as it was, one writes, and every terminal is left clean. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { becomes, detached, endWith, isOver, stateOf } from "./background.ts";
import { answersContinue } from "./policies.ts";
import { piped, seatedRun } from "./start.ts";
import { Tmux } from "./tmux.ts";
import { until } from "./until.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

const leave = "C-\\";
const left = /left .*, which goes on/;

/** Colours, wide characters, the other buffer, modes, a title; then it stands still. */
const painted = String.raw`printf 'before the picture\n\e[?1049h\e[?1000h\e[?1006h\e[?2004h\e[?1h\e[2J\e]2;painting\a'
printf '\e[2;3H\e[1;31mred\e[0m \e[48;5;19mdark\e[0m \e[7m漢字\e[0m'
printf '\e[5;1H\e[44m\e[K blue to the end\e[0m\e[10;20H\e[?25l'
until [ -e go ]; do sleep 0.05; done
printf '\e[?1049l\e[?25h\e[?1000l\e[?2004l\e[?1lthe end\n'; exit 7`;

async function id(world: World): Promise<string> {
  const { stdout } = await piped(world, ["sessions", "list", "--json"]);
  return String(JSON.parse(stdout).sessions[0]?.session_id);
}

const modes =
  "#{alternate_on} #{mouse_any_flag} #{cursor_flag} #{keypad_cursor_flag} #{pane_title}";

test("a screen comes back exactly after its terminal has gone, and the exit code too", async () => {
  await using world = new World();
  endWith(world);
  const script = world.write("paint.sh", painted);
  const first = await Tmux.shell(world, "direct");
  first.line(`atlasbridge run --keep --label art -- bash ${script}`);
  await first.sees("blue to the end");
  await until("the greeting is gone", () => !first.screen().includes("leaves it running"));
  const before = { screen: first.colours(), modes: first.format(modes) };
  expect(before.modes).toBe("1 1 0 1 painting");
  first.close();
  await becomes(world, await id(world), { pen: null, seats: 0, detached: true, label: "art" });
  const second = await Tmux.shell(world, "governed");
  second.line("atlasbridge attach art");
  await second.sees("blue to the end");
  await until("the greeting is gone", () => !second.screen().includes("leaves it running"));
  expect({ screen: second.colours(), modes: second.format(modes) }).toEqual(before);
  world.write("go", "");
  await second.sees(/before the picture\nthe end\n\$$/);
  expect(second.screen()).not.toContain("blue");
  second.line("echo code=$?");
  await second.sees("code=7");
  expect(
    second.format("#{alternate_on} #{mouse_any_flag} #{cursor_flag} #{keypad_cursor_flag}"),
  ).toBe("0 0 1 0");
  expect((await piped(world, ["trace", "verify"])).code).toBe(0);
});

test("one writes, others watch at their own size, see who it is, and take the pen", async () => {
  await using world = new World();
  const session = await detached(world, ["--label", "shell", "--", "bash", "--norc", "-i"]);
  const a = await Tmux.shell(world, "direct");
  const b = await Tmux.shell(world, "governed", { cols: 60, rows: 12 });
  a.line("atlasbridge attach shell");
  await a.sees(/attached to bash \(shell\).*leaves it running/);
  await becomes(world, session, { seats: 1, cols: 80, rows: 24 });
  b.line("atlasbridge attach shell");
  await b.sees(/watching bash \(shell\) · pts\/\d+ writes/);
  a.line("stty size; echo from-$((40 + 2))");
  await a.sees("from-42");
  await b.sees("from-42");
  b.type("xz");
  await becomes(world, session, { seats: 2, cols: 80 });
  b.type("t");
  await b.sees(/attached to bash/);
  await a.sees(/watching bash \(shell\) · pts\/\d+ writes/);
  await becomes(world, session, { cols: 60, rows: 12 });
  b.line("stty size");
  await b.sees("12 60");
  expect(b.screen()).not.toContain("xz");
  a.type("q");
  await a.sees(left);
  for (const [cols, rows] of [
    [50, 10],
    [90, 30],
    [20, 5],
    [70, 20],
  ] as const) {
    b.resize({ cols, rows });
  }
  await becomes(world, session, { cols: 70, rows: 20 });
  b.line("clear; stty size");
  await b.sees("20 70");
  b.keys("C-c");
  b.keys(leave);
  await b.sees(left);
  await becomes(world, session, { pen: null, seats: 0 });
  expect((await piped(world, ["sessions", "stop", "shell"])).code).toBe(0);
  await isOver(world, session);
});

test("a terminal is given back clean however attach ends", async () => {
  await using world = new World();
  const script = world.write("paint.sh", painted);
  const session = await detached(world, ["--", "bash", script]);
  const tmux = await Tmux.shell(world, "direct");
  for (const signal of ["TERM", "HUP", "INT"]) {
    tmux.line(
      "clear; sh -c 'echo $$ > pid; exec atlasbridge attach'; stty -a | grep -o ' icanon.*' ",
    );
    await tmux.sees("blue to the end");
    process.kill(Number(world.read("pid")), `SIG${signal}`);
    await tmux.sees(/ icanon/);
    expect(
      tmux.format("#{alternate_on} #{mouse_any_flag} #{cursor_flag} #{keypad_cursor_flag}"),
    ).toBe("0 0 1 0");
  }
  await becomes(world, session, { pen: null, seats: 0 });
});

test("a terminal is given back clean though attach is killed outright with its whole job, writing or watching", async () => {
  await using world = new World();
  const script = world.write("paint.sh", painted);
  const session = await detached(world, ["--", "bash", script]);
  const tmux = await Tmux.shell(world, "direct");
  for (const how of ["", " --watch"]) {
    tmux.line(`clear; sh -c 'echo $$ > pid; exec atlasbridge attach${how}'`);
    await tmux.sees("blue to the end");
    process.kill(-Number(world.read("pid")), "SIGKILL");
    await until("it is off the other screen", () => tmux.format("#{alternate_on}") === "0");
    expect(tmux.format("#{mouse_any_flag} #{cursor_flag} #{keypad_cursor_flag}")).toBe("0 1 0");
    // What the shell said before that stood on the other screen.
    tmux.line("clear; stty -a | grep -o ' -\\?icanon\\| -\\?echo ' | tr -d '\\n'");
    await tmux.sees(/ icanon echo/);
  }
  await becomes(world, session, { pen: null, seats: 0 });
});

test("a session's process that is killed is told at once, and leaves the terminal clean", async () => {
  await using world = new World();
  const script = world.write("paint.sh", painted);
  const session = await detached(world, ["--", "bash", script]);
  const tmux = await Tmux.shell(world, "direct");
  tmux.line("clear; atlasbridge attach");
  await tmux.sees("blue to the end");
  process.kill((await stateOf(world, session))?.pid ?? 0, "SIGKILL");
  await tmux.sees("its process has died");
  expect(tmux.format("#{alternate_on} #{mouse_any_flag} #{cursor_flag}")).toBe("0 0 1");
});

test("a session with a terminal of its own is watched, and not written to", async () => {
  await using world = new World();
  const seat = seatedRun(world, ["run", "--label", "own", "--", "bash", "--norc", "-i"]);
  await seat.sees(/[$#] /);
  const tmux = await Tmux.shell(world, "direct");
  tmux.line("atlasbridge attach --take own");
  await tmux.sees("its own terminal writes");
  tmux.line("echo intruder");
  seat.type("echo seen-$((1 + 1))\r");
  await tmux.sees("seen-2");
  expect(seat.shown()).not.toContain("intruder");
  tmux.type("q");
  await tmux.sees(left);
  seat.type("exit 3\r");
  expect(await seat.ended).toBe(3);
});

test("paused, nothing is typed for anyone; frozen, nothing moves", async () => {
  await using world = new World();
  const policy = world.write("policy.yaml", answersContinue);
  const script = `until [ -e ask ]; do sleep 0.02; done; read -r -p 'Continue? [y/n] ' a; echo $a > answer
while :; do echo x >> beats; sleep 0.02; done`;
  const options = ["--policy", policy, "--events", world.events, "--label", "job"];
  const session = await detached(world, [...options, "--", "bash", "-c", script]);
  expect((await piped(world, ["sessions", "pause", "job"])).stdout).toContain("is paused");
  world.write("ask", "");
  const [escalated] = await world.recorded("prompt.escalated");
  expect(escalated?.data.reason).toContain("paused");
  const prompt = String(escalated?.data.prompt_id);
  const refused = await piped(world, ["prompts", "reply", prompt, "y"]);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("is paused") });
  const inside = await piped(world, ["sessions", "resume", "job"], {
    env: { ATLASBRIDGE_SESSION: session },
  });
  expect(inside.code).toBe(3);
  expect((await piped(world, ["sessions", "resume", "job"])).code).toBe(0);
  expect((await piped(world, ["prompts", "reply", prompt, "y"])).code).toBe(0);
  expect(world.lines("answer")).toEqual(["y"]);
  await until("it beats", () => world.lines("beats").length > 3);
  expect((await piped(world, ["sessions", "pause", "--freeze", "job"])).stdout).toContain("frozen");
  const frozen = world.lines("beats").length;
  await becomes(world, session, { paused: "frozen" });
  expect((await piped(world, ["sessions", "list"])).stdout).toContain("frozen");
  expect(world.lines("beats").length).toBe(frozen);
  expect((await piped(world, ["sessions", "resume", "--all"])).code).toBe(0);
  await until("it beats again", () => world.lines("beats").length > frozen);
  const stopped = await piped(world, ["sessions", "stop", "job"]);
  expect(stopped).toMatchObject({ code: 0, stdout: expect.stringContaining("has ended") });
  expect(world.of("operator.acted").map(({ data }) => data.action)).toEqual([
    "session.paused",
    "session.resumed",
    "session.frozen",
    "session.resumed",
    "session.stopped",
  ]);
  expect((await piped(world, ["trace", "verify"])).code).toBe(0);
});

test("what does not start in the background is told as in the foreground, and leaves nothing behind", async () => {
  await using world = new World();
  const missing = await piped(world, ["run", "--detach", "--", "no-such-command-here"]);
  expect(missing).toMatchObject({ code: 127, stderr: expect.stringContaining("not found") });
  expect((await piped(world, ["sessions", "list", "--state", "running"])).stdout).toBe("");
  for (let times = 0; times < 5; times += 1) {
    const quick = await piped(world, ["run", "--detach", "--", "sh", "-c", "exit 5"]);
    expect({ code: quick.code, id: quick.stdout.length }).toEqual({ code: 0, id: 37 });
  }
  const inside = await piped(world, ["attach"], { env: { ATLASBRIDGE_SESSION: "x" } });
  expect(inside.code).toBe(3);
  const none = await piped(world, ["attach"]);
  expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining("no session runs") });
});

test("a governed tool answers no prompt over the socket either, whatever it takes out of its environment", async () => {
  await using world = new World();
  const policy = world.write("policy.yaml", answersContinue);
  // Asks, has a child of its own answer over the socket, and then waits for a person.
  const client = String.raw`use Socket; $SIG{PIPE} = "IGNORE";
sub ask { socket(my $s, PF_UNIX, SOCK_STREAM, 0); connect($s, sockaddr_un(glob "home/sockets/*.sock"));
  syswrite($s, "$_[0]\n"); local $/; my $a = <$s>; close $s; $a }
my ($id, $print); until ($id) { ($id, $print) = ask(q({"ask":"prompt"})) =~ /"prompt_id":"(.*?)","fingerprint":"(.*?)"/ }
print STDERR ask(qq({"ask":"reply","prompt_id":"$id","fingerprint":"$print","value":"y"}));`;
  world.write("client.pl", client);
  const script = `(env -i "$(command -v perl)" client.pl 2> told) & read -r -p 'Delete? [y/n] ' a; echo "$a" > answer`;
  const options = ["--policy", policy, "--label", "sly", "--"];
  const session = await detached(world, [...options, "bash", "-c", script]);
  await until("it is told", () => world.read("told") !== "");
  expect(JSON.parse(world.read("told"))).toMatchObject({
    reply: "refused",
    why: expect.stringContaining("for a person"),
  });
  expect(world.read("answer")).toBe("");
  const listed = await piped(world, ["prompts", "list", "--json"]);
  const id = String(JSON.parse(listed.stdout).prompts[0]?.prompt_id);
  expect((await piped(world, ["prompts", "reply", id, "n"])).code).toBe(0);
  await isOver(world, session);
  expect(world.lines("answer")).toEqual(["n"]);
});
