/** What takes secrets out on this machine: the operator's settings, the environment's own secrets, maintained rules. */
import { type Config, defaultConfig } from "../../contracts/config.ts";
import { AtlasError } from "../../contracts/errors.ts";
import { readConfig } from "../../runtime/config-file.ts";
import type { CastEvent } from "../../runtime/pty/asciicast.ts";
import { type Redactor, redactorOf } from "../../runtime/trace/redact.ts";
import { redactedEvents } from "../../runtime/trace/redact/cast.ts";
import { secretValues } from "../../runtime/trace/redact/known-values.ts";
import type { LoadRules } from "../../runtime/trace/redact/preset.ts";
import type { Cli } from "./cli.ts";

/** Throws `config_invalid` or `home_unusable`: without the operator's patterns nothing may be recorded. */
export function ownRedactor(cli: Cli): Redactor {
  return redactorBy(readConfig(cli.paths, cli.environment), cli);
}

/** By settings that were read already. */
export function redactorBy({ redaction: settings }: Config, { environment }: Cli): Redactor {
  return redactorOf({ settings, variables: environment.variables, loadRules });
}

/** For what must be recorded though the settings cannot be read, such as that everything was paused. */
export function ownRedactorOrDefault(cli: Cli): Redactor {
  try {
    return ownRedactor(cli);
  } catch (error) {
    if (!(error instanceof AtlasError)) throw error;
    return redactorBy(defaultConfig, cli);
  }
}

/**
 * Values of the environment that are secrets: what is shown of them has to be covered now, for who exports it later
 * has another environment. None where redaction is switched off.
 */
export function environmentSecrets({ redaction }: Config, { environment }: Cli): string[] {
  return redaction.enabled ? secretValues(environment.variables) : [];
}

/** In the moment they are first needed: loading them takes milliseconds that most commands never spend. */
const loadRules: LoadRules = () => {
  const {
    rules,
  }: { rules: readonly unknown[] } = require("@secretlint/secretlint-rule-preset-recommend");
  return rules;
};

/** What an export goes through. */
export type Redaction = {
  /** For what is there as a whole. */
  whole: Redactor;
  /** For a terminal's events, in whose output a secret may be split: the same ones, their texts as long as before. */
  events(events: Iterable<CastEvent>, columns: number): Iterable<CastEvent>;
};

/** Null where the settings switch it off. */
export function redactionOf(cli: Cli): Redaction | null {
  const config = readConfig(cli.paths, cli.environment);
  if (!config.redaction.enabled) return null;
  const whole = redactorBy(config, cli);
  return {
    whole,
    events: (events, columns) => redactedEvents(events, { redactor: whole, columns }),
  };
}

export const notRedacted = "not redacted: as it was recorded, secrets and all";
