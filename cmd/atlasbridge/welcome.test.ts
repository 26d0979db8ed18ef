/** What is said first fits the machine as it is: fresh, set up, or with somebody waiting. */
import { expect, test } from "bun:test";
import { type Machine, nextSteps } from "./welcome.ts";

const fresh: Machine = { waiting: [], hasPolicy: false, hasTrace: false, tools: [] };
const now = 1_800_000_000_000;
const commands = (machine: Partial<Machine>): string[] =>
  nextSteps({ ...fresh, ...machine }, now).map(({ command }) => command.slice(12));

test("a fresh machine: see that it works, write a policy, govern something", () => {
  expect(commands({})).toEqual(["doctor --canary", "policy init", "run -- bash"]);
  expect(commands({ tools: ["codex"] }).at(-1)).toBe("run -- codex");
});

test("later: run, and read what happened", () => {
  const later = { hasPolicy: true, hasTrace: true, tools: ["claude", "codex"] };
  expect(commands(later)).toEqual(["run -- claude", "sessions list"]);
});

test("who waits comes first, with for how long and how many more", () => {
  const waiting = [
    { tool: "claude", since: now - 130_000 },
    { tool: "npm", since: now },
  ];
  const [first] = nextSteps({ ...fresh, waiting }, now);
  expect(first).toEqual({
    command: "atlasbridge prompts list",
    does: "claude has waited for you for 2 min 10 s, and 1 more",
  });
});
