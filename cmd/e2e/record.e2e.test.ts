/** A live session becomes a case that the lab can run, with nothing secret in it. */
import { statSync } from "node:fs";
import { expect, setDefaultTimeout, test } from "bun:test";
import { expectations } from "../../runtime/lab/case.ts";
import { answersContinue } from "./policies.ts";
import { piped, seatedRun } from "./start.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

const script = `
sleep 0.5
read -p "Continue? [y/n] " a; echo "got=$a"
read -s -p "Password: " b; echo; echo "checking"
read -p "PIN for the card: " p
read -p "Name of the project [demo]: " c; echo "named=$c"
echo "home is $HOME/work, token=abcd1234efgh, the password is $b and the pin $p"
sleep 0.5`;

test("what was asked is proposed as expected, and the lab finds it so", async () => {
  await using world = new World();
  const policy = world.write("policy.yaml", answersContinue);
  const path = world.path("cases/demo");
  const options = ["--policy", policy, "--events", world.events, "--record", path, "--redact"];
  const seat = seatedRun(world, ["run", ...options, "--", "bash", "-c", script]);
  await world.recorded("prompt.detected", 2);
  seat.type("hunter2-hunter2\r");
  await world.recorded("prompt.detected", 3);
  for (const key of "4821976\r") seat.type(key);
  await world.recorded("prompt.detected", 4);
  seat.type("thing\r");
  expect(await seat.ended).toBe(0);
  expect(seat.shown()).toContain("with 4 prompts proposed in");

  const cast = world.read("cases/demo.cast");
  const json = world.read("cases/demo.json");
  for (const text of [cast, json]) {
    expect(text).not.toContain("hunter2");
    expect(text).not.toContain("4821976");
    expect(text).not.toContain("abcd1234efgh");
    expect(text).not.toContain(world.folder);
  }
  for (const ending of ["cast", "json"]) {
    expect(statSync(`${path}.${ending}`).mode & 0o777).toBe(0o600);
  }
  const proposed = expectations.parse(JSON.parse(json));
  expect(proposed.prompts.map(({ kind, answer }) => ({ kind, answer }))).toEqual([
    { kind: "yes_no", answer: "y\r" },
    { kind: "password", answer: null },
    { kind: "password", answer: null },
    { kind: "free_text", answer: "thing\r" },
  ]);
  expect(proposed.negatives.length).toBeGreaterThan(0);
  const lab = await piped(world, ["lab", "run", world.path("cases"), "--misses"]);
  expect(lab.stdout).toContain("gate met");
  expect(lab.code).toBe(0);

  const again = await piped(world, ["run", "--record", path, "--", "true"]);
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("record under another") });
});

test("a command that is not there leaves no recording, and redacting needs one", async () => {
  await using world = new World();
  await piped(world, ["run", "--record", world.path("none"), "--", "no-such-command"]);
  expect(world.read("none.cast") + world.read("none.json")).toBe("");
  const alone = await piped(world, ["run", "--redact", "--", "true"]);
  expect(alone).toMatchObject({ code: 2, stderr: expect.stringContaining("--record") });
});
