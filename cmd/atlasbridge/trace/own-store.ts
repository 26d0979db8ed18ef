/** This machine's own trace, opened for appending, and the key by which it is signed. */
import { limits } from "../../../contracts/limits.ts";
import { productVersion } from "../../../contracts/version.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { systemKeychain } from "../../../runtime/keychain/ask.ts";
import { sayTrouble } from "../../../runtime/keychain/keychain.ts";
import { systemRandom } from "../../../runtime/random.ts";
import { AgentKey, type ReadVault } from "../../../runtime/trace/agent-key.ts";
import type { OwnTrace } from "../../../runtime/trace/own-trace.ts";
import type { Redactor } from "../../../runtime/trace/redact.ts";
import { redactingStore } from "../../../runtime/trace/redacting-store.ts";
import { openSqliteStore } from "../../../runtime/trace/sqlite.ts";
import type { Cli } from "../cli.ts";

/**
 * Begins a trace and a key where there are none, unless `create` is false; whatever is appended passes the redactor. Throws what
 * `openSqliteStore` throws, and for a key that is none.
 */
export function openOwnStore(
  cli: Cli,
  redactor: Redactor,
  { keys = ownKey(cli), create = true }: { keys?: AgentKey; create?: boolean } = {},
): OwnTrace {
  const store = openSqliteStore({
    file: cli.paths.traceFile,
    clock: systemClock,
    random: systemRandom,
    runtimeVersion: productVersion,
    create,
    keys,
    onSetAside: (line) => cli.note(`atlasbridge: ${line}`),
  });
  // What upkeep writes is of our own words alone.
  return Object.assign(redactingStore(store, redactor), {
    upkeep: store.upkeep.bind(store),
    outside: store.outside.bind(store),
    emptyLog: store.emptyLog.bind(store),
  });
}

/** `tell`: what keeps the trace from being signed, a line for the person. */
export function ownKey(cli: Cli, tell = (line: string): void => cli.note(warning(line))): AgentKey {
  return new AgentKey(cli.paths.keyFile, { readVault: vaultOf(cli), tell });
}

const warning = (line: string): string => `warning: ${line}`;

/** Within the time that a reply would wait for a secret: nothing waits for this, but a process must end. */
function vaultOf({ environment }: Cli): ReadVault {
  return async (entry) => {
    const keychain = systemKeychain({ clock: systemClock, variables: environment.variables });
    const read = await keychain.read(entry, { withinMs: limits.keychainReadMs });
    if (!read.ok) return { trouble: sayTrouble(read) };
    if (read.secret === null) return { text: null };
    const text = new TextDecoder().decode(read.secret);
    read.secret.fill(0);
    return { text };
  };
}
