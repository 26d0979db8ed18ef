/** A person is called by their terminal's bell and by their desktop, without a word of what is asked. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { answersContinue, governed } from "./policies.ts";
import { piped, seatedRun } from "./start.ts";
import { until } from "./until.ts";
import { World } from "./world.ts";

setDefaultTimeout(40_000);

/** In place of the desktop's own program. */
const notifySend = `#!/bin/sh
printf '%s|' "$@" >> "$NOTIFIED"; echo >> "$NOTIFIED"
`;

const command = ["bash", "-c", "read -r -p 'Delete the secret plans? [y/n] ' a; echo got=$a"];

function desktop(world: World): Record<string, string> {
  world.write("bin/notify-send", notifySend, 0o755);
  const { PATH = "" } = world.env();
  return { PATH: `${world.path("bin")}:${PATH}`, DISPLAY: ":7", NOTIFIED: world.path("notified") };
}

test("the bell rings, the desktop tells who waits, and again when nobody comes", async () => {
  await using world = new World();
  world.write("home/config.yaml", "notify: { after_seconds: 0, again_seconds: 1 }\n");
  const seat = seatedRun(world, governed(world, answersContinue, command), desktop(world));
  await seat.sees("\x07");
  const twice = () => world.lines("notified").length >= 2;
  await until("two notifications", twice, { seen: () => world.read("notified") });
  const [first = "", second = ""] = world.lines("notified");
  expect(first).toContain("|--urgency=normal|--|bash waits for you|it asks yes or no;");
  expect(second).toContain("|--urgency=critical|--|bash still waits for you|");
  expect(world.read("notified")).not.toContain("secret");
  seat.type("n\r");
  expect(await seat.ended).toBe(0);
});

test("what was switched off stays silent, and doctor tells whether there is a desktop", async () => {
  await using world = new World();
  world.write("home/config.yaml", "notify: { bell: false, desktop: false, after_seconds: 0 }\n");
  const env = desktop(world);
  const seat = seatedRun(world, governed(world, answersContinue, command), env);
  await world.recorded("prompt.escalated");
  seat.type("n\r");
  expect(await seat.ended).toBe(0);
  expect(seat.shown()).not.toContain("\x07");
  expect(world.read("notified")).toBe("");
  expect((await piped(world, ["doctor"], { env })).stdout).toContain("by notify-send");
  expect(
    (await piped(world, ["doctor"], { env: { DISPLAY: "", WAYLAND_DISPLAY: "" } })).stdout,
  ).toContain("the bell alone");
});
