/** The install script: from a folder or a URL, only what its checksum says, for this user alone, and gone again. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { checksums } from "../build/papers.ts";
import { type Ended, pipedProgram } from "./start.ts";
import { World } from "./world.ts";

const script = join(dirname(dirname(import.meta.dir)), "install.sh");
const program = `atlasbridge-${process.platform}-${process.arch}`;

let world: World;
let release = "";
beforeAll(() => {
  world = new World();
  release = world.path("release");
  mkdirSync(release);
  symlinkSync(world.binary, join(release, program));
  writeFileSync(join(release, "SHA256SUMS"), checksums(release, [program]));
});
afterAll(() => world[Symbol.asyncDispose]());

/** With a home of its own and nothing else that could be written to. */
function install(home: string, ...args: string[]): Promise<Ended> {
  const env = { ...world.env(), HOME: world.path(home) };
  mkdirSync(env.HOME, { recursive: true });
  return pipedProgram(["sh", script, ...args], { stdin: null, env, cwd: world.folder });
}

test("from a folder: the program is in ~/.local/bin and runs, and nothing else was written", async () => {
  const done = await install("folder", "--from", release);
  expect(done).toMatchObject({ code: 0, stderr: "" });
  expect(done.stdout).toContain("is not in your PATH");
  const files = readdirSync(world.path("folder"), { recursive: true }).map(String);
  expect(files.toSorted()).toEqual([".local", ".local/bin", ".local/bin/atlasbridge"]);
  const argv = [world.path("folder/.local/bin/atlasbridge"), "version"];
  const options = { stdin: null, env: world.env(), cwd: world.folder };
  expect((await pipedProgram(argv, options)).code).toBe(0);
});

test("from a URL: the same, into a folder that is named", async () => {
  const server = Bun.serve({
    ...{ port: 0, hostname: "127.0.0.1" },
    fetch: ({ url }) => new Response(Bun.file(join(release, new URL(url).pathname))),
  });
  try {
    const from = `http://127.0.0.1:${server.port}/`;
    const done = await install("url", "--from", from, "--bin", world.path("url/bin"));
    expect(done).toMatchObject({ code: 0, stderr: "" });
    expect(readdirSync(world.path("url/bin"))).toEqual(["atlasbridge"]);
  } finally {
    await server.stop(true);
  }
});

test("a URL that anybody on the way could answer is refused", async () => {
  const done = await install("plain", "--from", "http://example.test/");
  expect(done).toMatchObject({ code: 1, stderr: "install: http://example.test/ is not https\n" });
});

test("a program that is not what the checksum says is not installed, and the old one stays", async () => {
  const bad = world.path("bad");
  mkdirSync(bad);
  copyFileSync(join(release, "SHA256SUMS"), join(bad, "SHA256SUMS"));
  writeFileSync(join(bad, program), "#!/bin/sh\necho taken over\n");
  chmodSync(join(bad, program), 0o755);
  const old = world.write("kept/.local/bin/atlasbridge", "old", 0o755);
  const done = await install("kept", "--from", bad);
  expect(done.code).toBe(1);
  expect(done.stderr).toContain("is not what SHA256SUMS says; nothing was installed");
  expect(readdirSync(dirname(old))).toEqual(["atlasbridge"]);
  expect(await Bun.file(old).text()).toBe("old");
});

test("uninstalled: the program is gone, settings stay; a second time says that it is not there", async () => {
  await install("gone", "--from", release);
  const settings = world.write("gone/.config/atlasbridge/config.yaml", "");
  expect((await install("gone", "--uninstall")).code).toBe(0);
  expect(existsSync(world.path("gone/.local/bin/atlasbridge"))).toBe(false);
  expect(existsSync(settings)).toBe(true);
  expect((await install("gone", "--uninstall")).stderr).toContain("there is no");
});
