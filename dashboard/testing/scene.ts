/** A machine on which something has happened: sessions that ended, one that works, and two that wait for a person. */
import { piped, seatedRun } from "../../cmd/e2e/start.ts";
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

const build = [
  ...[
    'printf "\\033[1mBuilding atlas-web\\033[0m 4 targets\\n"',
    ask("Continue with 4 targets? [y/n] "),
  ],
  ...['printf "\\033[32m✓\\033[0m compiled 218 files\\n"', ask("package name: (atlas-web) ")],
  ...['printf "\\033[33m!\\033[0m 2 warnings\\n"', ask("Continue? [y/n] "), "echo done"],
].join("; ");
const push = [ask("Really force-push to main? [y/n] "), "echo kept"].join("; ");

/** Ends once everything stands as it is to be seen. */
export async function playScene(world: World): Promise<void> {
  world.write("home/policy.yaml", policy);
  const run = (label: string, script: string) =>
    seatedRun(world, [
      "run",
      "--label",
      label,
      "--events",
      world.events,
      "--",
      "bash",
      "-c",
      script,
    ]);
  for (const [label, script] of [
    ["build", build],
    ["push", push],
    ["build", build],
  ] as const) {
    const seat = run(label, script);
    const code = await seat.ended;
    if (code !== 0) throw new Error(`${label} ended with ${code}: ${seat.shown()}`);
  }
  run("working", waits);
  run("release 2.4", [ask("Publish release 2.4.0 to everybody? [y/n] "), waits].join("; "));
  await world.recorded("prompt.escalated", 1);
  run("set up", [ask("Your e-mail for the certificate: "), waits].join("; "));
  await world.recorded("prompt.escalated", 2);
  await until("both wait", async () => {
    const { stdout } = await piped(world, ["prompts", "list", "--json"]);
    return stdout.split('"prompt_id"').length === 3;
  });
  const { stdout } = await piped(world, ["sessions", "list"]);
  if (stdout.trim().split("\n").length !== 7) throw new Error(`not six sessions:\n${stdout}`);
}
