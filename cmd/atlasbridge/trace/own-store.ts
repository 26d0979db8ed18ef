/** This machine's own trace, opened for appending. */
import { productVersion } from "../../../contracts/version.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { systemRandom } from "../../../runtime/random.ts";
import { agentKeyAt } from "../../../runtime/trace/agent-key.ts";
import type { Redactor } from "../../../runtime/trace/redact.ts";
import { redactingStore } from "../../../runtime/trace/redacting-store.ts";
import { openSqliteStore } from "../../../runtime/trace/sqlite.ts";
import type { TraceStore } from "../../../runtime/trace/store.ts";
import type { Cli } from "../cli.ts";

/**
 * Begins a trace and a key where there are none; whatever is appended passes the redactor. Throws what
 * `openSqliteStore` and `agentKeyAt` throw.
 */
export function openOwnStore({ paths, note }: Cli, redactor: Redactor): TraceStore {
  const store = openSqliteStore({
    file: paths.traceFile,
    clock: systemClock,
    random: systemRandom,
    runtimeVersion: productVersion,
    create: true,
    key: () => agentKeyAt(paths.keyFile),
    onSetAside: (line) => note(`atlasbridge: ${line}`),
  });
  return redactingStore(store, redactor);
}
