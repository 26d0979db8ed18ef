/** The commands beside `run`: help, suggestions, completion in real shells, and what a fresh home tells doctor. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { doctorView } from "../../contracts/doctor.ts";
import { promptsListView } from "../../contracts/operator.ts";
import { detached } from "./background.ts";
import { piped, pipedProgram, type Seat, seated } from "./start.ts";
import { until } from "./until.ts";
import { World } from "./world.ts";

setDefaultTimeout(30_000);

/** Names in a help text's list of commands. */
function commandsIn(help: string): string[] {
  const list = /\nCommands:\n([\s\S]*?)(\n\n|$)/.exec(help)?.[1] ?? "";
  return [...list.matchAll(/^ {2}([a-z]\S*)/gm)].flatMap(([, name]) => name ?? []);
}

test("every command's help has an example that begins with the program's name", async () => {
  await using world = new World();
  const visit = async (path: readonly string[]): Promise<number> => {
    const { code, stdout, stderr } = await piped(world, [...path, "--help"]);
    expect({ path, code, stderr }).toEqual({ path, code: 0, stderr: "" });
    const below = commandsIn(stdout).filter((name) => name !== "help");
    if (below.length === 0) {
      expect({ path, example: /^ {2}\$ .*atlasbridge/m.test(stdout) }).toEqual({
        path,
        example: true,
      });
      return 1;
    }
    let count = 0;
    for (const name of below) count += await visit([...path, name]);
    return count;
  };
  expect(await visit([])).toBeGreaterThan(10);
});

const slips = [
  { args: ["rum", "--", "x"], meant: "run" },
  { args: ["tracee"], meant: "trace" },
  { args: ["trace", "verfy"], meant: "verify" },
  { args: ["doctor", "--fxi"], meant: "--fix" },
];

for (const { args, meant } of slips) {
  test(`"${args.join(" ")}" is a usage error that suggests ${meant}`, async () => {
    await using world = new World();
    const { code, stderr } = await piped(world, args);
    expect(code).toBe(2);
    expect(stderr.trimEnd()).toEndWith(`; did you mean ${meant}?`);
    expect(stderr.split("\n")).toHaveLength(2);
  });
}

test("version tells programs what this binary is", async () => {
  await using world = new World();
  const { code, stdout } = await piped(world, ["version", "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ format: 1, version: expect.any(String) });
  expect((await piped(world, ["--version"])).stdout.trim()).toBe(JSON.parse(stdout).version);
});

test("doctor passes on a fresh home, and fails on a damaged trace", async () => {
  await using world = new World();
  const fresh = await piped(world, ["doctor", "--json"]);
  expect(fresh.code).toBe(0);
  const { findings, ok } = doctorView.parse(JSON.parse(fresh.stdout));
  expect(ok).toBe(true);
  expect(findings.map(({ name }) => name)).toContain("pseudo-terminal");
  world.write("home/trace.db", "no database\n".repeat(500));
  const damaged = await piped(world, ["doctor"]);
  expect(damaged.code).toBe(1);
  expect(damaged.stdout).toMatch(/^FAILED +trace: .*damaged/m);
});

test("doctor mends the modes of folders when told to", async () => {
  await using world = new World();
  await piped(world, ["run", "--", "true"]);
  await pipedProgram(["chmod", "755", world.home], {
    stdin: null,
    env: world.env(),
    cwd: world.folder,
  });
  expect((await piped(world, ["doctor"])).stdout).toContain(`chmod 700 ${world.home}`);
  expect((await piped(world, ["doctor", "--fix"])).stdout).toContain("made private to you");
  expect((await piped(world, ["doctor"])).stdout).not.toContain("chmod");
  expect((await piped(world, ["trace", "tail"])).stdout).toContain("doctor --fix");
});

test("doctor's canary goes the whole way, also within a governed session, and leaves the home as it was", async () => {
  await using world = new World();
  const within = { ATLASBRIDGE_SESSION: "0193a1b2-0000-7000-8000-000000000000" };
  const { code, stdout } = await piped(world, ["doctor", "--canary", "--json"], { env: within });
  const { findings } = doctorView.parse(JSON.parse(stdout));
  const sung = findings.filter(({ group }) => group === "canary");
  expect(sung.map(({ name, status }) => `${name} ${status}`)).toEqual([
    "start ok",
    "detection ok",
    "policy ok",
    "injection ok",
    "trace ok",
  ]);
  expect(code).toBe(0);
  expect(existsSync(world.path("home/trace.db"))).toBe(false);
});

for (const shell of ["bash", "zsh", "fish"]) {
  test(`completion for ${shell} is a script that the shell accepts`, async () => {
    await using world = new World();
    const { code, stdout, stderr } = await piped(world, ["completion", shell]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`# ${shell} completion for atlasbridge`);
    if (Bun.which(shell) === null) return;
    const script = world.write(`completion.${shell}`, stdout);
    const options = { stdin: null, env: world.env(), cwd: world.folder };
    expect(await pipedProgram([shell, "-n", script], options)).toMatchObject({
      code: 0,
      stderr: "",
    });
  });
}

test("bash completes commands and options, and evaluates nothing of the line", async () => {
  await using world = new World();
  const path = `${dirname(world.binary)}:${world.env()["PATH"] ?? ""}`;
  const shell = seated(world, ["bash", "--norc", "--noprofile", "-i"], { PATH: path, PS1: "$ " });
  shell.type(
    "bind 'set enable-bracketed-paste off'; source <(atlasbridge completion bash); echo ready-$?\r",
  );
  await shell.sees("ready-0");
  shell.type("atlasbridge tra\t");
  await shell.sees("atlasbridge trace ");
  shell.type("ver\t");
  await shell.sees("atlasbridge trace verify ");
  shell.type("\u0015atlasbridge run --head\t");
  await shell.sees("run --headless ");
  shell.type("\u0015atlasbridge run $(touch evaluated) --hea\t\u0015echo later\r");
  await shell.sees("\r\nlater");
  expect(world.read("evaluated")).toBe("");
  expect(await Bun.file(world.path("evaluated")).exists()).toBe(false);
  shell.type("exit\r");
  expect(await shell.ended).toBe(0);
});

test("zsh completes commands, sub-commands and options", async () => {
  await using world = new World();
  const path = `${dirname(world.binary)}:${world.env()["PATH"] ?? ""}`;
  const shell = seated(world, ["zsh", "-f", "-i"], { PATH: path, PS1: "$ " });
  shell.type("autoload -U compinit; compinit -u -D; PS1='> '\r");
  shell.type('eval "$(atlasbridge shell-init zsh)"; echo ready-$?\r');
  await shell.sees("ready-0");
  shell.type("atlasbridge tra\t");
  await shell.sees(/atlasbridge tra.{0,20}ce/);
  shell.type("ver\t");
  await shell.sees(/ver.{0,20}ify/);
  shell.type("\u0015atlasbridge run --head\t");
  await shell.sees(/--head.{0,20}less/);
  shell.type("\u0015exit\r");
  expect(await shell.ended).toBe(0);
});

test("fish completes commands, sub-commands, options and their values", async () => {
  await using world = new World();
  const path = `${dirname(world.binary)}:${world.env()["PATH"] ?? ""}`;
  const options = { stdin: null, cwd: world.folder, env: world.env({ PATH: path }) };
  const completed = async (line: string): Promise<string[]> => {
    const script = `atlasbridge shell-init fish | source; complete -C "${line}"`;
    const { stdout, stderr } = await pipedProgram(["fish", "--no-config", "-c", script], options);
    expect(stderr).toBe("");
    return stdout.split("\n").map((found) => found.split("\t")[0] ?? "");
  };
  expect(await completed("atlasbridge tra")).toContain("trace");
  expect(await completed("atlasbridge trace ver")).toContain("verify");
  expect(await completed("atlasbridge run --head")).toContain("--headless");
  expect(await completed("atlasbridge run --mode ")).toEqual(expect.arrayContaining(["assist"]));
});

test("each shell completes what runs, what is named by no command, and what stands behind run --", async () => {
  await using world = new World();
  await detached(world, ["--label", "nightly", "--", "bash", "-c", "read -r -p 'Go? [y/n] ' a"]);
  await detached(world, ["--label", "$(touch evaluated)", "--", "sleep", "100"]);
  const id = await until("it waits", async () => {
    const { stdout } = await piped(world, ["prompts", "list", "--json"]);
    return promptsListView.parse(JSON.parse(stdout)).prompts[0]?.prompt_id.slice(-8) ?? false;
  });
  world.write("recipe.yaml", "");
  const path = `${dirname(world.binary)}:${world.env()["PATH"] ?? ""}`;
  const lines = [
    ["attach nig", "nightly"],
    ["sessions list --label nig", "nightly"],
    [`prompts reply ${id.slice(0, 4)}`, id],
    ["policy validate rec", "recipe.yaml"],
    ["run -- cat rec", "recipe.yaml"],
    ["run -- mktem", "mktemp"],
    ["sessions list --js", "--json"],
  ] as const;
  const env = { PATH: path, PS1: "READY> " };
  const bash = seated(world, ["bash", "--norc", "--noprofile", "-i"], env);
  bash.type(
    "bind 'set enable-bracketed-paste off'; source <(atlasbridge completion bash); echo b$?\r",
  );
  await bash.sees(/b0[^]*READY> /);
  const zsh = seated(world, ["zsh", "-f", "-i"], env);
  // Where EDITOR is vi, as npm sets it, its keys would be those of vi.
  zsh.type("bindkey -e; autoload -U compinit; compinit -u -D\r");
  zsh.type("source <(atlasbridge completion zsh); echo z$?\r");
  await zsh.sees(/z0[^]*READY> /);
  const complete = async (shell: Seat, file: string): Promise<void> => {
    for (const [at, [typed, found]] of lines.entries()) {
      const into = `${file}-${at}`;
      shell.type(`\u0015atlasbridge ${typed}\t`);
      // What was completed stands in the file, whatever the terminal was told on the way.
      const from = shell.shown().length;
      shell.type(`\u0001echo '\u0005' > part-${into}; mv part-${into} ${into}; echo over\r`);
      await until("it stands there", () => existsSync(world.path(into)));
      // What is typed before the next prompt is not edited by the shell.
      await until("it is ready", () => /\nover\r?\n[^]*READY> /.test(shell.shown().slice(from)));
      expect(world.read(into).trim()).toBe(`atlasbridge ${typed.replace(/\S+$/, found)}`);
    }
    shell.type("exit\r");
  };
  await Promise.all([complete(bash, "by-bash"), complete(zsh, "by-zsh")]);
  const asked = lines.map(([typed]) => `complete -C "atlasbridge ${typed}"; echo ---`).join("; ");
  const script = `atlasbridge completion fish | source; ${asked}`;
  const options = { stdin: null, cwd: world.folder, env: world.env({ PATH: path }) };
  const { stdout } = await pipedProgram(["fish", "--no-config", "-c", script], options);
  const offered = stdout.split("---\n");
  for (const [at, [, found]] of lines.entries()) {
    expect(offered[at]?.split("\n").map((one) => one.split("\t")[0])).toContain(found);
  }
  expect(world.read("evaluated")).toBe("");
  expect(existsSync(world.path("evaluated"))).toBe(false);
});

for (const [shell, flags] of [
  ["bash", ["--norc", "--noprofile"]],
  ["zsh", ["-f"]],
  ["fish", ["--no-config"]],
] as const) {
  test(`in ${shell} a tool's name runs it governed, and itself within a session`, async () => {
    await using world = new World();
    world.write(
      "bin/claude",
      '#!/bin/sh\nfor last; do :; done; echo "tool ${ATLASBRIDGE_SESSION:+governed} <$last>"\n',
      0o700,
    );
    const path = `${dirname(world.binary)}:${world.path("bin")}:${world.env()["PATH"] ?? ""}`;
    const options = { stdin: null, cwd: world.folder };
    const init = `atlasbridge shell-init ${shell} --govern claude`;
    const source = shell === "fish" ? `${init} | source` : `eval "$(${init})"`;
    const said = async (env: Record<string, string>): Promise<string> => {
      const argv = [shell, ...flags, "-c", `${source}; claude "a b"`];
      return (await pipedProgram(argv, { ...options, env: world.env({ PATH: path, ...env }) }))
        .stdout;
    };
    expect(await said({})).toContain("tool governed <a b>");
    expect((await piped(world, ["sessions", "list"])).stdout).toContain("claude");
    expect(await said({ ATLASBRIDGE_SESSION: "x" })).toContain("tool governed <a b>");
    const { stdout } = await piped(world, ["sessions", "list", "--json"]);
    expect(JSON.parse(stdout).sessions).toHaveLength(1);
  });
}

test("shell-init evaluates no name that is none", async () => {
  await using world = new World();
  const { code, stdout } = await piped(world, ["shell-init", "bash", "--govern", "$(touch x)"]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
});

test("the manual page is one, and names every command", async () => {
  await using world = new World();
  const { code, stdout } = await piped(world, ["man"]);
  expect(code).toBe(0);
  const page = world.write("atlasbridge.1", stdout);
  const options = { stdin: null, cwd: world.folder, env: world.env({ MANWIDTH: "80" }) };
  // A page of no date: it is of whatever version prints it.
  const lint = await pipedProgram(["mandoc", "-T", "lint", "-W", "error", page], options);
  expect(lint).toMatchObject({ code: 0, stdout: "", stderr: "" });
  const { stdout: shown } = await pipedProgram(["mandoc", "-T", "utf8", page], options);
  // Bold is a letter over itself.
  const parts = shown.split("\b");
  const plain = parts
    .map((part, at) => part.slice(0, part.length - (at + 1 < parts.length ? 1 : 0)))
    .join("");
  for (const name of ["run", "attach", "sessions stop", "daemon start", "policy explain", "man"]) {
    expect(plain).toContain(`atlasbridge ${name} `);
  }
  expect(plain).toContain("--headless");
});
