/** Proves the command tree: every command helps by example, speaks JSON, and fails in one line. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { welcomeView } from "../../contracts/welcome.ts";
import { writeSession } from "../../runtime/trace/drafts.example.ts";
import { openAt } from "../../runtime/trace/opened.example.ts";
import { openEvents } from "./run/events.ts";
import { loadGovernance } from "./run/governance.ts";
import { openCli } from "./cli.ts";
import { buildProgram } from "./program.ts";

setDefaultTimeout(30_000);

let home = "";
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "atlasbridge-program-"));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** With the groups: whoever asks what a group is for is shown it by an example as well. */
function all(command: Command): Command[] {
  return [command, ...command.commands.flatMap(all)];
}

const commands = (await buildProgram()).commands
  .flatMap(all)
  .filter((command) => command.name() !== "complete" && command.parent?.name() !== "completion");

describe("every command", () => {
  test.each(commands.map((command) => [command.name(), command] as const))(
    "%s shows an example within 80 columns, and takes --json and --home",
    (_name, command) => {
      let help = "";
      command.configureOutput({ writeOut: (text) => (help += text), getOutHelpWidth: () => 80 });
      command.outputHelp();
      expect(help.split("\n").filter((line) => Bun.stringWidth(line) > 80)).toEqual([]);
      expect(help).toMatch(/Examples?:\n {2}\$ .*atlasbridge/);
      expect(help).toContain("--json");
      expect(help).toContain("--home");
    },
  );
});

describe("what a command line does not name is not loaded", () => {
  const all = ["run", "policy", "trace", "version", "completion"];
  test.each([
    [["version"], ["version"]],
    [["--home", "run", "version"], ["version"]],
    [["--json", "--home=run", "trace", "tail"], ["trace"]],
    [["run", "--", "trace"], ["run"]],
    [["-V"], ["version"]],
    [["versoin"], all],
    [["--help"], all],
    [["completion", "bash"], all],
  ])("%p", async (args, names) => {
    const { commands: there } = await buildProgram(args);
    const found = there.map((command) => command.name());
    expect(found).toEqual(expect.arrayContaining(names));
    if (names.length === 1) expect(found).toEqual(names);
  });
});

const source = join(import.meta.dir, "..", "atlasbridge.ts");

function atlasbridge(...args: string[]) {
  return plain(...args, "--home", home);
}

/** As it is, without `--home` behind it. */
function plain(...args: string[]) {
  const done = Bun.spawnSync([process.execPath, source, ...args], { stdin: "ignore" });
  return { code: done.exitCode, out: done.stdout.toString(), err: done.stderr.toString() };
}

test("doctor finds a fresh home fit, and says what to do next", () => {
  const { code, out } = atlasbridge("doctor", "--json");
  expect(code).toBe(0);
  const { findings } = JSON.parse(out) as {
    findings: { name: string; status: string; fix: string | null }[];
  };
  expect(findings.find(({ name }) => name === "pseudo-terminal")?.status).toBe("ok");
  expect(findings.find(({ name }) => name === "policy")?.fix).toBe("atlasbridge policy init");
});

test("doctor tells of files that others can read or change, and --fix mends them", () => {
  const other = mkdtempSync(join(home, "modes-"));
  const trace = join(other, "trace.db");
  const policy = join(other, "policy.yaml");
  openAt(trace).close();
  expect(plain("--home", other, "policy", "init").code).toBe(0);
  chmodSync(trace, 0o644);
  chmodSync(policy, 0o664);
  const told = plain("--home", other, "doctor");
  expect(told.out).toContain(`chmod 600 ${trace}`);
  expect(told.out).toContain(`chmod 644 ${policy}`);
  expect(statSync(trace).mode & 0o777).toBe(0o644);
  expect(plain("--home", other, "run", "--", "true").err).toContain(`chmod go-w ${policy}`);
  const mended = plain("--home", other, "doctor", "--fix");
  expect({ code: mended.code, chmod: mended.out.includes("chmod") }).toEqual({
    code: 0,
    chmod: false,
  });
  expect(statSync(trace).mode & 0o777).toBe(0o600);
  expect(statSync(policy).mode & 0o777).toBe(0o644);
});

test("version is one JSON value when asked for", () => {
  expect(JSON.parse(atlasbridge("version", "--json").out)).toMatchObject({ trace_format: 1 });
});

test("no command at all is told what to do next, in 80 columns, or as JSON", () => {
  const env = { ...process.env, ATLASBRIDGE_HOME: join(home, "none") };
  const done = Bun.spawnSync([process.execPath, source], { stdin: "ignore", env });
  const out = done.stdout.toString();
  expect({ code: done.exitCode, err: done.stderr.toString() }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(/Next:\n {2}\$ atlasbridge doctor --canary/);
  expect(out.split("\n").every((row) => row.length <= 80)).toBe(true);
  const asked = plain("--json", "--home", join(home, "none"));
  expect(asked.code).toBe(0);
  expect(welcomeView.parse(JSON.parse(asked.out)).next[0]?.command).toBe(
    "atlasbridge doctor --canary",
  );
  expect(plain("--home").code).toBe(2);
});

test("a word of another program, and a tool that was to be governed, are met with what to say, exit code 2", () => {
  expect(plain("ps", "-a")).toMatchObject({
    code: 2,
    err: 'atlasbridge: there is no command "ps"; say: atlasbridge sessions list\n',
  });
  expect(plain("claude").err).toContain("say: atlasbridge run -- claude");
  expect(JSON.parse(plain("--json", "sh").err)).toMatchObject({
    error: { code: "usage", message: 'there is no command "sh"; say: atlasbridge run -- sh' },
  });
});

test("a mistyped command is met with the right one, exit code 2", () => {
  const { code, err } = atlasbridge("tarce");
  expect(code).toBe(2);
  expect(err).toContain("did you mean trace?");
});

test("a usage error is JSON when asked for; the governed tool's own --json asks us for nothing", () => {
  const { code, out, err } = atlasbridge("trace", "show", "x", "--json");
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(JSON.parse(err)).toMatchObject({ error: { code: "usage" } });
  expect(JSON.parse(atlasbridge("--json", "tarce").err)).toMatchObject({
    error: { code: "usage" },
  });
  const missing = join(home, "missing");
  const files = ["--home", home, "run", "--label", "--json"];
  for (const args of [
    ["--", missing, "--json"],
    [missing, "--json"],
  ]) {
    expect(plain(...files, ...args).err).toStartWith("atlasbridge: ");
  }
  const asked = plain("--home", home, "run", "--json", "--", missing);
  expect(JSON.parse(asked.err)).toMatchObject({ error: { code: "command_not_found" } });
});

test("a name in an error or a note cannot act on the terminal that shows it", () => {
  const hostile = "no\u001b]0;pwn\u0007a.yaml";
  for (const args of [
    ["run", "--policy", hostile, "--", "true"],
    ["policy", "validate", hostile],
    ["--json", "policy", "validate", hostile],
    [hostile],
  ]) {
    const { code, err } = plain("--home", home, ...args);
    expect(code).not.toBe(0);
    expect(err).toContain("pwn");
    expect(err.trimEnd()).not.toMatch(/\p{Cc}/u);
  }
});

describe("a reader that has gone", () => {
  const listings = [
    ["trace", "tail", "-n", "500"],
    ["--json", "trace", "tail", "-n", "500"],
    ["trace", "tail", "--follow", "-n", "500"],
    ["trace", "verify"],
    ["trace", "show", "2"],
    ["sessions", "list", "--limit", "100"],
    ["policy", "init", "--help"],
    ["doctor"],
    ["--help"],
  ];
  beforeAll(() => {
    const store = openAt(join(home, "trace.db"));
    for (let count = 0; count < 40; count += 1) writeSession(store, 2);
    store.close();
  });
  test.each(listings.map((args) => [args.join(" "), args] as const))(
    "ends `%s` quietly",
    (_name, args) => {
      const script = `{ "$@"; echo "exit $?" >&2; } | head -n 0`;
      const command = [process.execPath, source, "--home", home, ...args];
      const done = Bun.spawnSync(["sh", "-c", script, "sh", ...command], { stdin: "ignore" });
      expect(done.stderr.toString()).toBe("exit 0\n");
    },
  );
});

test("the stricter of the policy's mode and the flag's wins", async () => {
  const file = join(home, "assist.yaml");
  await Bun.write(file, 'policy_version: "1"\nname: x\nautonomy_mode: assist\n');
  const cli = openCli({ home });
  expect(loadGovernance(cli, { policy: file, mode: "full" }, home).mode()).toBe("assist");
  expect(loadGovernance(cli, { policy: file, mode: "off" }, home).mode()).toBe("off");
  expect(loadGovernance(cli, { policy: file }, home).mode()).toBe("assist");
  expect(loadGovernance(cli, {}, home).loaded.rules).toBe(0);
});

test("events go to a file of their owner alone; a target that cannot be written is named", () => {
  const file = join(home, "events.jsonl");
  openEvents(file, () => undefined).close();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(() => openEvents(join(home, "no", "events"), () => undefined)).toThrow(
    /cannot write events to/,
  );
  expect(() => openEvents("fd:987", () => undefined)).toThrow("fd:987");
});
