/** The promise itself, through the executable: each question is answered once, after its record, by policy alone. */
import { expect, setDefaultTimeout, test } from "bun:test";
import type { EntryKind } from "../../contracts/trace.ts";
import { answersContinue, governed } from "./policies.ts";
import { piped, seatedRun } from "./start.ts";
import { never, until } from "./until.ts";
import { World } from "./world.ts";
import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { join } from "node:path";

setDefaultTimeout(40_000);

const story: EntryKind[] = ["prompt.detected", "decision.made", "reply.injected", "prompt.closed"];
const isOfStory = ({ kind }: { kind: EntryKind }): boolean => story.includes(kind);

/** Counts without starting another program: nothing of the runtime can happen in between. */
const countRecorded = `mapfile -t L < "$EVENTS"; n=0; for l in "\${L[@]}"; do [[ $l == *'"reply.injected"'* ]] && ((n++)); done`;
/** Prints what is left on the input, if anything comes within a moment. */
const tellStray = `if read -r -t 0.3 -n 1 x; then echo "stray=<$x>"; else echo nothing-left; fi`;

for (const pty of ["native", "bun-pty"] as const) {
  test(`a question is answered by policy and the command's exit code is ours (${pty})`, async () => {
    await using world = new World();
    const policy = world.write("policy.yaml", answersContinue);
    const argv = ["bash", "-c", 'read -p "Continue? [y/n] " a; echo "got=$a"'];
    const options = ["--policy", policy, "--events", world.events, "--pty", pty];
    const { code, stdout, stderr } = await piped(world, ["run", ...options, "--", ...argv]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("Continue? [y/n] ");
    expect(stdout).toContain("got=y");
    const told = world.entries().filter(isOfStory);
    expect(told.map(({ kind }) => kind)).toEqual(story);
    expect(world.of("decision.made")[0]?.data).toMatchObject({
      action: "auto_reply",
      rule_id: "continue",
    });
    expect(world.of("prompt.closed")[0]?.data.outcome).toBe("answered");
    expect(world.of("session.started")[0]?.data.pty).toBe(pty);
  });
}

test("the exit code of a governed command is its own", async () => {
  await using world = new World();
  const argv = ["bash", "-c", 'read -p "Continue? [y/n] " a; exit 7'];
  const { code } = await piped(world, governed(world, answersContinue, argv));
  expect(code).toBe(7);
  expect(world.of("session.ended")[0]?.data).toMatchObject({ exit_code: 7, reason: "exited" });
});

test("ten questions back to back get ten answers, each recorded before it arrives", async () => {
  await using world = new World();
  const script = `for i in 1 2 3 4 5 6 7 8 9 10; do
    read -p "Continue? [y/n] " a; ${countRecorded}; echo "$i=$a/$n"
  done; ${tellStray}`;
  const { code, stdout } = await piped(
    world,
    governed(world, answersContinue, ["bash", "-c", script]),
  );
  expect(code).toBe(0);
  const answers = [...stdout.matchAll(/(\d+)=(\w*)\/(\d+)/g)].map((found) => found[0]);
  expect(answers).toEqual(Array.from({ length: 10 }, (_, i) => `${i + 1}=y/${i + 1}`));
  expect(stdout).toContain("nothing-left");
  expect(world.of("reply.injected")).toHaveLength(10);
  expect(world.of("prompt.closed").map(({ data }) => data.outcome)).toEqual(
    Array.from({ length: 10 }, () => "answered" as const),
  );
});

const askers = {
  "1 ms after the answer": 'sleep 0.001; read -p "Continue? [y/n] " a',
  "at the same place of a cleared screen": `printf '\\033[2J\\033[H'; read -p "Continue? [y/n] " a`,
  "at the same place, the answer wiped": `printf '\\033[A\\r\\033[J'; read -p "Continue? [y/n] " a`,
};

for (const [name, ask] of Object.entries(askers)) {
  test(`the same question ${name} is a new one: ten answers, none twice`, async () => {
    await using world = new World();
    const script = `for i in 1 2 3 4 5 6 7 8 9 10; do ${ask}; echo "$i=$a" >> answers; done
      ${tellStray}`;
    const run = await piped(world, governed(world, answersContinue, ["bash", "-c", script]));
    expect(run.code).toBe(0);
    expect(world.lines("answers")).toEqual(Array.from({ length: 10 }, (_, i) => `${i + 1}=y`));
    expect(run.stdout).toContain("nothing-left");
    expect(world.of("reply.injected")).toHaveLength(10);
  });
}

test("nothing is typed while the trace cannot be written", async () => {
  await using world = new World();
  const script =
    'echo ready; until [ -e go ]; do sleep 0.01; done; read -p "Continue? [y/n] " a; echo "got=$a"';
  const seat = seatedRun(world, governed(world, answersContinue, ["bash", "-c", script]));
  await seat.sees("ready");
  const other = new Database(join(world.home, "trace.db"));
  world.atEnd(() => other.close());
  other.run("BEGIN IMMEDIATE");
  world.write("go", "");
  await until("the question stands", () => seat.shown().includes("Continue?"));
  await never("a reply before its record", 500, () => seat.shown().includes("got="));
  other.run("ROLLBACK");
  await seat.sees("got=y");
  expect(await seat.ended).toBe(0);
  expect(world.of("reply.injected")).toHaveLength(1);
});

test("a reply that was held up is not typed into the question that came after", async () => {
  await using world = new World();
  const script = `import os, signal, time
def late(*_): raise TimeoutError
signal.signal(signal.SIGALRM, late)
def ask(question, seconds):
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try: return input(question)
    except TimeoutError: return ""
    finally: signal.setitimer(signal.ITIMER_REAL, 0)
print("ready")
while not os.path.exists("go"): time.sleep(0.01)
ask("Continue? [y/n] ", 0.6)
print("\\033[2J\\033[H", end="", flush=True)
open("second", "w").close()
print("second=<%s>" % ask("Delete it all? [y/n] ", 1))`;
  const seat = seatedRun(world, governed(world, answersContinue, ["python3", "-uc", script]));
  await seat.sees("ready");
  const other = new Database(join(world.home, "trace.db"));
  world.atEnd(() => other.close());
  other.run("BEGIN IMMEDIATE");
  world.write("go", "");
  await until("the second question is asked", () => existsSync(world.path("second")));
  await Bun.sleep(50);
  other.run("ROLLBACK");
  await seat.sees("second=");
  expect(seat.shown()).toContain("second=<>");
  expect(await seat.ended).toBe(0);
  expect(world.of("prompt.closed")[0]?.data).toMatchObject({ outcome: "withdrawn", typed: false });
});
