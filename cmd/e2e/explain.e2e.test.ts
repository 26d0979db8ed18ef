/** A detection can be explained: of a running session, without touching it, and of any recording. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { expect, setDefaultTimeout, test } from "bun:test";
import { detectExplainView } from "../../contracts/explain.ts";
import { governed } from "./policies.ts";
import { piped, seatedRun } from "./start.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

const leavesAll = `policy_version: "1"\nname: none\nautonomy_mode: full\nrules: []\n`;

test("a running session tells what it sees and why, and goes on as if nobody had asked", async () => {
  await using world = new World();
  const script = 'read -p "Delete it all? [y/N] " a; echo "got=$a"';
  const seat = seatedRun(world, governed(world, leavesAll, ["bash", "-c", script]));
  await world.recorded("prompt.escalated");
  const id = world.of("session.started")[0]?.session_id ?? "";

  const told = await piped(world, ["detect", "explain", id.slice(0, 18), "--json"]);
  expect(told).toMatchObject({ code: 0, stderr: "" });
  const view = detectExplainView.parse(JSON.parse(told.stdout));
  const [look] = view.looks;
  expect(view.session_id as string).toBe(id);
  expect(look?.explanation.detection.prompt).toMatchObject({
    kind: "yes_no",
    question: "Delete it all? [y/N]",
  });
  expect(look?.explanation.rules.filter(({ read }) => read !== null)).toHaveLength(1);
  expect(look?.explanation.evidence.termios).toMatchObject({ canonical: true, echo: true });

  const text = await piped(world, ["detect", "explain", id]);
  expect(text.stdout).toContain("now: waiting, yes_no, confidence high");
  expect(text.stdout).toContain("Delete it all? [y/N]");
  expect(text.stdout).toContain("bash reads");

  const sockets = `${world.home}/sockets`;
  expect(statSync(sockets).mode & 0o777).toBe(0o700);
  seat.type("n\r");
  await seat.sees("got=n");
  expect(await seat.ended).toBe(0);
  expect(readdirSync(sockets)).toEqual([]);
  const gone = await piped(world, ["detect", "explain", id]);
  expect(gone.code).toBe(1);
  expect(gone.stderr).toContain("no running session's id begins with");
});

test("a session that was killed leaves a socket that is told as such, and taken away by the next", async () => {
  await using world = new World();
  const argv = ["bash", "-c", 'read -p "Go on? [y/N] "'];
  const seat = seatedRun(world, governed(world, leavesAll, argv));
  await world.recorded("prompt.escalated");
  const id = world.of("session.started")[0]?.session_id ?? "";
  seat.kill("SIGKILL");
  await seat.ended;
  const told = await piped(world, ["detect", "explain", id]);
  expect(told.code).toBe(1);
  expect(told.stderr).toContain("the session does not answer");
  await piped(world, ["run", "--", "true"]);
  expect(existsSync(`${world.home}/sockets/${id}.sock`)).toBe(false);
});

test("a recording is explained at each question, or at one moment, and a wrong one is refused", async () => {
  await using world = new World();
  const cast = world.write(
    "demo.cast",
    [
      '{"version": 2, "width": 80, "height": 24}',
      '[0.1, "o", "Overwrite? [y/N] "]',
      '[2, "i", "y\\r"]',
      '[2.1, "o", "\\r\\ncopied\\r\\n"]',
      "",
    ].join("\n"),
  );
  const explain = async (...args: string[]) => await piped(world, ["detect", "explain", ...args]);
  const all = await explain("--file", cast, "--json");
  const view = detectExplainView.parse(JSON.parse(all.stdout));
  expect(view.looks.map((look) => look.explanation.detection.prompt?.kind)).toEqual(["yes_no"]);
  const early = await explain("--file", cast, "--at", "0.2");
  expect(early.stdout).toContain("at 0.200 s: working, output has not settled");

  const wrong = world.write("wrong.cast", '{"version": 2, "width": 80, "height": 24}\n[1]\n');
  expect(await explain("--file", wrong)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`${wrong}: line 2: it is not [seconds, code, data]`),
  });
  expect((await explain("--file", world.path("none.cast"))).stderr).toContain("cannot be read");
  expect((await explain()).stderr).toContain("name a running session, or a recording");
  expect((await explain("--file", cast, "--at", "soon")).stderr).toContain("not a number");
});
