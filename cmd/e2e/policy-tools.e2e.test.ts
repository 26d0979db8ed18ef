/** The policy tools on what really happened: they read the trace of governed runs, and never write to it. */
import { existsSync, readFileSync } from "node:fs";
import { expect, setDefaultTimeout, test } from "bun:test";
import { policyExplainView, policyTestView } from "../../contracts/policy-views.ts";
import {
  policyCoverageView,
  policyDiffView,
  policyMigrateView,
  policySimulateView,
  policySuggestView,
} from "../../contracts/policy-tools.ts";
import { answersContinue, governed } from "./policies.ts";
import { piped, seated, seatedRun } from "./start.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

const twoQuestions = 'read -p "Continue? [y/n] " a; read -p "Delete it? [y/n] " b; echo "got=$a$b"';

/** One answered by the rule, one left to a person, who says n. */
async function governedOnce(world: World): Promise<string> {
  const seat = seatedRun(world, governed(world, answersContinue, ["bash", "-c", twoQuestions]));
  await world.recorded("prompt.escalated");
  seat.type("n\r");
  await seat.sees("got=yn");
  expect(await seat.ended).toBe(0);
  return world.of("session.started")[0]?.session_id ?? "";
}

test("a prompt of the trace is decided and explained as it was, with the replies counted until then", async () => {
  await using world = new World();
  const id = await governedOnce(world);
  const policy = world.path("policy.yaml");
  const tested = await piped(world, [
    "policy",
    "test",
    policy,
    "--session",
    id,
    "--prompt",
    "1",
    "--json",
  ]);
  expect(tested).toMatchObject({ code: 0, stderr: "" });
  expect(policyTestView.parse(JSON.parse(tested.stdout))).toMatchObject({
    source: { from: "trace", session_id: id },
    decision: { action: "auto_reply", rule_id: "continue", value: "y" },
  });

  const explained = await piped(world, ["policy", "explain", policy, "--session", id, "--json"]);
  expect(explained).toMatchObject({ code: 0, stderr: "" });
  const view = policyExplainView.parse(JSON.parse(explained.stdout));
  expect(view).toMatchObject({
    tool: "bash",
    cwd: world.folder,
    prompt: { question: "Delete it? [y/n]" },
    decision: { action: "require_human", rule_id: null },
    rules: [{ rule_id: "continue", reached: true, result: "fails" }],
  });
  expect(view.rules[0]?.conditions.map(({ result }) => result)).toEqual(["holds", "fails"]);
  expect(view.brakes[0]).toMatchObject({ brake: "replies_per_session", given: 1 });
  expect(view.gaps[0]).toContain("the text above a question is not recorded");

  const byId = world.of("prompt.detected")[1]?.data.prompt_id ?? "";
  const text = await piped(world, ["policy", "explain", policy, "--prompt", byId]);
  expect(text.stdout).toContain('no  contains "Continue"; saw "Delete it? [y/n]"');
  const verified = await piped(world, ["trace", "verify"]);
  expect(verified.code).toBe(0);
});

test("a prompt of a recording is explained, and one that is not there is a clear error", async () => {
  await using world = new World();
  const cast = world.write(
    "demo.cast",
    '{"version": 2, "width": 80, "height": 24}\n[0.1, "o", "Continue? [y/N] "]\n[2, "i", "y\\r"]\n',
  );
  const policy = world.write("policy.yaml", answersContinue);
  const ask = async (...args: string[]) =>
    await piped(world, ["policy", "explain", policy, ...args]);
  const json = await ask("--recording", cast, "--tool", "bash", "--json");
  expect(policyExplainView.parse(JSON.parse(json.stdout))).toMatchObject({
    source: { from: "recording", file: cast },
    prompt: { kind: "yes_no" },
  });
  world.write(".atlasbridge/policy.yaml", answersContinue);
  const beside = await piped(world, ["policy", "explain", policy, "--question", "Continue?"]);
  expect(beside.stdout).toContain(".atlasbridge/policy.yaml decides too: name none to ask all");
  expect((await ask("--recording", cast, "--prompt", "2")).stderr).toContain(
    "there is no prompt 2",
  );
  expect((await ask("--session", "0")).stderr).toContain("no sessions yet");
  expect((await ask("--session", "0", "--question", "x")).stderr).toContain("give one of them");
});

const answersBoth = `policy_version: "1"
name: both
autonomy_mode: full
rules:
  - id: never-reached
    match: {prompt_type: [yes_no], contains: "Quit"}
    action: {type: deny}
  - id: any
    match: {prompt_type: [yes_no]}
    action: {type: auto_reply, value: "y"}
    max_auto_replies: 1
  - id: delete
    match: {prompt_type: [yes_no], contains: "Delete"}
    action: {type: auto_reply, value: "n"}
`;

test("history is replayed under the policy that made it and under another, and neither changes it", async () => {
  await using world = new World();
  await governedOnce(world);
  const old = world.path("policy.yaml");
  const next = world.write("next.yaml", answersBoth);
  const before = (await piped(world, ["trace", "verify", "--json"])).stdout;

  const same = await piped(world, ["policy", "simulate", old, "--json"]);
  expect(same).toMatchObject({ code: 0, stderr: "" });
  expect(policySimulateView.parse(JSON.parse(same.stdout))).toMatchObject({
    prompts: 2,
    changed: 0,
    own: { prompts: 2, same: 2 },
  });
  const other = await piped(world, ["policy", "simulate", next, "--json"]);
  expect(policySimulateView.parse(JSON.parse(other.stdout))).toMatchObject({
    prompts: 2,
    changed: 0,
    other_rule: 2,
    held_back: 1,
  });
  const text = await piped(world, ["policy", "simulate", next]);
  expect(text.stdout).toContain("1 reply is held back by max_auto_replies or a brake");

  const covered = await piped(world, ["policy", "coverage", next, "--json"]);
  expect(covered).toMatchObject({ code: 0, stderr: "" });
  const { rules, escalated } = policyCoverageView.parse(JSON.parse(covered.stdout));
  expect(rules.map(({ rule_id, hits, shadowed_by }) => [rule_id, hits, shadowed_by])).toEqual([
    ["never-reached", 0, null],
    ["any", 2, null],
    ["delete", 0, "any"],
  ]);
  expect(escalated[0]?.example.question).toBe("Delete it? [y/n]");
  expect((await piped(world, ["trace", "verify", "--json"])).stdout).toBe(before);
});

test("without a history each of them says so, and is valid JSON all the same", async () => {
  await using world = new World();
  const policy = world.write("policy.yaml", answersContinue);
  for (const [command, schema] of [
    ["simulate", policySimulateView],
    ["coverage", policyCoverageView],
  ] as const) {
    const { code, stdout, stderr } = await piped(world, ["policy", command, policy, "--json"]);
    expect({ code, stderr: stderr.includes("no sessions yet") }).toEqual({ code: 0, stderr: true });
    expect(schema.parse(JSON.parse(stdout)).prompts).toBe(0);
  }
});

test("two policies are compared by what they decide, and the exit code says whether they differ", async () => {
  await using world = new World();
  const a = world.write("a.yaml", answersContinue);
  const reworded = world.write(
    "b.yaml",
    `# by other words\n${answersContinue.replace("e2e", "x")}`,
  );
  const other = world.write("c.yaml", answersContinue.replace('"y"', '"n"'));
  const diff = async (...args: string[]) => await piped(world, ["policy", "diff", ...args]);

  const same = await diff(a, reworded, "--json");
  expect(same.code).toBe(0);
  expect(policyDiffView.parse(JSON.parse(same.stdout))).toMatchObject({ same: true });
  const changed = await diff(a, other, "--json");
  expect(changed.code).toBe(1);
  expect(policyDiffView.parse(JSON.parse(changed.stdout)).differences).toMatchObject([
    { a: { value: "y" }, b: { value: "n" }, example: {} },
  ]);
  expect((await diff(a, other)).stdout).toContain(
    'auto_reply "y" (continue) -> auto_reply "n" (continue)',
  );
  expect((await diff(a, world.path("none.yaml"))).code).toBe(2);
});

test("an old policy is migrated with its comments, the old file kept, and decides the same", async () => {
  await using world = new World();
  const old = `# Mine.\n${answersContinue}`;
  const file = world.write("old.yaml", old);
  const migrate = async (...args: string[]) => await piped(world, ["policy", "migrate", ...args]);

  const printed = await migrate(file);
  expect(printed.code).toBe(0);
  expect(printed.stdout).toStartWith('# Mine.\npolicy_version: "2"\n');
  expect(printed.stderr).toContain("situations: decides the same");
  expect(world.read("old.yaml")).toBe(old);

  const written = await migrate(file, "--write", "--json");
  const view = policyMigrateView.parse(JSON.parse(written.stdout));
  expect(view).toMatchObject({ from: "1", to: "2", written: true, text: world.read("old.yaml") });
  expect(world.read("old.yaml.version-1")).toBe(old);
  expect((await piped(world, ["policy", "diff", file, view.backup ?? ""])).code).toBe(0);
  expect((await migrate(file)).stderr).toContain("is version 2 already; nothing to do");
  expect(await migrate(file, "--to", "1")).toMatchObject({ code: 2, stdout: "" });
});

test("a file is not migrated before the one that it extends, whose rules would decide otherwise", async () => {
  await using world = new World();
  world.write("base.yaml", answersContinue);
  const near = world.write("near.yaml", 'policy_version: "1"\nextends: base.yaml\nrules: []\n');
  const refused = await piped(world, ["policy", "migrate", near]);
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(refused.stderr).toContain("migrate that file first");
  expect((await piped(world, ["policy", "migrate", world.path("base.yaml"), "--write"])).code).toBe(
    0,
  );
  expect((await piped(world, ["policy", "migrate", near])).code).toBe(0);
});

const asksTwice =
  'read -p "Use the cache? [Y/n] " a; read -p "Send statistics? [y/N] " b; echo "got=$a$b"';
const asksAll = `policy_version: "1"\nname: none\nautonomy_mode: full\nrules: []\n`;

test("what a person answered the same way in every session is suggested as a rule that then answers it", async () => {
  await using world = new World();
  let asked = 0;
  for (const second of ["y", "n", "y"]) {
    const seat = seatedRun(world, governed(world, asksAll, ["bash", "-c", asksTwice]));
    await world.recorded("prompt.escalated", (asked += 1));
    seat.type("\r");
    await world.recorded("prompt.escalated", (asked += 1));
    seat.type(`${second}\r`);
    expect(await seat.ended).toBe(0);
  }
  const told = await piped(world, ["policy", "suggest", "--json"]);
  expect(told.code).toBe(0);
  const view = policySuggestView.parse(JSON.parse(told.stdout));
  expect(view.suggestions).toMatchObject([
    {
      reply: "y",
      rule: { match: { contains: "Use the cache? [Y/n]" } },
      evidence: { sessions: 3 },
    },
  ]);
  expect(view.left_out).toEqual({ "answered differently": 3 });

  const text = await piped(world, ["policy", "suggest"]);
  const file = world.write("suggested.yaml", text.stdout);
  expect((await piped(world, ["policy", "validate", file])).code).toBe(0);
  expect(text.stdout).toContain("# You answered yes every time: 3 times in 3 sessions");
  expect(existsSync(world.path("home/policy.yaml"))).toBe(false);

  const simulated = await piped(world, ["policy", "simulate", file, "--json"]);
  expect(policySimulateView.parse(JSON.parse(simulated.stdout))).toMatchObject({ changed: 3 });
  const run = seatedRun(world, [
    "run",
    "--policy",
    file,
    "--",
    "bash",
    "-c",
    'read -p "Use the cache? [Y/n] " a; echo "now=$a"',
  ]);
  await run.sees("now=y");
  expect(await run.ended).toBe(0);
});

test("without a history nothing is suggested, and that is no failure", async () => {
  await using world = new World();
  const told = await piped(world, ["policy", "suggest", "--json"]);
  expect(told).toMatchObject({ code: 0, stderr: expect.stringContaining("no sessions yet") });
  expect(policySuggestView.parse(JSON.parse(told.stdout)).suggestions).toEqual([]);
});

test("init asks at a terminal, writes what was answered, and asks nothing where there is a policy", async () => {
  await using world = new World();
  const init = [world.binary, "policy", "init"];
  const seat = seated(world, init);
  await seat.sees("What may policy answer for you?");
  seat.type("2\r");
  await seat.sees("And how?");
  seat.type("2\r");
  await seat.sees("no rule answers?");
  seat.type("\r");
  await seat.sees("wrote ");
  expect(await seat.ended).toBe(0);
  expect((await piped(world, ["policy", "validate"])).code).toBe(0);
  const written = readFileSync(world.path("home/policy.yaml"), "utf8");
  expect(written).toContain("autonomy_mode: assist\n");

  const again = seated(world, init);
  await again.sees("there is already a policy");
  expect(await again.ended).toBe(2);
  expect(again.shown()).not.toContain("What may policy");
  const stopped = seated(world, [...init, "--force"]);
  await stopped.sees("What may policy answer for you?");
  stopped.type("\u0003");
  await stopped.sees("nothing was written");
  expect(await stopped.ended).toBe(2);
  expect(readFileSync(world.path("home/policy.yaml"), "utf8")).toBe(written);
});
