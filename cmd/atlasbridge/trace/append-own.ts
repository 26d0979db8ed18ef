/** Records what a person did by a command, outside of any session. */
import type { EntryDraft } from "../../../contracts/trace.ts";
import type { Cli } from "../cli.ts";
import { ownRedactorOrDefault } from "../redaction.ts";
import { openOwnStore } from "./own-store.ts";

/** Durable on return. Throws what the store throws. */
export function appendOwn(cli: Cli, draft: EntryDraft): void {
  const store = openOwnStore(cli, ownRedactorOrDefault(cli));
  try {
    store.append([draft], { sessionId: null });
  } finally {
    store.close();
  }
}
