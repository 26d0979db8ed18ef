/** How the person is called to what waits for them: who is told what, by the operator's settings. */
import type { Config } from "../../../contracts/config.ts";
import type { SessionId } from "../../../contracts/ids.ts";
import { limits } from "../../../contracts/limits.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { Calls } from "../../../runtime/operator/call.ts";
import { sharedPart } from "../../../runtime/operator/notify/shared.ts";
import { Sender } from "../../../runtime/operator/notify/start.ts";
import type { UserTerminal } from "../../../runtime/session/user-terminal.ts";
import type { Redactor } from "../../../runtime/trace/redact.ts";
import type { Cli } from "../cli.ts";
import { redactorBy } from "../redaction.ts";
import { desktopOf } from "./desktop.ts";

type Called = {
  config: Config;
  redactor: Redactor;
  terminal: Pick<UserTerminal, "ring">;
  id: SessionId;
  tool: string;
  label: string | null;
};

export function callsOf(cli: Cli, { config, redactor, terminal, id, tool, label }: Called): Calls {
  const { notify: settings, redaction } = config;
  const desktop = settings.desktop ? desktopOf(cli.environment) : () => undefined;
  const sender = new Sender({
    targets: settings.targets,
    secretsFile: cli.paths.notifySecretsFile,
    resultsFolder: cli.paths.notifyResultsFolder,
    triesMax: limits.notifyTriesMax,
    variables: cli.environment.variables,
  });
  // What leaves the machine is redacted though the trace may not be.
  const always = redaction.enabled
    ? redactor
    : redactorBy({ ...config, redaction: { ...redaction, enabled: true } }, cli);
  return new Calls({
    ...{ clock: systemClock, settings, sessionId: id, tool, label },
    ring: () => terminal.ring(),
    send(message) {
      // Shown where others may look: who waits, and not a word of what it asks.
      desktop(sharedPart(message, { content: "label", redact: (text) => redactor.redact(text) }));
      const { content } = settings;
      sender.send(sharedPart(message, { content, redact: (text) => always.redact(text) }));
    },
    withdraw: () => sender.withdraw(),
  });
}
