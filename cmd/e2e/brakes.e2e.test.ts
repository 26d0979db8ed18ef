/** The brakes of a policy in a real session: a tool that asks the same again and again is handed to the person. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { governed } from "./policies.ts";
import { seatedRun } from "./start.ts";
import { World } from "./world.ts";

setDefaultTimeout(40_000);

const policy = `policy_version: "2"
brakes: { same_prompt_per_minute: 3 }
rules:
  - id: go
    match: { contains: Continue }
    action: { type: auto_reply, reply: approve_once }
    examples: { match: ["Continue? [y/n]"] }
`;

test("after so many replies to the same prompt the person is asked; another prompt is still answered", async () => {
  await using world = new World();
  const script = `for i in 1 2 3 4; do read -r -p 'Continue? [y/n] ' a; echo "$i=$a"; done
read -r -p 'Continue with the rest? [y/n] ' b; echo "rest=$b"`;
  const seat = seatedRun(world, governed(world, policy, ["bash", "-c", script]));
  const [called] = await world.recorded("prompt.escalated");
  expect(called?.data.reason).toBe(
    'rule "go" would answer, but this prompt was answered 3 times within a minute',
  );
  expect(world.of("reply.injected")).toHaveLength(3);
  seat.type("n\r");
  await seat.sees("4=n");
  await seat.sees("rest=y");
  expect(await seat.ended).toBe(0);
});
