/** `notify test`: a message that says that it is a test, by the same way as a real one, and what came of it. */
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import {
  type NotifyMessage,
  type NotifyReport,
  notifyReport,
  type NotifyTarget,
  type NotifyTestView,
} from "../../../contracts/notify.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { readConfig } from "../../../runtime/config-file.ts";
import { jobBytes, notifyCommand, spawnOptions } from "../../../runtime/operator/notify/start.ts";
import { type Cli, print } from "../cli.ts";
import { targetOf } from "./targets.ts";

/** Exit code 1 when one was not reached. Throws `not_found` where there is none. */
export async function testTargets(cli: Cli, name: string | undefined): Promise<number> {
  const { targets } = readConfig(cli.paths, cli.environment).notify;
  const chosen = name === undefined ? targets : [targetOf(targets, name)];
  if (chosen.length === 0) {
    const message = "there is no target to test; add one: atlasbridge notify add --help";
    throw new AtlasError("not_found", message);
  }
  const results = await sent(cli, chosen);
  const view: NotifyTestView = { format: outputFormat, results };
  print(cli, view, () => results.map((one) => `${told(one)}\n`).join(""));
  return results.every(({ delivered }) => delivered) ? exitCodes.ok : exitCodes.failed;
}

async function sent({ paths, environment }: Cli, targets: NotifyTarget[]): Promise<NotifyReport[]> {
  const job = {
    targets,
    message: testMessage(),
    secretsFile: paths.notifySecretsFile,
    resultsFolder: paths.notifyResultsFolder,
    triesMax: 1,
  };
  const child = Bun.spawn(notifyCommand(), {
    ...spawnOptions(environment.variables),
    stdin: jobBytes(job),
    stdout: "pipe",
  });
  const lines = (await new Response(child.stdout).text()).split("\n").filter((line) => line !== "");
  const reports = new Map(
    lines.map((line) => notifyReport.parse(JSON.parse(line))).map((one) => [one.target, one]),
  );
  return targets.map((target) => reports.get(target.name) ?? unsent(target));
}

function told({ target, delivered, status, detail }: NotifyReport): string {
  return delivered
    ? `${target}: delivered (status ${status}); look whether it has come`
    : `${target}: not delivered: ${detail}`;
}

function unsent({ name }: NotifyTarget): NotifyReport {
  const detail = "the process that sends ended early; try again";
  const result = { at: systemClock.now(), delivered: false, tries: 1, status: null } as const;
  return { target: name, ...result, problem: "unreachable", detail };
}

function testMessage(): NotifyMessage {
  return {
    type: "test",
    urgency: "first",
    at: systemClock.now(),
    session_id: null,
    prompt_id: null,
    tool: "atlasbridge",
    prompt_kind: null,
    waited_seconds: 0,
    label: null,
    question: null,
    options: [],
  };
}
