/** Rules by environment and by what a person said of the folder, through the binary. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { workspaceListView, workspaceView } from "../../contracts/workspace.ts";
import { piped, seatedRun } from "./start.ts";
import { World } from "./world.ts";

setDefaultTimeout(40_000);

const policy = `policy_version: "1"
rules:
  - id: never-here
    match: { environment: production }
    action: { type: deny }
  - id: trusted
    match: { workspace_trusted: true, workspace_profile: work, session_state: [awaiting_input] }
    action: { type: auto_reply, value: "y" }
`;
const asks = ["bash", "-c", 'read -r -p "Continue? [y/n] " a; echo "got=$a"'];

function run(world: World, ...options: string[]): string[] {
  const file = world.write("policy.yaml", policy);
  return ["run", "--policy", file, "--events", world.events, ...options, "--", ...asks];
}

async function workspace(world: World, ...words: string[]) {
  return await piped(world, ["workspace", ...words, "--json"]);
}

test("a folder is answered in once a person has said what it is", async () => {
  await using world = new World();
  const trusted = await workspace(world, "trust", world.folder);
  expect(workspaceView.parse(JSON.parse(trusted.stdout)).workspace.trusted).toBe(true);
  await workspace(world, "profile", "work", world.folder);
  const seat = seatedRun(world, run(world, "--environment", "dev"));
  await seat.sees("got=y");
  expect(await seat.ended).toBe(0);
  expect(world.of("decision.made")[0]?.data.rule_id).toBe("trusted");
});

test("an environment that was named holds, and one that was not is a person's", async () => {
  await using world = new World();
  const denied = seatedRun(world, run(world, "--environment", "production"));
  await denied.sees("got=n");
  expect(await denied.ended).toBe(0);
  const seat = seatedRun(world, run(world));
  await world.recorded("prompt.escalated");
  seat.type("n\r");
  expect(await seat.ended).toBe(0);
  expect(world.of("decision.made")[1]?.data.reason).toBe(
    'rule "never-here" could not be decided by its environment',
  );
});

test("trust ends when it is taken back, and every word is in the trace", async () => {
  await using world = new World();
  mkdirSync(world.path("alien"));
  await workspace(world, "trust", world.folder, "--for", "8h");
  const untrusted = await workspace(world, "untrust", world.path("alien"));
  expect(workspaceView.parse(JSON.parse(untrusted.stdout)).workspace.trusted).toBe(false);
  await workspace(world, "forget", world.folder);
  const list = workspaceListView.parse(JSON.parse((await workspace(world, "list")).stdout));
  expect(list.workspaces.map(({ folder, trusted }) => [folder, trusted])).toEqual([
    [world.path("alien"), false],
  ]);
  const { stdout } = await piped(world, ["trace", "tail"]);
  expect(stdout).toContain(`workspace.trusted ${world.folder} by cli`);
  expect(stdout).toContain(`workspace.untrusted ${world.path("alien")} by cli`);
  expect((await piped(world, ["trace", "verify"])).code).toBe(0);
});

test("a governed tool cannot say it in a person's place, nor anybody of a folder that is not there", async () => {
  await using world = new World();
  const own = await piped(world, ["workspace", "trust"], { env: { ATLASBRIDGE_SESSION: "x" } });
  expect(own.code).toBe(3);
  expect(own.stderr).toContain("a person to say");
  for (const words of [["none"], ["/"], [".", "--for", "1y"]]) {
    expect((await piped(world, ["workspace", "trust", ...words])).code).toBe(2);
  }
  expect(world.read("home/workspaces.json")).toBe("");
});
