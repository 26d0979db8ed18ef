/** The commands of `atlasbridge-cloud`: each explains itself, and each failure is one line that says what to do. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Command } from "commander";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildProgram } from "./program.ts";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "atlasbridge-cloud-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function run(args: string[], environment: Record<string, string> = {}) {
  const program = join(import.meta.dir, "..", "atlasbridge-cloud.ts");
  const done = Bun.spawnSync([process.execPath, program, ...args, "--home", home], {
    env: { PATH: process.env["PATH"] ?? "", HOME: home, ...environment },
  });
  return { code: done.exitCode, out: done.stdout.toString(), err: done.stderr.toString() };
}

/** With the groups, without the program itself. */
function below(command: Command): Command[] {
  return command.commands.flatMap((one) => [one, ...below(one)]);
}

describe("every command", () => {
  test.each(below(buildProgram()).map((command) => [command.name(), command] as const))(
    "%s says what it does, and shows it by an example",
    (_, command) => {
      let help = "";
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      expect(command.description()).not.toBe("");
      expect(help).toContain("atlasbridge-cloud");
      expect(help).toMatch(/Examples?:/);
      expect(help).toContain("--json");
    },
  );
});

describe("a failure is one line that says what to do", () => {
  test.each([
    [["nonsense"], 2, "unknown command 'nonsense'"],
    [["tenant", "create"], 2, "missing required argument 'name'"],
    [["tenant", "list"], 1, "start one (atlasbridge-cloud serve)"],
    [["keys", "create", "T", "--url", "http://127.0.0.1:9", "--days", "x"], 1, "no service"],
    [["migrate"], 2, "OWNER_DATABASE_URL is not set"],
    [["serve", "--port", "99999999"], 2, "is no port"],
  ] as const)("%p", (args, code, text) => {
    const done = run([...args]);
    expect(done.code).toBe(code);
    expect(done.err).toContain(text);
    expect(done.err.trim().split("\n")).toHaveLength(1);
    expect(done.out).toBe("");
  });

  test("also where nobody listens", () => {
    const done = run(["tenant", "list", "--url", "http://127.0.0.1:9", "--json"], {
      ATLASBRIDGE_PLATFORM_TOKEN: "abp_x",
    });
    expect(done.code).toBe(1);
    expect(JSON.parse(done.err)).toMatchObject({ error: { code: "cloud_unreachable" } });
  });

  test("and quotes no password of a setting that is wrong", () => {
    const done = run(["doctor"], { DATABASE_URL: "mysql://app:MARKED@db/x" });
    expect(done.code).toBe(2);
    expect(done.err).toContain("DATABASE_URL is no URL that begins with postgres://");
    expect(done.err).not.toContain("MARKED");
  });

  test("where secrets are missing that replicas would have to share", () => {
    const done = run(["serve"], { DATABASE_URL: "postgres://app@127.0.0.1:9/x" });
    expect(done.code).toBe(2);
    expect(done.err).toContain("ATLASBRIDGE_KEY_RING and ATLASBRIDGE_WITNESS_KEY must be set");
  });
});
