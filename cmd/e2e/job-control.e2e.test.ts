/** ^C, ^Z, jobs and signals work inside `run` as without it, and the terminal comes back as it was. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { answersContinue, governed } from "./policies.ts";
import { seated, seatedRun } from "./start.ts";
import { directAndGoverned, Tmux } from "./tmux.ts";
import { until } from "./until.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

test("an interactive shell: ^C interrupts, ^Z stops, fg and bg work", async () => {
  const seen = await directAndGoverned(async (tmux) => {
    tmux.line("t bash --norc --noprofile -i");
    await tmux.sees(/\n\$$/);
    tmux.line("PS1='in> '");
    await tmux.sees(/\nin>$/);
    tmux.line("(echo up; exec sleep 100)");
    await tmux.sees(/\nup$/);
    tmux.keys("C-c");
    await tmux.sees(/\^C\nin>$/);
    tmux.line("(echo up; exec sleep 101)");
    await tmux.sees(/\nup$/);
    tmux.keys("C-z");
    await tmux.sees(/Stopped +\( echo up; exec sleep 101 \)\n+in>$/);
    tmux.line("bg; fg");
    await tmux.sees(/\n\( echo up; exec sleep 101 \)$/);
    tmux.keys("C-c");
    await tmux.sees(/\^C\nin>$/);
    tmux.line("echo up; cat");
    await tmux.sees(/\nup$/);
    tmux.line("abc");
    await tmux.sees(/\nabc\nabc$/);
    tmux.keys("C-d");
    const inside = await tmux.sees(/\nin>$/);
    tmux.line("exit 9");
    await tmux.prompt();
    tmux.line("echo code=$?");
    await tmux.sees("code=9");
    return inside;
  });
  expect(seen.governed).toBe(seen.direct);
});

test("a pasted block waits in the shell's line until Enter", async () => {
  await using world = new World();
  const tmux = await Tmux.shell(world, "governed");
  tmux.line("t bash --norc --noprofile -i");
  await tmux.sees(/\n\$$/);
  tmux.paste("echo one > pasted\necho two >> pasted");
  await tmux.sees("echo two >> pasted");
  expect(world.read("pasted")).toBe("");
  tmux.keys("Enter");
  await until("both lines have run", () => world.read("pasted") === "one\ntwo\n");
});

test("^C on a governed command ends it with exit code 130", async () => {
  await using world = new World();
  const tmux = await Tmux.shell(world, "governed");
  tmux.line("t bash -c 'echo up; exec sleep 100'");
  await tmux.sees("\nup");
  tmux.keys("C-c");
  await tmux.prompt();
  tmux.line("echo code=$?");
  await tmux.sees("code=130");
});

test("^Z in vim goes back to the outer shell with a sane terminal, and fg brings vim back", async () => {
  await using world = new World();
  const tmux = await Tmux.shell(world, "governed");
  tmux.line("stty -a > before; atlasbridge run -- vim -u NONE -N text");
  await tmux.sees(/^~/m);
  tmux.type("ikept on the way");
  await tmux.sees("kept on the way");
  tmux.keys("Escape", "C-z");
  await tmux.sees(/Stopped +.*atlasbridge run -- vim[^\n]*\n\$$/);
  expect(tmux.format("#{alternate_on}")).toBe("0");
  tmux.line("stty -a > stopped; echo typed normally");
  await tmux.sees("\ntyped normally");
  expect(world.read("stopped")).toBe(world.read("before"));
  tmux.line("fg");
  await tmux.sees("kept on the way");
  expect(tmux.format("#{alternate_on}")).toBe("1");
  tmux.type("A, and after");
  tmux.keys("Escape");
  tmux.line(":wq");
  await tmux.prompt();
  expect(world.read("text")).toBe("kept on the way, and after\n");
  tmux.line("stty -a > after; jobs > jobs; echo done");
  await tmux.sees("\ndone");
  expect(world.read("after")).toBe(world.read("before"));
  expect(world.read("jobs")).toBe("");
});

const upTwo = "$(ps -o ppid= $(ps -o ppid= $$))";
const endings = {
  "a normal end": { command: "true", code: 0 },
  "a tool that leaves the terminal in disorder": { command: "stty raw -echo; exit 4", code: 4 },
  "a tool killed in the middle": { command: "stty raw -echo; kill -9 $$", code: 137 },
  "SIGTERM to the runtime": {
    command: `stty raw -echo; kill -TERM ${upTwo}; sleep 100`,
    code: 143,
  },
};

for (const [name, { command, code }] of Object.entries(endings)) {
  test(`after ${name} the terminal is as it was`, async () => {
    await using world = new World();
    const tool = world.write("tool", `#!/bin/bash\n${command}\n`, 0o755);
    // Not a shell with job control, which would put the terminal in order by itself.
    const outer = `stty -a > before; ${world.binary} run -- ${tool}; echo "code=$?"; stty -a > after`;
    const seat = seated(world, ["sh", "-c", outer]);
    expect(await seat.ended).toBe(0);
    expect(seat.shown()).toContain(`code=${code}\r\n`);
    expect(world.read("before")).toContain("icanon");
    expect(world.read("after")).toBe(world.read("before"));
  });
}

test("while a tool is stopped the terminal is as it was, and raw again afterwards", async () => {
  await using world = new World();
  const tool = world.write("tool", "#!/bin/bash\nkill -STOP $$\necho resumed\n", 0o755);
  const outer = `set -m; stty -a > before; ${world.binary} run -- ${tool}; stty -a > stopped
    fg; stty -a > after; echo over`;
  const seat = seated(world, ["bash", "--norc", "-c", outer]);
  await seat.sees("resumed");
  await seat.sees("over");
  expect(world.read("before")).toContain("icanon");
  expect(world.read("stopped")).toBe(world.read("before"));
  expect(world.read("after")).toBe(world.read("before"));
});

test("a line feed of a raw-mode tool goes straight down, not to the first column", async () => {
  const seen = await directAndGoverned(async (tmux) => {
    tmux.line("t bash -c 'stty raw; printf \"abc\\ndef\\r\\n\"; stty sane; echo up; read x'");
    const shown = await tmux.sees(/\nup$/);
    tmux.keys("Enter");
    await tmux.prompt();
    return shown;
  });
  expect(seen.governed).toBe(seen.direct);
  expect(seen.governed).toContain("\nabc\n   def\n");
});

test("closing the terminal hangs up the tool and records the session's end", async () => {
  await using world = new World();
  const tmux = await Tmux.shell(world, "governed");
  const script = 'trap "echo hup > hung; exit" HUP; echo up; while :; do sleep 0.05; done';
  tmux.line(`atlasbridge run --events ${world.events} -- bash -c '${script}'`);
  await tmux.sees("\nup");
  tmux.close();
  await until("the tool is hung up", () => world.read("hung") !== "");
  const [ended] = await world.recorded("session.ended");
  expect(ended?.data.reason).toBe("interrupted");
});

test("every byte reaches a raw-mode tool as it was sent, mouse reports and all", async () => {
  await using world = new World();
  const all = Array.from({ length: 256 }, (_, byte) => byte);
  const mouse = "\u001b[<0;10;5M\u001b[<0;10;5m\u001b[M !!\u001b[I\u001b[O";
  const paste = "\u001b[200~two\rlines\u001b[201~";
  const sent = Buffer.concat([
    Buffer.from(all.filter((b) => b < 128)),
    Buffer.from(mouse + paste + "é漢"),
  ]);
  const script = `stty raw -echo; echo ready; head -c ${sent.length} > got; stty sane; echo done`;
  const seat = seatedRun(world, governed(world, answersContinue, ["bash", "-c", script]));
  await seat.sees("ready");
  seat.type(sent.toString("utf8"));
  await seat.sees("done");
  expect(Buffer.from(world.read("got"))).toEqual(sent);
  expect(await seat.ended).toBe(0);
});
