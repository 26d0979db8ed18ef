/** What must never be answered: text that only looks like a question, and every secret. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { limits } from "../../contracts/limits.ts";
import { answersEverything, governed } from "./policies.ts";
import { piped, seatedRun } from "./start.ts";
import { World } from "./world.ts";

setDefaultTimeout(40_000);

/** Says what came on the input meanwhile, if anything did. */
const tellInput = 'echo done; if read -r -t 0.2 x; then echo "input=<$x>"; else echo no-input; fi';

const lookalikes = {
  "a log that goes on": `for i in 1 2 3 4 5 6; do echo 'Continue? [y/n]'; sleep 0.05; done`,
  "a log that goes on after an unfinished line": `for i in 1 2 3 4; do printf 'Continue? [y/n] '; sleep 0.05; echo; done`,
  "a program that sleeps after printing it": `printf 'Continue? [y/n] '; sleep 1`,
  "a file with questions, then silence": `cat questions; sleep 1`,
};

for (const [name, script] of Object.entries(lookalikes)) {
  test(`${name} is not answered, even by a catch-all policy`, async () => {
    await using world = new World();
    world.write(
      "questions",
      "Continue? [y/n] y\nPassword: \nOverwrite? (yes/no) \nContinue? [y/n] ",
    );
    // Input that came during the script would be read right after it, in silence.
    const argv = ["bash", "-c", `${script}; ${tellInput}`];
    const seat = seatedRun(world, governed(world, answersEverything, argv));
    await seat.sees("no-input");
    expect(await seat.ended).toBe(0);
    expect(world.of("reply.injected")).toEqual([]);
  });
}

/** Files below a folder that hold the text, in any of their bytes. */
function filesHolding(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile() && readFileSync(file).includes(text));
}

const secret = "Xy7-correct-horse-Kq";

test("a password is the person's alone, and nothing keeps it", async () => {
  await using world = new World();
  const script = `read -s -p 'Password: ' p; echo; echo "length=\${#p}"; until [ -e go ]; do sleep 0.01; done`;
  const policy = `${answersEverything}  - id: by-name
    match: {prompt_type: [password]}
    action: {type: require_human}
`;
  const seat = seatedRun(world, governed(world, policy, ["bash", "-c", script]));
  await seat.sees("Password: ");
  const [called] = await world.recorded("prompt.escalated");
  expect(called).toBeDefined();
  seat.type(`${secret}\r`);
  await seat.sees(`length=${secret.length}`);
  await world.recorded("prompt.closed");
  // While the session is open its write-ahead log is there to be searched as well.
  expect(readdirSync(world.home)).toContain("trace.db-wal");
  expect(filesHolding(world.folder, secret)).toEqual([]);
  world.write("go", "");
  expect(await seat.ended).toBe(0);
  expect(filesHolding(world.folder, secret)).toEqual([]);
  expect(seat.shown()).not.toContain(secret);
  expect(world.of("prompt.detected").map(({ data }) => data.prompt_kind)).toEqual(["password"]);
  expect(world.of("reply.injected")).toEqual([]);
  expect(world.of("prompt.closed")[0]?.data.outcome).toBe("person");
});

test("without a person a password ends the command instead of being guessed", async () => {
  await using world = new World();
  const argv = ["bash", "-c", "read -s -p 'Password: ' p; touch answered; sleep 100"];
  const args = governed(world, answersEverything, argv);
  const from = performance.now();
  const run = await piped(world, ["run", "--headless", ...args.slice(1)]);
  // The tool ends at the first, gentlest signal; nothing waits for the harder ones.
  expect(performance.now() - from).toBeLessThan(limits.endGraceMs);
  expect(run.code).toBe(3);
  expect(world.read("answered")).toBe("");
  expect(world.of("reply.injected")).toEqual([]);
  expect(world.of("prompt.closed")[0]?.data.outcome).toBe("denied");
});
