/** Full-screen programs look and work inside `run` as without it; each scene is played twice and compared. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { directAndGoverned, Tmux } from "./tmux.ts";
import { until } from "./until.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

test("vim: inserts, writes, quits, and leaves the screen as it was", async () => {
  const seen = await directAndGoverned(async (tmux, world) => {
    tmux.line("echo before");
    await tmux.sees("\nbefore");
    tmux.line("t vim -u NONE -N text");
    await tmux.sees(/^~/m);
    tmux.type("ione\u001b[A");
    tmux.keys("Enter");
    tmux.type("two ünïcode 漢字");
    tmux.keys("Escape");
    // Not before it has begun: a slow start shows no INSERT either.
    await until("typing is over", () => /漢字(?![^]*INSERT)/.test(tmux.screen()));
    const inside = await tmux.sees("漢字");
    tmux.keys("0", "d", "w");
    await until("the word is gone", () => !tmux.screen().includes("two"));
    const edited = await tmux.sees("漢字");
    tmux.line(":wq");
    return { inside, edited, after: await tmux.prompt(), text: world.read("text") };
  });
  expect(seen.governed).toEqual(seen.direct);
  expect(seen.governed.text).toContain("ünïcode 漢字");
  expect(seen.governed.after).toContain("before");
});

test("vim: a pasted block arrives as one paste, unindented and unexecuted", async () => {
  const seen = await directAndGoverned(async (tmux, world) => {
    tmux.line("t vim -u NONE -N --cmd 'set autoindent' text");
    await tmux.sees(/^~/m);
    tmux.type("i");
    await tmux.sees("INSERT");
    tmux.paste("if x\n    one\n    two\nend");
    await tmux.sees("end");
    tmux.keys("Escape");
    tmux.line(":wq");
    await tmux.prompt();
    return world.read("text");
  });
  expect(seen.governed).toBe("if x\n    one\n    two\nend\n");
  expect(seen.governed).toBe(seen.direct);
});

test("less: scrolls, searches and gives the screen back", async () => {
  const seen = await directAndGoverned(async (tmux, world) => {
    world.write("long", Array.from({ length: 500 }, (_, i) => `line ${i + 1}`).join("\n"));
    tmux.line("t less long");
    const first = await tmux.sees("line 23");
    tmux.keys("Space");
    const second = await tmux.sees("line 46");
    tmux.line("/line 300");
    const found = await tmux.sees(/^line 300$/m);
    tmux.keys("G");
    const last = await tmux.sees("line 500");
    tmux.keys("q");
    return { first, second, found, last, after: await tmux.prompt() };
  });
  expect(seen.governed).toEqual(seen.direct);
});

test("htop: draws, answers its keys and quits", async () => {
  const seen = await directAndGoverned(async (tmux) => {
    tmux.line("t htop -d 50");
    const drawn = await tmux.sees("F10Quit");
    tmux.keys("F1");
    await tmux.sees("Released under");
    tmux.keys("Space");
    await tmux.sees("F10Quit");
    tmux.keys("q");
    const after = await tmux.prompt();
    return { keys: drawn.split("\n").at(-1), after };
  });
  expect(seen.governed).toEqual(seen.direct);
});

test("tmux: a nested one splits, runs commands and detaches", async () => {
  const seen = await directAndGoverned(async (tmux, world) => {
    world.atEnd(() => Bun.spawnSync(["tmux", "-S", world.path("inner"), "kill-server"]));
    tmux.line(`t tmux -S inner -f /dev/null new-session -s nested "bash --norc --noprofile"`);
    await tmux.sees("[nested]");
    tmux.line("echo $((6 * 7))");
    await tmux.sees(/^42$/m);
    tmux.keys("C-b", '"');
    const split = await tmux.sees(/^──+/m);
    tmux.line("exit");
    await until("one pane is left", () => !tmux.screen().includes("──"));
    tmux.keys("C-b", "d");
    const after = await tmux.sees(/detached \(from session nested\)[\s\S]*\n\$$/);
    return { rows: split.split("\n").length, after };
  });
  expect(seen.governed).toEqual(seen.direct);
});

test("a resize reaches the tool, which draws for the new size", async () => {
  await using world = new World();
  const tmux = await Tmux.shell(world, "governed");
  tmux.line(
    `t bash -c 'trap "stty size; tput cols" WINCH; stty size; while :; do sleep 0.05; done'`,
  );
  await tmux.sees("24 80");
  tmux.resize({ cols: 100, rows: 31 });
  await tmux.sees(/31 100\n100/);
  tmux.keys("C-c");
  await tmux.prompt();
  tmux.line("clear; t vim -u NONE -N");
  await tmux.sees(/^~/m);
  tmux.resize({ cols: 60, rows: 12 });
  await until(
    "vim fills the smaller screen",
    () => tmux.screen().split("\n").length <= 12 && /^~/m.test(tmux.screen()),
  );
  tmux.line(":q!");
  await tmux.prompt();
});
