/** Dialogs as AI tools show them: answered once each, by the right key alone, refused by ESC, steered where they must be. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { dialogTool } from "./dialog-tool.ts";
import { governed } from "./policies.ts";
import { type Seat, seatedRun } from "./start.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

type Scene = "one" | "twins" | "trust";

const policy = (action: string): string => `policy_version: "1"
name: dialogs
autonomy_mode: full
rules:
  - id: dialogs
    match: {prompt_type: [yes_no, multiple_choice], min_confidence: low}
    action: ${action}
`;
const replies = (value: string): string => policy(`{type: auto_reply, value: "${value}"}`);

function run(world: World, scene: Scene, decidedBy: string): Seat {
  const tool = world.write("tool.cjs", dialogTool);
  const argv = [process.execPath, tool, scene, world.path("log")];
  return seatedRun(world, governed(world, decidedBy, argv));
}

/** What the tool read, in hex, and what it made of it. */
const log = (world: World): string[] => world.lines("log");
const hex = (keys: string): string => `read ${Buffer.from(keys).toString("hex")}`;

test("an approval is the option's key alone, once, and recorded before", async () => {
  await using world = new World();
  const seat = run(world, "one", replies("y"));
  expect(await seat.ended).toBe(0);
  expect(log(world)).toEqual([hex("1"), "approved"]);
  expect(world.of("reply.injected").map(({ data }) => data.bytes)).toEqual([1]);
  expect(world.of("prompt.closed").map(({ data }) => data.outcome)).toEqual(["answered"]);
});

const versions = { "2.1.9": "1", "3.0.0": null };
for (const [version, key] of Object.entries(versions)) {
  test(`a tool installed in version ${version} is ${key === null ? "left to a person" : "answered"}`, async () => {
    await using world = new World();
    world.write("package.json", JSON.stringify({ name: "@anthropic-ai/claude-code", version }));
    const seat = run(world, "one", replies("y"));
    const left = key === null ? await world.recorded("prompt.escalated") : [];
    const [detected] = await world.recorded("prompt.detected");
    expect(detected?.data.confidence).toBe(key === null ? "low" : "medium");
    expect(detected?.data.evidence.includes("tool:another-version")).toBe(key === null);
    if (left.length > 0) seat.type("3");
    expect(await seat.ended).toBe(0);
    expect(log(world)).toEqual(key === null ? [hex("3"), "refused"] : [hex(key), "approved"]);
  });
}

test("a refusal reaches the tool, with nothing after it", async () => {
  await using world = new World();
  const seat = run(world, "one", policy("{type: deny}"));
  expect(await seat.ended).toBe(0);
  expect(log(world).at(-1)).toBe("refused");
  expect(log(world)).toHaveLength(2);
  expect(world.of("prompt.closed").map(({ data }) => data.outcome)).toEqual(["denied"]);
});

test("a second dialog with the same words, painted with the first one's result, is answered as well", async () => {
  await using world = new World();
  const seat = run(world, "twins", replies("y"));
  expect(await seat.ended).toBe(0);
  expect(log(world)).toEqual([hex("1"), "approved", hex("1"), "approved"]);
  expect(world.of("prompt.detected")).toHaveLength(2);
  expect(world.of("prompt.closed").map(({ data }) => data.outcome)).toEqual([
    "answered",
    "answered",
  ]);
});

test("a menu whose default is No is moved step by step, and Enter comes when the wanted option is lit", async () => {
  await using world = new World();
  const seat = run(world, "trust", replies("Yes, I trust this folder"));
  expect(await seat.ended).toBe(0);
  expect(log(world)).toEqual([hex("\u001b[B"), hex("\r"), "approved"]);
  expect(world.of("reply.injected")[0]?.data).toMatchObject({ bytes: 4, steered: true });
  expect(world.of("prompt.closed")[0]?.data).toMatchObject({ outcome: "answered", bytes: 4 });
});

test("a reply that no option answers to is a person's, who answers", async () => {
  await using world = new World();
  const seat = run(world, "one", replies("perhaps"));
  await world.recorded("prompt.escalated");
  seat.type("3");
  expect(await seat.ended).toBe(0);
  expect(log(world)).toEqual([hex("3"), "refused"]);
  expect(world.of("reply.injected")).toEqual([]);
  expect(world.of("prompt.closed")[0]?.data.outcome).toBe("person");
});

test("a person's key while the dialog is being watched leaves it to them, an arrow as well as a letter", async () => {
  for (const key of ["\u001b[B", "x"]) {
    await using world = new World();
    const seat = run(world, "one", replies("y"));
    await seat.sees("Tab to amend");
    seat.type(key);
    await world.recorded("prompt.escalated");
    seat.type("1");
    expect(await seat.ended).toBe(0);
    expect(world.of("reply.injected")).toEqual([]);
    expect(log(world).at(-1)).toBe("approved");
  }
});
