/** What a session shows the person and hears of their settings, for a terminal of their own or attached ones. */
import type { Config } from "../../../contracts/config.ts";
import type { Decision } from "../../../contracts/decision.ts";
import { limits } from "../../../contracts/limits.ts";
import { quote } from "../../../runtime/policy/problem.ts";
import type { ConfirmKey } from "../../../runtime/session/confirm-key.ts";
import type { Rim, SessionOptions } from "../../../runtime/session/parts.ts";
import type { Pause } from "../../../runtime/session/pause.ts";
import type { PersonTerminal } from "../../../runtime/session/person-terminal.ts";
import type { Session } from "../../../runtime/session/session.ts";
import type { Redactor } from "../../../runtime/trace/redact.ts";
import type { Cli } from "../cli.ts";
import type { Governance, PolicyListener } from "./governance.ts";
import type { RunOptions } from "./options.ts";

type Run = {
  cli: Cli;
  config: Config;
  options: RunOptions;
  governance: Governance;
  redactor: Redactor;
  terminal: PersonTerminal;
  pause: Pause;
};
type RimParts = Pick<Run, "terminal" | "options" | "redactor" | "pause">;

/** In the title, whose end may be cut off. */
function sayingOf({ action, value, rule_id: id }: Decision, key: ConfirmKey): string {
  const what = action === "deny" ? "deny" : value?.trim() === "" ? "Enter" : (value ?? "");
  return `${key.name} types ${quote(what, limits.suggestionCharsMax / 2)} (AtlasBridge${id === null ? "" : `, rule ${id}`})`;
}

/** What is told may quote a file or a prompt, and stays on the person's screen. */
export function listenerOf(
  session: Session,
  terminal: PersonTerminal,
  redactor: Redactor,
): PolicyListener {
  const tell = (line: string): void => terminal.warnNow(redactor.redact(line));
  return { record: (draft) => session.record(draft), tell };
}

/** The mode is asked for anew each time: policies and the machine's brake may change it. */
export function settingsOf({
  governance,
  options,
  terminal,
}: Pick<Run, "governance" | "options" | "terminal">): SessionOptions["settings"] {
  return {
    get mode() {
      return governance.mode();
    },
    headless: options.headless === true,
    suggests: terminal.hasTitle,
  };
}

export function rimOf({ terminal, options, redactor, pause }: RimParts): Rim {
  const { confirmKey: key } = options;
  return {
    suggest: (decision) => {
      terminal.notice(decision === null ? null : redactor.redact(sayingOf(decision, key)));
    },
    show: (bytes) => terminal.show(bytes),
    drained: () => terminal.drained(),
    suspend: () => pause.thawed(() => terminal.suspend()),
    warn: (line) => terminal.warn(redactor.redact(line)),
    callPerson: (prompt, reason) => {
      if (terminal.interactive) return;
      terminal.warn(`waiting for you: ${prompt.kind} (${redactor.redact(reason)})`);
    },
  };
}
