/** A machine on which something has happened: sessions that ended, one that works, and three that wait for a person. */
import { dialogTool } from "../../cmd/e2e/dialog-tool.ts";
import { piped } from "../../cmd/e2e/start.ts";
import { until } from "../../cmd/e2e/until.ts";
import type { World } from "../../cmd/e2e/world.ts";

const policy = `policy_version: "1"
name: everyday
autonomy_mode: full
rules:
  - id: never-force-push
    description: History that others have is not rewritten
    match: { contains: "force" }
    action: { type: deny, reason: "history is not rewritten without a person" }
  - id: go-on
    description: A build that asks whether to go on may
    match: { prompt_type: [yes_no], contains: "Continue" }
    action: { type: auto_reply, value: "y" }
  - id: keep-name
    description: A name that is suggested is kept
    match: { prompt_type: [free_text], contains: "package name" }
    action: { type: auto_reply, value: "\\n" }
  - id: releases-are-mine
    match: { contains: "release" }
    action: { type: require_human }
defaults:
  no_match: require_human
`;

const ask = (question: string): string => `read -r -p ${JSON.stringify(question)} a; echo`;
const waits = "until [ -e go ]; do sleep 0.02; done";

const scripts = {
  build: [
    'printf "\\033[1mBuilding atlas-web\\033[0m, 4 targets\\n"',
    ask("Continue with 4 targets? [y/n] "),
    'printf "\\033[32m✓\\033[0m compiled 218 files\\n"',
    ask("package name: (atlas-web) "),
    'printf "\\033[33m!\\033[0m 2 warnings\\n"',
    ask("Continue? [y/n] "),
    "echo done",
  ],
  push: [ask("Really force-push to main? [y/n] "), "echo kept"],
  watch: [waits],
  release: [ask("Publish release 2.4.0 to everybody? [y/n] "), waits],
  certify: [ask("Your e-mail for the certificate: "), waits],
} as const;

/** A browser takes longer to look at it than a command may take elsewhere. */
const sceneMsMax = 110_000;

/** Starts it in a terminal of its own; killed with the world. Resolves with its exit code. */
function seat(world: World, label: string, argv: readonly string[]): Promise<number> {
  const own = ["run", "--label", label, "--events", world.events, "--", ...argv];
  const child = Bun.spawn([world.binary, ...own], {
    cwd: world.folder,
    env: world.env(),
    timeout: sceneMsMax,
    killSignal: "SIGKILL",
    terminal: { cols: 90, rows: 24, data: () => undefined },
  });
  world.atEnd(async () => {
    child.kill("SIGKILL");
    await child.exited;
  });
  return child.exited;
}

/** Ends once everything stands as it is to be seen. */
export async function playScene(world: World): Promise<void> {
  world.write("home/policy.yaml", policy);
  const start = (name: keyof typeof scripts, label: string): Promise<number> => {
    const lines = ["#!/bin/bash", ...scripts[name], ""].join("\n");
    return seat(world, label, [world.write(`bin/${name}`, lines, 0o700)]);
  };
  for (const name of ["build", "push", "build"] as const) {
    const code = await start(name, "atlas-web");
    if (code !== 0) throw new Error(`${name} ended with ${code}`);
  }
  const dialog = world.write("dialog.cjs", dialogTool);
  const words = [process.execPath, dialog, "one", world.path("log")].map((word) => `'${word}'`);
  const assistant = world.write("bin/assistant", `#!/bin/sh\nexec ${words.join(" ")}\n`, 0o700);
  void start("watch", "atlas-web");
  void seat(world, "clean up", [assistant]);
  await world.recorded("prompt.escalated", 1);
  void start("release", "2.4");
  await world.recorded("prompt.escalated", 2);
  void start("certify", "mail");
  await world.recorded("prompt.escalated", 3);
  await until("all three wait", async () => {
    const { stdout } = await piped(world, ["prompts", "list", "--json"]);
    return stdout.split('"prompt_id"').length === 4;
  });
  const { stdout } = await piped(world, ["sessions", "list"]);
  if (stdout.trim().split("\n").length !== 8) throw new Error(`not seven sessions:\n${stdout}`);
}
