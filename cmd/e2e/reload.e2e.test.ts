/** A policy that is changed under a running session, through the binary. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { renameSync } from "node:fs";
import { answersContinue, governed } from "./policies.ts";
import { piped, seatedRun, type Seat } from "./start.ts";
import { World } from "./world.ts";

setDefaultTimeout(40_000);

const asksTwice = `read -r -p 'Continue 1? [y/n] ' a; echo "first=$a"
until [ -e go ]; do sleep 0.01; done
read -r -p 'Continue 2? [y/n] ' b; echo "second=$b"`;
const denies = answersContinue.replace('{type: auto_reply, value: "y"}', "{type: deny}");

async function afterFirst(world: World, options: readonly string[] = []): Promise<Seat> {
  const words = governed(world, answersContinue, ["bash", "-c", asksTwice]);
  const seat = seatedRun(world, ["run", ...options, ...words.slice(1)]);
  await seat.sees("first=y");
  return seat;
}

test("the next prompt is decided by what was written, and both hashes are recorded", async () => {
  await using world = new World();
  const seat = await afterFirst(world);
  renameSync(world.write("new.yaml", denies), world.path("policy.yaml"));
  const [changed] = await world.recorded("policy.changed");
  world.write("go", "");
  await seat.sees("second=n");
  expect(await seat.ended).toBe(0);
  const [first, second] = world.of("decision.made");
  expect(changed?.data).toMatchObject({
    old_hash: first?.data.policy_hash,
    policy_hash: second?.data.policy_hash,
    rules: 1,
  });
  const { stdout } = await piped(world, ["policy", "hash", world.path("policy.yaml")]);
  expect(second?.data.policy_hash).toBe(stdout.trim());
  expect((await piped(world, ["trace", "verify"])).code).toBe(0);
});

test("written in the same moment as the question comes, the new one decides", async () => {
  await using world = new World();
  const seat = await afterFirst(world);
  world.write("policy.yaml", denies);
  world.write("go", "");
  await seat.sees("second=n");
  expect(await seat.ended).toBe(0);
});

const escape = "\u001b";

test("a bad file leaves the old one deciding, and says so once", async () => {
  await using world = new World();
  const seat = await afterFirst(world);
  world.write("policy.yaml", `${denies}nam: x\n`);
  const [kept] = await world.recorded("policy.kept");
  world.write("go", "");
  await seat.sees("second=y");
  expect(await seat.ended).toBe(0);
  expect(kept?.data.policy_hash).toBe(world.of("policy.loaded")[0]?.data.policy_hash ?? "");
  expect(world.of("policy.kept")).toHaveLength(1);
  // The title may tell it besides, while the tool still runs.
  const lines = seat
    .shown()
    .split(escape)
    .filter((text) => !text.startsWith("]"));
  expect(lines.join("").split("goes on deciding")).toHaveLength(2);
});

for (const option of ["--pin-policy", "--policy-hash"]) {
  test(`with ${option} nothing that is written later counts`, async () => {
    await using world = new World();
    const file = world.write("policy.yaml", answersContinue);
    const { stdout } = await piped(world, ["policy", "hash", file]);
    const seat = await afterFirst(
      world,
      option === "--policy-hash" ? [option, stdout.trim()] : [option],
    );
    world.write("policy.yaml", denies);
    world.write("go", "");
    await seat.sees("second=y");
    expect(await seat.ended).toBe(0);
    expect(world.of("policy.changed")).toEqual([]);
    expect(world.of("policy.loaded")[0]?.data.pinned).toBe(true);
  });
}
