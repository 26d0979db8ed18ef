/** Records what a person did by a command, outside of any session. */
import type { EntryDraft } from "../../../contracts/trace.ts";
import { productVersion } from "../../../contracts/version.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { systemRandom } from "../../../runtime/random.ts";
import { agentKeyAt } from "../../../runtime/trace/agent-key.ts";
import { openSqliteStore } from "../../../runtime/trace/sqlite.ts";
import type { Cli } from "../cli.ts";

/** Durable on return. Throws what the store throws. */
export function appendOwn(cli: Cli, draft: EntryDraft): void {
  const store = openSqliteStore({
    file: cli.paths.traceFile,
    clock: systemClock,
    random: systemRandom,
    runtimeVersion: productVersion,
    create: true,
    key: () => agentKeyAt(cli.paths.keyFile),
  });
  try {
    store.append([draft], { sessionId: null });
  } finally {
    store.close();
  }
}
