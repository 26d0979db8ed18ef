/** Questions that wait for a person, answered from another terminal: the right one, once, and told what came of it. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { promptReplyView, promptShowView, promptsListView } from "../../contracts/operator.ts";
import { answersContinue, governed } from "./policies.ts";
import { piped, seatedRun } from "./start.ts";
import { detached } from "./background.ts";
import { until } from "./until.ts";
import { World } from "./world.ts";

setDefaultTimeout(40_000);

const asks = (question: string, then = 'echo "got=$a"') =>
  `read -r -p '${question}' a; ${then}; until [ -e go ]; do sleep 0.01; done`;

async function waiting(world: World) {
  const { code, stdout } = await piped(world, ["prompts", "list", "--json"]);
  expect(code).toBe(0);
  return promptsListView.parse(JSON.parse(stdout)).prompts;
}

test("a reply from another terminal is recorded, typed and its effect told", async () => {
  await using world = new World();
  const command = ["bash", "-c", asks("Delete everything? [y/n] ")];
  const seat = seatedRun(world, governed(world, answersContinue, command));
  await world.recorded("prompt.escalated");
  const [prompt] = await waiting(world);
  expect(prompt).toMatchObject({
    tool: "bash",
    kind: "yes_no",
    question: "Delete everything? [y/n]",
  });
  const id = prompt?.prompt_id.slice(-8) ?? "";
  expect((await piped(world, ["prompts", "list"])).stdout).toContain(`${id}  bash`);
  const shown = await piped(world, ["prompts", "show", id, "--json"]);
  expect(promptShowView.parse(JSON.parse(shown.stdout)).prompt).toEqual(prompt as never);
  const reply = await piped(world, ["prompts", "reply", id, "n"]);
  expect(reply).toMatchObject({ code: 0, stdout: "effect seen: the tool has gone on\n" });
  expect(reply.stderr).toBe("accepted, for bash\ntyped\n");
  await seat.sees("got=n");
  const [received] = await world.recorded("reply.received");
  expect(received).toMatchObject({ data: { by: "cli" }, content: { reply: "n" } });
  const [closed] = await world.recorded("prompt.closed");
  expect(closed?.data).toMatchObject({ outcome: "person" });
  const late = await piped(world, ["prompts", "reply", id, "y"]);
  expect(late.code).toBe(1);
  expect(late.stderr).toContain("does not wait any more: a person answered it");
  expect(late.stderr).toContain("prompts list");
  world.write("go", "");
  expect(await seat.ended).toBe(0);
  expect((await piped(world, ["trace", "verify"])).code).toBe(0);
});

test("the answer to a tool's last question is told as taken, though its session ends by it", async () => {
  await using world = new World();
  const command = ["bash", "-c", "read -r -p 'Delete everything? [y/n] ' a; echo got=$a"];
  const seat = seatedRun(world, governed(world, answersContinue, command));
  await world.recorded("prompt.escalated");
  const id = (await waiting(world))[0]?.prompt_id ?? "";
  const { code, stdout } = await piped(world, ["prompts", "reply", id, "n", "--json"]);
  const view = promptReplyView.parse(JSON.parse(stdout));
  expect(view).toMatchObject({ state: "ended", outcome: "person", reason: null });
  expect(view.steps.map(({ step }) => step)).toEqual(["accepted", "typed", "effect_seen"]);
  expect(code).toBe(0);
  expect(await seat.ended).toBe(0);
});

test("of several sessions each gets its own answer", async () => {
  await using world = new World();
  const seats = ["Red", "Green", "Blue"].map((name) => {
    const command = ["bash", "-c", asks(`${name}? [y/n] `)];
    return { name, seat: seatedRun(world, governed(world, answersContinue, command)) };
  });
  await world.recorded("prompt.escalated", 3);
  const prompts = await waiting(world);
  expect(prompts.map(({ question }) => question).toSorted()).toEqual([
    "Blue? [y/n]",
    "Green? [y/n]",
    "Red? [y/n]",
  ]);
  await Promise.all(
    prompts.map(async ({ prompt_id: id, question }) => {
      const value = question.startsWith("Green") ? "y" : "n";
      const { code, stdout } = await piped(world, ["prompts", "reply", id, value, "--json"]);
      expect(code).toBe(0);
      const view = promptReplyView.parse(JSON.parse(stdout));
      expect(view).toMatchObject({ state: "ended", outcome: "person" });
    }),
  );
  for (const { name, seat } of seats) await seat.sees(name === "Green" ? "got=y" : "got=n");
  world.write("go", "");
  for (const { seat } of seats) expect(await seat.ended).toBe(0);
});

test("two replies at once: one is typed, the other is told", async () => {
  await using world = new World();
  const command = ["bash", "-c", asks("Delete everything? [y/n] ")];
  const seat = seatedRun(world, governed(world, answersContinue, command));
  await world.recorded("prompt.escalated");
  const [prompt] = await waiting(world);
  const id = prompt?.prompt_id ?? "";
  const both = await Promise.all(
    ["y", "n"].map((value) => piped(world, ["prompts", "reply", id, value])),
  );
  expect(both.map(({ code }) => code).toSorted((a, b) => a - b)).toEqual([0, 1]);
  await seat.sees(both[0]?.code === 0 ? "got=y" : "got=n");
  expect(world.of("reply.injected")).toHaveLength(1);
  world.write("go", "");
  expect(await seat.ended).toBe(0);
});

test("refused: a password, a prompt that somebody began to answer, a value it has no key for, a governed tool", async () => {
  await using world = new World();
  const script = `read -r -s -p 'Password: ' p; echo
${asks("Delete everything? [y/n] ")}`;
  const seat = seatedRun(world, governed(world, answersContinue, ["bash", "-c", script]));
  await world.recorded("prompt.escalated");
  const [secret] = await waiting(world);
  const refused = await piped(world, ["prompts", "reply", secret?.prompt_id ?? "", "hunter2"]);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("at the tool's own terminal alone");
  seat.type("s3cret\r");
  await world.recorded("prompt.escalated", 2);
  const id = (await waiting(world))[0]?.prompt_id ?? "";
  const odd = await piped(world, ["prompts", "reply", id, "purple"]);
  expect(odd).toMatchObject({ code: 1 });
  const tool = await piped(world, ["prompts", "reply", id, "y"], {
    env: { ATLASBRIDGE_SESSION: "x" },
  });
  expect(tool.code).toBe(3);
  seat.type("n");
  await seat.sees("n");
  const begun = await piped(world, ["prompts", "reply", id, "y"]);
  expect(begun.stderr).toContain("begun to answer");
  seat.type("\r");
  await seat.sees("got=n");
  world.write("go", "");
  expect(await seat.ended).toBe(0);
});

test("a session that stands still, as after ^Z, keeps nobody waiting and is told as what it is", async () => {
  await using world = new World();
  const seat = seatedRun(
    world,
    governed(world, answersContinue, ["bash", "-c", asks("Red? [y/n] ")]),
  );
  await world.recorded("prompt.escalated");
  const id = (await waiting(world))[0]?.prompt_id ?? "";
  const session = await detached(world, [
    "--label",
    "other",
    "--",
    "bash",
    "-c",
    asks("Blue? [y/n] "),
  ]);
  await until("both wait", async () => (await waiting(world)).length === 2);
  seat.kill("SIGSTOP");
  const told = `kill -CONT ${seat.pid}`;
  const listed = await piped(world, ["prompts", "list", "--json"]);
  const { prompts, unreachable } = promptsListView.parse(JSON.parse(listed.stdout));
  expect(prompts.map(({ session_id }) => session_id)).toEqual([session as never]);
  expect(unreachable).toMatchObject([{ why: expect.stringContaining(told) }]);
  const reply = await piped(world, ["prompts", "reply", id, "n"]);
  expect(reply).toMatchObject({ code: 1, stderr: expect.stringContaining(told) });
  const paused = await piped(world, ["sessions", "pause", "--all"]);
  expect(paused.code).toBe(1);
  expect(paused.stdout).toContain(told);
  expect(paused.stdout).toContain("other is paused");
  const stopped = await piped(world, ["sessions", "stop", unreachable[0]?.session_id ?? ""]);
  expect(stopped).toMatchObject({ code: 1, stderr: expect.stringContaining(told) });
  expect((await piped(world, ["sessions", "list"])).stdout).toContain("does not answer");
  seat.kill("SIGCONT");
  expect((await piped(world, ["prompts", "reply", id, "n"])).code).toBe(0);
  world.write("go", "");
  expect(await seat.ended).toBe(0);
});

test("nothing waits: it says so", async () => {
  await using world = new World();
  const { code, stdout, stderr } = await piped(world, ["prompts", "list"]);
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: "",
    stderr: "nothing waits for you\n",
  });
});
