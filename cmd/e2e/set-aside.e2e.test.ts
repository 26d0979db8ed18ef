/** The trace breaks, before a session or in the middle of one: it is kept, a new one goes on, and the person is told. */
import { Database } from "bun:sqlite";
import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { traceVerifyView } from "../../contracts/views.ts";
import { answersContinue, governed } from "./policies.ts";
import { piped, seatedRun } from "./start.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

function keptIn(world: World): string[] {
  const form = /^trace\.db\.broken-\d{8}T\d{9}Z$/;
  return readdirSync(world.home)
    .filter((name) => form.test(name))
    .map((name) => join(world.home, name));
}

async function report(world: World, ...args: string[]) {
  const { stdout } = await piped(world, ["--json", "trace", "verify", ...args]);
  return traceVerifyView.parse(JSON.parse(stdout)).report;
}

test("a trace that is no database is kept, and the next session runs and says so in one line", async () => {
  await using world = new World();
  const text = "this is no database\n".repeat(300);
  world.write("home/trace.db", text);
  const doctor = await piped(world, ["doctor"]);
  expect(doctor.stdout).toContain("is damaged: file is not a database; the next session sets it");
  const script = 'read -p "Continue? [y/n] " a; echo "read=<$a>"';
  const ran = await piped(world, governed(world, answersContinue, ["bash", "-c", script]));
  expect(ran.code).toBe(0);
  expect(ran.stdout).toContain("read=<y>");
  const [kept = "", ...more] = keptIn(world);
  expect(more).toEqual([]);
  expect(readFileSync(kept, "utf8")).toBe(text);
  expect(ran.stderr.trimEnd().split("\n")).toEqual([expect.stringContaining(kept)]);
  expect(await report(world)).toMatchObject({ ok: true, previous: { why: "damaged", head: null } });
  const said = await piped(world, ["trace", "verify"]);
  expect(said.stdout).toContain(`atlasbridge trace verify --file ${kept}`);
  expect((await piped(world, ["trace", "verify", "--file", kept])).code).toBe(4);
  const after = await piped(world, ["doctor"]);
  expect(after.stdout).toContain(`found broken and set aside as ${kept}`);
});

test("a trace that is tampered with under a session: it goes on, the prompt is the person's, the next one is not", async () => {
  await using world = new World();
  const script = `echo ready; until [ -e go ]; do sleep 0.01; done
    read -p "Continue? [y/n] " a; echo "first=<$a>"
    read -p "Continue? [y/n] " b; echo "second=<$b>"; exit 5`;
  const seat = seatedRun(world, governed(world, answersContinue, ["bash", "-c", script]));
  await seat.sees("ready");
  const raw = new Database(join(world.home, "trace.db"));
  raw.run("DELETE FROM entries WHERE seq = (SELECT max(seq) FROM entries)");
  raw.close();
  world.write("go", "");
  await seat.sees("Continue?");
  await world.recorded("prompt.escalated");
  seat.type("n\r");
  await seat.sees("first=<n>");
  await seat.sees("second=<y>");
  expect(await seat.ended).toBe(5);
  const [kept = ""] = keptIn(world);
  expect(seat.shown()).toContain("was tampered with");
  expect(seat.shown().replaceAll(/\s/g, "")).toContain(kept);
  expect(await report(world)).toMatchObject({
    ok: true,
    sessions: 1,
    prompts: 2,
    replies: 1,
    previous: { why: "tampered" },
  });
  expect((await report(world, "--file", kept))?.ok).toBe(false);
  const [started] = world.of("session.started").filter(({ data }) => data.continued === true);
  expect(started?.content).toMatchObject({ command: ["bash", "-c", script] });
});
