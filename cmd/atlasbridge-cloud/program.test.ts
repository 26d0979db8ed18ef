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

describe("the key ring", () => {
  const old = `1:${Buffer.alloc(32, 1).toString("base64")}`;
  const ring = (words: string[], text: string) =>
    run(["keyring", ...words, "--json"], { ATLASBRIDGE_KEY_RING: text });

  test("is printed with a key that waits, then with one that seals", () => {
    const added = JSON.parse(ring(["add"], old).out);
    expect(added.version).toBe(2);
    expect(added.key_ring).toEndWith(`:next,${old}`);
    const used = JSON.parse(ring(["use"], added.key_ring).out);
    expect(used).toEqual({ version: 2, key_ring: added.key_ring.replace(":next", "") });
    const again = ring(["use"], used.key_ring);
    expect([again.code, again.out]).toEqual([2, ""]);
    expect(again.err).toContain("keyring add");
  }, 20_000);
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

  test("where people would sign in over plain HTTP from elsewhere", () => {
    const google = {
      ATLASBRIDGE_GOOGLE_CLIENT_ID: "id",
      ATLASBRIDGE_GOOGLE_CLIENT_SECRET: "MARKED",
    };
    for (const [host, url] of [
      ["0.0.0.0", ""],
      ["127.0.0.1", "http://cloud.example.com"],
    ] as const) {
      const done = run(["serve", "--port", "0", "--host", host], {
        ...google,
        ATLASBRIDGE_PUBLIC_URL: url,
      });
      expect([done.code, done.err]).toEqual([2, expect.stringContaining("https://")]);
      expect(done.err).toContain("ATLASBRIDGE_PUBLIC_URL");
      expect(done.err).not.toContain("MARKED");
    }
  }, 20_000);

  test("where secrets are missing that replicas would have to share", () => {
    const done = run(["serve"], { DATABASE_URL: "postgres://app@127.0.0.1:9/x" });
    expect(done.code).toBe(2);
    expect(done.err).toContain("ATLASBRIDGE_KEY_RING and ATLASBRIDGE_WITNESS_KEY must be set");
  });
});
