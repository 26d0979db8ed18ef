/** The lab measures recordings and says, by its exit code too, when detection does worse than it must. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { labRunView, labSplitsView } from "../../contracts/lab.ts";
import { piped } from "./start.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

const kernel =
  '{\\"type\\":\\"kernel\\",\\"waits\\":[{\\"via\\":\\"read\\",\\"timed\\":false,\\"foreground\\":true,\\"comm\\":\\"cp\\"}],\\"blind\\":false}';
const cast = [
  '{"version": 2, "width": 80, "height": 24, "command": "cp -i a b", "env": {"TERM": "xterm"}}',
  '[0.1, "o", "cp: overwrite \'b\'? [y/N] "]',
  `[0.11, "m", "${kernel}"]`,
  '[1, "i", "y\\r"]',
  '[1.01, "o", "\\r\\n"]',
  '[1.5, "o", "done\\r\\n"]',
  "",
].join("\n");
const prompt = {
  id: "overwrite",
  at_ms: 900,
  until_ms: 1_000,
  kind: "yes_no",
  question: "overwrite 'b'?",
  options: null,
  default: "N",
  single_key: false,
  subject: null,
  answer: "y\r",
};

function expectations(kind: string): string {
  const negatives = [{ from_ms: 1_005, to_ms: 1_500, why: "copies" }];
  const program = { program: "cp", version: "9", tool: "cp", command: ["cp", "-i", "a", "b"] };
  return JSON.stringify({ ...program, prompts: [{ ...prompt, kind }], negatives });
}

test("what is as expected meets the gate, what is not misses it and is listed", async () => {
  await using world = new World();
  world.write("good/cp.cast", cast);
  world.write("good/cp.json", expectations("yes_no"));
  const good = await piped(world, ["lab", "run", world.path("good"), "--json"]);
  expect(good).toMatchObject({ code: 0, stderr: "" });
  const { report, unmet } = labRunView.parse(JSON.parse(good.stdout));
  expect(report).toMatchObject({ recall: { right: 1, of: 1 }, false: [], misses: [] });
  expect(unmet).toEqual([]);

  world.write("bad/cp.cast", cast);
  world.write("bad/cp.json", expectations("password"));
  const bad = await piped(world, ["lab", "run", world.path("bad"), "--misses"]);
  expect(bad.code).toBe(1);
  expect(bad.stdout).toContain("cp, overwrite at 900 ms: kind");
  expect(bad.stdout).toContain("gate MISSED: kind 0.0 % is below 98.0 %");
  const gate = world.write("gate.json", '{"recall": 1}');
  expect((await piped(world, ["lab", "run", world.path("bad"), "--gate", gate])).code).toBe(0);
});

test("what cannot be measured is refused with the file and what to do", async () => {
  await using world = new World();
  const lab = async (...args: string[]) => await piped(world, ["lab", "run", ...args]);
  expect(await lab(world.path("none"))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("there is no folder"),
  });
  world.write("half/cp.cast", cast);
  expect((await lab(world.path("half"))).stderr).toContain("cp.json cannot be read");
  world.write("half/cp.json", '{"program": 1}');
  expect((await lab(world.path("half"))).stderr).toContain("cp.json: program:");
  world.write("half/cp.json", expectations("yes_no"));
  expect((await lab(world.path("half"), "--tool", "mv")).stderr).toContain("there are cp");
});

test("a recording is played at its own speed to a whole session, and cut in other pieces", async () => {
  await using world = new World();
  world.write("good/cp.cast", cast);
  world.write("good/cp.json", expectations("yes_no"));
  const folder = world.path("good");
  const played = await piped(world, ["lab", "run", folder, "--pace", "recorded", "--json"]);
  expect(played).toMatchObject({ code: 0, stderr: "" });
  const { report } = labRunView.parse(JSON.parse(played.stdout));
  expect(report).toMatchObject({ pace: "recorded", recall: { right: 1, of: 1 }, false: [] });

  const cut = await piped(world, ["lab", "run", folder, "--splits", "all", "--json"]);
  const splits = labSplitsView.parse(JSON.parse(cut.stdout));
  expect(splits).toMatchObject({ cases: 1, faults: [] });
  expect(splits.tried).toBeGreaterThan(20);
  expect(cut.code).toBe(0);
});
