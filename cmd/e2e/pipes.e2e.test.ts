/** With pipes instead of a terminal `run` still works, in shell pipelines too. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { dirname } from "node:path";
import { answersContinue, governed } from "./policies.ts";
import { type Ended, piped, pipedProgram } from "./start.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

async function shell(world: World, line: string): Promise<Ended> {
  const path = `${dirname(world.binary)}:${world.env()["PATH"] ?? ""}`;
  const options = { stdin: null, env: world.env({ PATH: path }), cwd: world.folder };
  return await pipedProgram(["bash", "-o", "pipefail", "-c", line], options);
}

test("output into a pipe is complete: 200,000 lines, then the end", async () => {
  await using world = new World();
  const { code, stdout } = await shell(world, "atlasbridge run -- seq 1 200000 | tail -n 1");
  expect({ code, stdout: stdout.trim() }).toEqual({ code: 0, stdout: "200000" });
  const counted = await shell(world, "atlasbridge run -- seq 1 200000 | wc -l");
  expect(counted.stdout.trim()).toBe("200000");
});

test("a reader that has enough ends the tool: yes | head", async () => {
  await using world = new World();
  const { stdout } = await shell(
    world,
    `atlasbridge run --events ${world.events} -- yes | head -n 1; echo "codes \${PIPESTATUS[*]}"`,
  );
  expect(stdout.replaceAll("\r", "")).toMatch(/^y\ncodes (129|141) 0\n$/);
  expect(world.of("session.ended")[0]?.data.reason).toBe("interrupted");
});

test("a fast exit loses no output", async () => {
  await using world = new World();
  for (let i = 0; i < 5; i += 1) {
    const { stdout } = await piped(world, ["run", "--", "echo", "last words"]);
    expect(stdout).toBe("last words\r\n");
  }
});

test("a tool that waits reads end-of-file from /dev/null when nobody else answers", async () => {
  await using world = new World();
  const argv = ["bash", "-c", 'read -p "Name: " a; echo "status=$? got=<$a>"'];
  const { code, stdout } = await piped(world, governed(world, answersContinue, argv));
  expect(code).toBe(0);
  expect(stdout).toContain("status=1 got=<>");
  expect(world.of("reply.injected")).toEqual([]);
});

test("with /dev/null as input policy still answers what it may", async () => {
  await using world = new World();
  const script = 'read -p "Name: " a; echo "name=<$a>"; read -p "Continue? [y/n] " b; echo "b=$b"';
  const argv = ["bash", "-c", script];
  const { stdout } = await piped(world, governed(world, answersContinue, argv));
  expect(stdout).toContain("name=<>");
  expect(stdout).toContain("b=y");
});

test("piped input reaches the tool, and then its end", async () => {
  await using world = new World();
  const argv = ["bash", "-c", 'while read -r l; do echo "line=$l"; done; echo "end"'];
  const { code, stdout } = await piped(world, governed(world, answersContinue, argv), {
    stdin: "one\ntwo\n",
  });
  expect(code).toBe(0);
  expect(stdout).toContain("line=one");
  expect(stdout).toContain("line=two");
  expect(stdout.trimEnd()).toEndWith("end");
});

test("binary output passes unchanged once the tool has turned output processing off", async () => {
  await using world = new World();
  const bytes = Buffer.from(Array.from({ length: 65_536 }, (_, i) => (i * 2_654_435_761) >>> 24));
  await Bun.write(world.path("bytes"), bytes);
  const { stdout } = await shell(
    world,
    "atlasbridge run -- bash -c 'stty raw; cat bytes' > out; cmp bytes out && echo same",
  );
  expect(stdout).toBe("same\n");
});

test("without a person what is left to one is denied, and that is the exit code", async () => {
  await using world = new World();
  const argv = ["bash", "-c", 'read -p "Delete it all? [y/n] " a; echo "got=$a"'];
  const [run = "", ...rest] = governed(world, answersContinue, argv);
  const denied = await piped(world, [run, "--headless", ...rest]);
  expect(denied.stdout).toContain("got=n");
  expect(denied.code).toBe(0);
  expect(world.of("prompt.closed")[0]?.data.outcome).toBe("denied");
});

test("the events can go to a descriptor", async () => {
  await using world = new World();
  const { code } = await shell(world, "atlasbridge run --events fd:3 -- true 3> told");
  expect(code).toBe(0);
  const kinds = world.lines("told").map((line): string => JSON.parse(line).kind);
  const session = ["session.started", "recording.closed", "session.ended"];
  expect(kinds).toEqual(["policy.loaded", ...session]);
});
