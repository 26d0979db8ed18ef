/** Records what a person did by a command, outside of any session. */
import type { EntryContent, EntryDraft } from "../../../contracts/trace.ts";
import type { Cli } from "../cli.ts";
import { AgentKey } from "../../../runtime/trace/agent-key.ts";
import { ownRedactorOrDefault } from "../redaction.ts";
import { openOwnStore } from "./own-store.ts";

type Act = { action: string; content?: EntryContent["operator.acted"] };

/** What a person did by this command: `action` names it; what names things of theirs is content. Durable on return. */
export function recordAct(cli: Cli, { action, content }: Act): void {
  const data = { action, by: "cli" } as const;
  const about = content === undefined ? {} : { content };
  appendOwn(cli, { kind: "operator.acted", data, ...about });
}

/** Durable on return. Throws what the store throws. */
export function appendOwn(cli: Cli, draft: EntryDraft): void {
  // A key that lies in the keychain is not waited for: the next session signs what stands here.
  const store = openOwnStore(cli, ownRedactorOrDefault(cli), new AgentKey(cli.paths.keyFile));
  try {
    store.append([draft], { sessionId: null });
  } finally {
    store.close();
  }
}
