/** Secrets go into a real keychain without being shown, and come out of it by name alone. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { secretsListView } from "../../contracts/views.ts";
import {
  type SecretService,
  startSecretService,
} from "../../runtime/keychain/secret-service.example.ts";
import { piped, seatedRun } from "./start.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "atlasbridge-secrets-"));
let service: SecretService;
beforeAll(async () => {
  service = await startSecretService(folder);
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

test("asked for twice at a terminal, showing nothing; then listed by name, and removed", async () => {
  await using world = new World();
  const env = service.variables;
  const seat = seatedRun(world, ["secrets", "set", "ssh-work"], env);
  await seat.sees("Secret for ssh-work: ");
  seat.type("hunx\u007fter2-hünter2\r");
  await seat.sees("Once more: ");
  seat.type("oops\u0015hunter2-hünter2\r");
  await seat.sees("stored ssh-work in the keychain");
  expect(await seat.ended).toBe(0);
  expect(seat.shown()).not.toContain("hunter2");
  const kept = Bun.spawnSync([world.binary, "secrets", "list", "--json"], { env: world.env(env) });
  const listed = secretsListView.parse(JSON.parse(kept.stdout.toString()));
  expect(listed.secrets).toEqual([{ name: "ssh-work" }]);
  expect((await piped(world, ["doctor"], { env })).stdout).toContain(
    "keychain: it answers, with 1",
  );
  expect(await piped(world, ["secrets", "remove", "ssh-work"], { env })).toMatchObject({
    code: 0,
    stdout: "removed ssh-work\n",
  });
  expect(await piped(world, ["secrets", "remove", "ssh-work"], { env })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("holds no secret ssh-work"),
  });
  expect((await piped(world, ["secrets", "list"], { env })).stdout).toContain("no secrets");
});

test("two that differ, or a ^C, store nothing and give the terminal back", async () => {
  for (const [keys, why] of [
    ["one\rtwo\r", "the two were not the same"],
    ["one\r\u0003", "you stopped"],
  ] as const) {
    await using world = new World();
    const seat = seatedRun(world, ["secrets", "set", "never"], service.variables);
    await seat.sees("Secret for never: ");
    seat.type(keys);
    await seat.sees(`nothing was stored: ${why}`);
    expect(await seat.ended).toBe(2);
    const { stdout } = await piped(world, ["secrets", "list"], { env: service.variables });
    expect(stdout).not.toContain("never");
  }
});

test("from a pipe it is taken whole but for its last line break", async () => {
  await using world = new World();
  const env = service.variables;
  const set = ["secrets", "set", "from-pipe", "--stdin"];
  expect(await piped(world, set, { env, stdin: "two words \r\n" })).toMatchObject({ code: 0 });
  expect(await piped(world, ["secrets", "list"], { env })).toMatchObject({ stdout: "from-pipe\n" });
  const found = await piped(world, ["__keychain"], {
    env,
    stdin: '{"order":"read","name":"from-pipe","withinMs":5000}\n',
  });
  expect(found.stdout).toBe('{"report":"secret","bytes":10}\ntwo words ');
  expect((await piped(world, ["secrets", "remove", "from-pipe"], { env })).code).toBe(0);
});

test("what is no name, or could not be typed as one line, is refused in one line", async () => {
  await using world = new World();
  const env = service.variables;
  const cases: [string[], string | null, string][] = [
    [["set", "../x", "--stdin"], "a", '"../x" is no name for a secret'],
    [["set", "a", "--stdin"], "", "it is empty"],
    [["set", "a", "--stdin"], "a\nb\n", "a control character or a line break"],
    [["set", "a", "--stdin"], "x".repeat(1_001), "more than 1000 bytes"],
    [["set", "a"], "a", "add --stdin"],
    [["remove", "a b"], null, '"a b" is no name for a secret'],
  ];
  for (const [args, stdin, said] of cases) {
    const { code, stdout, stderr } = await piped(world, ["secrets", ...args], { env, stdin });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(said);
    expect(stderr.trimEnd()).not.toContain("\n");
  }
});

test("without a keychain nothing is kept anywhere, and every command says what to do", async () => {
  await using world = new World();
  const env = { DBUS_SESSION_BUS_ADDRESS: `unix:path=${world.path("none")}` };
  for (const args of [["set", "a", "--stdin"], ["list"], ["remove", "a"]]) {
    const done = await piped(world, ["secrets", ...args], { env, stdin: "hunter2" });
    expect(done).toMatchObject({ code: 1, stdout: "" });
    expect(done.stderr).toContain("the keychain cannot be reached");
  }
  const { stdout, code } = await piped(world, ["doctor"], { env });
  expect(code).toBe(0);
  expect(stdout).toContain("passwords are yours to type");
});
