/** The closed list of errors a person can meet: a code, a sentence saying what to do, and the exit code it ends with. */

/** Exit codes of every command (`interfaces.md`); `run` otherwise ends with the tool's own code, 128+n on a signal. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  integrity: 4,
  /** As env(1): the command was found but could not be run. */
  notExecutable: 126,
  /** As env(1): there is no such command. */
  notFound: 127,
} as const;

const table = {
  usage: exitCodes.usage,
  policy_invalid: exitCodes.usage,
  policy_unreadable: exitCodes.failed,
  policy_mismatch: exitCodes.refused,
  config_invalid: exitCodes.usage,
  home_unusable: exitCodes.failed,
  trace_unwritable: exitCodes.failed,
  trace_locked: exitCodes.failed,
  trace_full: exitCodes.failed,
  trace_corrupt: exitCodes.integrity,
  trace_newer: exitCodes.failed,
  integrity_broken: exitCodes.integrity,
  command_not_found: exitCodes.notFound,
  command_not_executable: exitCodes.notExecutable,
  pty_unavailable: exitCodes.failed,
  events_unwritable: exitCodes.failed,
  not_found: exitCodes.failed,
  database_unusable: exitCodes.failed,
  cloud_unreachable: exitCodes.failed,
  cloud_refused: exitCodes.refused,
  keychain_unavailable: exitCodes.failed,
  refused_by_policy: exitCodes.refused,
  internal: exitCodes.failed,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof table;
export const errorCodes = Object.keys(table) as ErrorCode[];

/**
 * An error meant for a person. `message` is one line: what happened, to what, what to do.
 * `cause` holds what we log; it is never shown unless asked for.
 */
export class AtlasError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AtlasError";
    this.code = code;
  }

  get exitCode(): number {
    return table[this.code];
  }
}
