/** A recorded session is shown again on a real terminal, and nothing that was recorded acts on it. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { sessionReplayView, sessionShowView } from "../../contracts/views.ts";
import { recordingFile } from "../../runtime/recording/files.ts";
import { answersContinue } from "./policies.ts";
import { piped, seatedRun } from "./start.ts";
import { Tmux } from "./tmux.ts";
import { until } from "./until.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

/** Governs a script in a terminal of its own. Returns its session's id. */
async function recorded(world: World, script: string, options: string[] = []) {
  const policy = world.write("policy.yaml", answersContinue);
  const given = ["--policy", policy, "--events", world.events, ...options];
  const seat = seatedRun(world, ["run", ...given, "--", "bash", "-c", script]);
  expect(await seat.ended).toBe(0);
  const id = world.of("session.started")[0]?.session_id;
  if (id === undefined || id === null) throw new Error("no session was recorded");
  return id;
}

test("it stands still at each prompt and says what was decided; keys go on, step and leave", async () => {
  await using world = new World();
  const id = await recorded(
    world,
    `echo one; read -p "Continue? [y/n] " a; sleep 0.3; echo "got=$a"; seq 200 | tail -3`,
  );
  const tmux = await Tmux.shell(world, "direct");
  tmux.line(`atlasbridge sessions replay ${id.slice(0, 13)}`);
  const standing = await tmux.sees("prompt 1 of 1");
  expect(standing).toContain("one\nContinue? [y/n]");
  expect(standing).toMatch(/auto_reply by rule continue/);
  expect(standing).toMatch(/2 bytes typed by policy, .* answered/);
  expect(standing).toContain("recorded at 100×30, your terminal is 80×24");
  expect(standing).not.toContain("got=");
  expect(tmux.format("#{alternate_on}")).toBe("1");
  tmux.type(".");
  const stepped = await tmux.sees("Continue? [y/n] y");
  expect(stepped).not.toContain("prompt 1 of 1");
  tmux.keys("Enter");
  const end = await tmux.sees("the end");
  expect(end).toContain("got=y\n198\n199\n200");
  tmux.type("q");
  await tmux.prompt();
  expect(tmux.format("#{alternate_on} #{cursor_flag} #{mouse_any_flag}")).toBe("0 1 0");
  expect(tmux.screen()).not.toContain("got=");
});

for (const how of ["^C", "SIGTERM", "SIGHUP", "SIGQUIT"] as const) {
  test(`the terminal is given back as it was after ${how}`, async () => {
    await using world = new World();
    const id = await recorded(world, "echo begun; sleep 1; echo over");
    const tmux = await Tmux.shell(world, "direct");
    tmux.line(`stty -a > before; atlasbridge sessions replay ${id} --speed 0.1; echo code=$?`);
    await tmux.sees("begun");
    if (how === "^C") tmux.keys("C-c");
    else {
      const pgrep = Bun.spawnSync(["pgrep", "-f", `sessions replay ${id}`]).stdout.toString();
      const pid = Number(pgrep.trim().split("\n")[0]);
      process.kill(pid, how);
    }
    await tmux.sees(/code=1(30|43|29|31)\n\$$/);
    expect(tmux.format("#{alternate_on} #{cursor_flag}")).toBe("0 1");
    tmux.line("stty -a | cmp - before && echo same");
    await tmux.sees("same");
  });
}

test("the terminal is given back as it was though the replay is killed outright, and left alone after ^Z", async () => {
  await using world = new World();
  const id = await recorded(world, "echo begun; sleep 1; echo over");
  const tmux = await Tmux.shell(world, "direct");
  tmux.line(
    `stty -a > before; sh -c 'echo $$ > pid; exec atlasbridge sessions replay ${id} --speed 0.1'`,
  );
  await tmux.sees("begun");
  process.kill(-Number(world.read("pid")), "SIGKILL");
  await until("it is off the other screen", () => tmux.format("#{alternate_on}") === "0");
  // What the shell said before that stood on the other screen.
  tmux.line("clear; stty -a | cmp - before && echo same");
  await tmux.sees("same");
  tmux.line(`clear; sh -c 'echo $$ > pid; exec atlasbridge sessions replay ${id} --speed 0.1'`);
  await tmux.sees("begun");
  tmux.keys("C-z");
  await tmux.sees("Stopped");
  tmux.line("less -X before");
  await tmux.sees("speed");
  process.kill(-Number(world.read("pid")), "SIGKILL");
  tmux.type("q");
  await tmux.sees(/\n\$$/);
  tmux.line("stty -a | cmp - before && echo same again");
  await tmux.sees("same again");
});

test("^Z gives the shell its terminal back, and fg the replay its own", async () => {
  await using world = new World();
  const id = await recorded(world, "echo begun; sleep 1; echo over");
  const tmux = await Tmux.shell(world, "direct");
  tmux.line(`atlasbridge sessions replay ${id} --speed 0.1`);
  await tmux.sees("begun");
  tmux.keys("C-z");
  await tmux.sees("Stopped");
  expect(tmux.format("#{alternate_on} #{cursor_flag}")).toBe("0 1");
  tmux.line("echo typed; fg");
  await tmux.sees(/^begun$/m);
  expect(tmux.format("#{alternate_on}")).toBe("1");
  tmux.type("q");
  await tmux.prompt();
  expect(tmux.screen()).toContain("typed");
});

/** Asks whatever a terminal answers, and switches on what makes it talk. */
const hostile = [
  "\\033[c",
  "\\033[>c",
  "\\033[6n",
  "\\033[5n",
  "\\033[21t",
  "\\033[18t",
  "\\033P$qm\\033\\\\",
  "\\033P+q544e\\033\\\\",
  "\\033]52;c;cm0gLXJmIC8K\\a",
  "\\033]52;c;?\\a",
  "\\033]0;a title\\a",
  "\\033]10;?\\a",
  "\\033]7501;?\\a",
  "\\033[?1000h\\033[?1003h\\033[?1004h\\033[?2004h\\033[>1u\\033[?1h\\033=",
  "\\005",
  "\\033[?25l",
  "\\033[4i\\033[5i",
].join("");

test("what is recorded cannot make the terminal answer, nor leave a mode, a title or a clipboard behind", async () => {
  await using world = new World();
  const id = await recorded(world, `printf '${hostile}'; sleep 0.1; printf 'shown\\n'`);
  const cast = Bun.zstdDecompressSync(
    await Bun.file(recordingFile(`${world.home}/recordings`, id)).bytes(),
  );
  expect(cast.toString()).toContain("\\u001b[6n");
  const seat = seatedRun(world, ["sessions", "replay", id]);
  await seat.sees("the end");
  seat.type("q");
  expect(await seat.ended).toBe(0);
  // Everything that was written is one of ours: where, what it looks like, the cursor, the other screen.
  const escape = "\u001b";
  const ours = new RegExp(`${escape}\\[(\\d+;\\d+H|[\\d;]*m|K|H|2J|\\?25[hl]|\\?1049[hl])`, "g");
  const rest = seat.shown().replace(ours, "");
  expect(rest).not.toMatch(/[^\P{Cc}\r\n]/u);
  expect(rest).not.toContain("a title");
  expect(seat.shown()).toEndWith("\u001b[?1049l");
});

test("where the output is no terminal it is text; a changed recording is told, and another's file is shown", async () => {
  await using world = new World();
  const id = await recorded(
    world,
    `read -p "Continue? [y/n] " a; printf '\\033[6nbye\\n'; printf ghp_; printf '0aZ9%.0s' 1 2 3 4 5 6 7 8 9`,
  );
  const text = await piped(world, ["sessions", "replay", id]);
  expect(text.code).toBe(0);
  expect(text.stdout).toMatch(/== [\d.]+ s: prompt 1 \(yes_no, high\), .*\nContinue\? \[y\/n\]\n/);
  expect(text.stdout).toMatch(/== [\d.]+ s: the end\nContinue\? \[y\/n\] y\nbye\n\*{40}\n$/);
  expect(text.stdout).not.toContain("aZ90aZ90");
  const open = await piped(world, ["sessions", "replay", id, "--unredacted"]);
  expect(open.stdout).toContain("ghp_0aZ90aZ90aZ9");
  const json = await piped(world, ["sessions", "replay", id, "--json"]);
  const view = sessionReplayView.parse(JSON.parse(json.stdout));
  expect(view).toMatchObject({ session_id: id, state: "as_recorded" });
  expect(view.stills.map(({ prompt }) => prompt?.question ?? null)).toEqual([
    "Continue? [y/n]",
    null,
  ]);

  const file = recordingFile(`${world.home}/recordings`, id);
  const bytes = await Bun.file(file).bytes();
  const lie = Bun.zstdDecompressSync(bytes).toString().replaceAll("bye", "hi!");
  await Bun.write(file, Bun.zstdCompressSync(lie));
  const changed = await piped(world, ["sessions", "replay", id]);
  expect(changed.code).toBe(4);
  expect(changed.stderr).toContain("not the one that the trace names");
  const shown = await piped(world, ["sessions", "show", id, "--json"]);
  const { recording } = sessionShowView.parse(JSON.parse(shown.stdout));
  expect(recording.state).toBe("changed");

  const elsewhere = world.write("other.cast", lie);
  const other = await piped(world, ["sessions", "replay", elsewhere]);
  expect(other).toMatchObject({ code: 0, stdout: expect.stringContaining("hi!") });
  await Bun.file(file).delete();
  const gone = await piped(world, ["sessions", "replay", id]);
  expect(gone).toMatchObject({ code: 1, stderr: expect.stringContaining("not there any more") });
  await until("the trace stands", async () => (await piped(world, ["trace", "verify"])).code === 0);
});
