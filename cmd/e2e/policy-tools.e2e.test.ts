/** The policy tools on what really happened: they read the trace of governed runs, and never write to it. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { policyExplainView, policyTestView } from "../../contracts/policy-views.ts";
import { answersContinue, governed } from "./policies.ts";
import { piped, seatedRun } from "./start.ts";
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
  expect(view.gaps[0]).toContain("the text above the question is not recorded");

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
  expect((await ask("--recording", cast, "--prompt", "2")).stderr).toContain(
    "there is no prompt 2",
  );
  expect((await ask("--session", "0")).stderr).toContain("no sessions yet");
  expect((await ask("--session", "0", "--question", "x")).stderr).toContain("give one of them");
});
