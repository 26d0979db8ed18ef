/** Proves the command tree: every command helps by example, speaks JSON, and fails in one line. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { openEvents } from "./run/events.ts";
import { loadGovernance } from "./run/governance.ts";
import { openCli } from "./cli.ts";
import { buildProgram } from "./program.ts";

let home = "";
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "atlasbridge-program-"));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function leaves(command: Command): Command[] {
  if (command.commands.length === 0) return [command];
  return command.commands.flatMap(leaves);
}

const commands = leaves(buildProgram()).filter(
  (command) => !["complete", "completion"].includes(command.name()),
);

describe("every command", () => {
  test.each(commands.map((command) => [command.name(), command] as const))(
    "%s shows an example and takes --json and --home",
    (_name, command) => {
      let help = "";
      command.configureOutput({ writeOut: (text) => (help += text) });
      command.outputHelp();
      expect(help).toMatch(/Examples?:\n {2}\$ atlasbridge/);
      expect(help).toContain("--json");
      expect(help).toContain("--home");
    },
  );
});

const source = join(import.meta.dir, "..", "atlasbridge.ts");

function atlasbridge(...args: string[]) {
  const done = Bun.spawnSync([process.execPath, source, ...args, "--home", home], {
    stdin: "ignore",
  });
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

test("version is one JSON value when asked for", () => {
  expect(JSON.parse(atlasbridge("version", "--json").out)).toMatchObject({ trace_format: 1 });
});

test("a mistyped command is met with the right one, exit code 2", () => {
  const { code, err } = atlasbridge("tarce");
  expect(code).toBe(2);
  expect(err).toContain("did you mean trace?");
});

test("the stricter of the policy's mode and the flag's wins", async () => {
  const file = join(home, "assist.yaml");
  await Bun.write(file, 'policy_version: "1"\nname: x\nautonomy_mode: assist\n');
  const cli = openCli({ home });
  expect(loadGovernance(cli, { policy: file, mode: "full" }).mode).toBe("assist");
  expect(loadGovernance(cli, { policy: file, mode: "off" }).mode).toBe("off");
  expect(loadGovernance(cli, { policy: file }).mode).toBe("assist");
  expect(loadGovernance(cli, {}).loaded.rules).toBe(0);
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
