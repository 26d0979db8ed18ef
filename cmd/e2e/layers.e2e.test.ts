/** The machine's, the user's and the project's policy together, through the binary. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { policyShowView } from "../../contracts/policy-view.ts";
import { answersContinue, governed } from "./policies.ts";
import { piped, seated, seatedRun } from "./start.ts";
import { World } from "./world.ts";

setDefaultTimeout(40_000);

const asks = ["bash", "-c", 'read -r -p "Continue? [y/n] " a; echo "got=$a"'];

function policy(id: string, action: string, more = ""): string {
  return `policy_version: "2"\n${more}rules: [{ id: ${id}, action: ${action} }]\n`;
}

const deny = "{ type: deny }";
const answer = '{ type: auto_reply, value: "y" }';

/** Whether a namespace of mounts can be had, in which the machine's own settings are others. */
function canUnshare(): boolean {
  const done = Bun.spawnSync(["unshare", "-m", "true"], { stderr: "ignore" });
  if (done.exitCode === 0) return true;
  process.stderr.write("tests with a machine's policy are skipped: unshare -m takes root\n");
  return false;
}

/** Runs words of the binary on a machine with this policy; nothing of the real one is changed. */
function onMachine(world: World, text: string, mode: number): string[] {
  const etc = mkdtempSync(join(tmpdir(), "atlasbridge-etc-"));
  world.atEnd(() => rmSync(etc, { recursive: true, force: true }));
  cpSync("/etc", etc, { recursive: true, verbatimSymlinks: true });
  mkdirSync(join(etc, "atlasbridge"), { mode: 0o755, recursive: true });
  const file = world.write("machine.yaml", text);
  const place = join(etc, "atlasbridge", "policy.yaml");
  const script = `cp '${file}' '${place}' && chmod ${mode.toString(8)} '${place}' && chmod 755 '${etc}' \
    && mount --bind '${etc}' /etc && exec "$@"`;
  return ["unshare", "-m", "sh", "-c", script, "sh", world.binary];
}

test("a project's policy holds back what the user's answers, and never answers itself", async () => {
  await using world = new World();
  world.write(".atlasbridge/policy.yaml", policy("project-says", deny));
  const seat = seatedRun(world, governed(world, answersContinue, asks));
  await seat.sees("got=n");
  expect(await seat.ended).toBe(0);
  const [decided] = world.of("decision.made");
  expect(decided?.data).toMatchObject({ rule_id: "project-says", layer: "project" });
  const [loaded] = world.of("policy.loaded");
  expect(loaded?.data.layers?.map(({ layer }) => layer)).toEqual(["user", "project"]);

  world.write(".atlasbridge/policy.yaml", policy("project-says", answer));
  const nobody = seatedRun(world, ["run", "--events", world.events, "--", ...asks]);
  await world.recorded("prompt.escalated");
  nobody.type("n\r");
  expect(await nobody.ended).toBe(0);
  expect(world.of("reply.injected")).toHaveLength(1);
});

test("a broken policy of a project answers nothing, and the line says what to mend", async () => {
  await using world = new World();
  world.write(".atlasbridge/policy.yaml", "policy_version: 1\nrulez: []\n");
  const seat = seatedRun(world, governed(world, answersContinue, asks));
  await world.recorded("prompt.escalated");
  seat.type("n\r");
  expect(await seat.ended).toBe(0);
  expect(seat.shown()).toContain('"rulez" is not a field of a policy');
  expect(world.of("reply.injected")).toEqual([]);
});

test("policy show names the file and line of each rule, and the hash that a run can ask for", async () => {
  await using world = new World();
  const file = world.write("home/policy.yaml", answersContinue);
  const project = world.write(".atlasbridge/policy.yaml", policy("project-says", answer));
  const { code, stdout } = await piped(world, ["policy", "show", "--json"]);
  expect(code).toBe(0);
  const view = policyShowView.parse(JSON.parse(stdout));
  expect(view.layers.map(({ layer, rules }) => [layer, rules[0]?.counts])).toEqual([
    ["user", true],
    ["project", false],
  ]);
  const text = (await piped(world, ["policy", "show"])).stdout;
  expect(text).toMatch(new RegExp(`continue +auto_reply +${file}:5\n`));
  expect(text).toMatch(new RegExp(`project-says +auto_reply \\(never given\\) +${project}:2\n`));
  const run = (hash: string) => piped(world, ["run", "--policy-hash", hash, "--", "true"]);
  expect((await run(view.hash)).code).toBe(0);
  const other = await run("0".repeat(64));
  expect(other.code).toBe(3);
  expect(other.stderr).toContain(`the policy has the hash ${view.hash}`);
  // The beginning of it would be another's as well.
  expect((await run(view.hash.slice(0, 12))).code).toBe(2);
  world.write(".atlasbridge/policy.yaml", policy("project-says", deny));
  expect((await run(view.hash)).code).toBe(3);
});

test("a hash that was asked for covers what the policy extends", async () => {
  await using world = new World();
  world.write("home/base.yaml", policy("base", deny));
  world.write("home/policy.yaml", 'policy_version: "1"\nextends: base.yaml\n');
  const { stdout } = await piped(world, ["policy", "show", "--json"]);
  const { hash } = policyShowView.parse(JSON.parse(stdout));
  world.write("home/base.yaml", policy("base", answer));
  const { code } = await piped(world, ["run", "--policy-hash", hash, "--", "true"]);
  expect(code).toBe(3);
});

// Skipped without root: the machine's own policy file takes mounts of one's own.
describe.skipIf(!canUnshare())("the machine's policy", () => {
  test("stands above the user's", async () => {
    await using world = new World();
    const argv = onMachine(world, policy("machine-says", deny), 0o644);
    const seat = seated(world, [...argv, ...governed(world, answersContinue, asks)]);
    await seat.sees("got=n");
    expect(await seat.ended).toBe(0);
    expect(world.of("decision.made")[0]?.data).toMatchObject({
      rule_id: "machine-says",
      layer: "admin",
    });
  });

  test("is ignored with a warning when others than root could have written it", async () => {
    await using world = new World();
    const argv = onMachine(world, policy("machine-says", deny), 0o666);
    const seat = seated(world, [...argv, ...governed(world, answersContinue, asks)]);
    await seat.sees("got=y");
    expect(await seat.ended).toBe(0);
    expect(seat.shown()).toContain("/etc/atlasbridge/policy.yaml can be changed by others");
  });

  test("that is broken keeps a session from starting", async () => {
    await using world = new World();
    const argv = onMachine(world, "policy_version: 9\n", 0o644);
    const seat = seated(world, [...argv, ...governed(world, answersContinue, asks)]);
    expect(await seat.ended).toBe(2);
    expect(seat.shown()).toContain("/etc/atlasbridge/policy.yaml:1:17: policy_version");
  });
});
