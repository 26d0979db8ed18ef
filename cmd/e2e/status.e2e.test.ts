/** What a tool says of itself, and what others can read of its session: asked for and answered once, and shown. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { sessionsListView } from "../../contracts/views.ts";
import { answersEverything, governed } from "./policies.ts";
import { piped, seatedRun } from "./start.ts";
import { until } from "./until.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

/** Logs what it reads, in hex, and says `ask`; ends on `q`. */
const listener = `
const { appendFileSync } = require("node:fs");
process.stdin.setRawMode(true);
process.stdin.on("data", (bytes) => {
  appendFileSync(process.argv[2], bytes.toString("hex") + "\\n");
  if (bytes.includes(0x71)) process.exit(0);
});
process.stdout.write("asked\\u001b]7501;?\\u0007\\r\\n");
`;

test("the status query is answered once by us, and the terminal's own answer to it does not reach the tool", async () => {
  await using world = new World();
  const tool = world.write("tool.cjs", listener);
  const argv = [process.execPath, tool, world.path("read")];
  const seat = seatedRun(world, governed(world, answersEverything, argv));
  await seat.sees("asked");
  await until("our answer came", () => world.lines("read").length > 0);
  // A terminal that knows the query answers late, in two parts, between two others of its answers.
  seat.type("\u001b[?1;2c\u001b]75");
  await Bun.sleep(20);
  seat.type("01;?v=1\u001b\\\u001b[?7;1$y");
  await Bun.sleep(20);
  seat.type("q");
  expect(await seat.ended).toBe(0);
  const read = Buffer.from(world.lines("read").join(""), "hex").toString();
  expect(read).toBe("\u001b]7501;?\u001b\\\u001b[?1;2c\u001b[?7;1$yq");
});

async function doing(world: World) {
  const { stdout } = await piped(world, ["sessions", "list", "--json"]);
  return sessionsListView.parse(JSON.parse(stdout)).sessions[0]?.activity ?? null;
}

test("a running session says whether it works or waits, for what and since when", async () => {
  await using world = new World();
  const script = `until [ -e go ]; do sleep 0.05; done; read -p 'Delete it all? [y/n] ' a; sleep 60`;
  const seat = seatedRun(world, ["run", "--events", world.events, "--", "bash", "-c", script]);
  await until("it works", async () => (await doing(world))?.state === "working");
  world.write("go", "");
  const [asked] = await world.recorded("prompt.escalated");
  const waits = await until("it waits", async () => {
    const now = await doing(world);
    return now?.state === "waiting" && now;
  });
  expect(waits).toMatchObject({ reason: "for you", prompt_kind: "yes_no" });
  expect(Math.abs(waits.since - (asked?.at ?? 0))).toBeLessThan(1_000);
  const { stdout } = await piped(world, ["sessions", "list"]);
  expect(stdout).toMatch(/waiting for you \d.* \(yes_no\)/);
  seat.type("n\r");
  await until("it works again", async () => (await doing(world))?.state === "working");
  seat.kill("SIGTERM");
  await seat.ended;
  expect((await doing(world))?.state).toBe("ended");
});
