/** Records what a person did by a command, outside of any session. */
import { AtlasError } from "../../../contracts/errors.ts";
import type { EntryContent, EntryDraft } from "../../../contracts/trace.ts";
import type { Cli } from "../cli.ts";
import { AgentKey } from "../../../runtime/trace/agent-key.ts";
import { forgetKey } from "../../../runtime/trace/upload-row.ts";
import { ownRedactorOrDefault } from "../redaction.ts";
import { openOwnStore } from "./own-store.ts";

type Act = { action: string; content?: EntryContent["operator.acted"] };

/** What a person did by this command: `action` names it; what names things of theirs is content. Durable on return. */
export function recordAct(cli: Cli, act: Act): void {
  appendOwn(cli, draftOf(act));
}

/**
 * The same for what harms nothing here, such as exporting a trace that lies on a read-only disk, or is broken: it goes
 * on without, and a broken trace stays where it is.
 */
export function recordActIfPossible(cli: Cli, act: Act): void {
  try {
    append(cli, draftOf(act), { create: false });
  } catch (error) {
    if (!(error instanceof AtlasError)) throw error;
    cli.note(`warning: this is not recorded: ${error.message}`);
  }
}

function draftOf({ action, content }: Act): EntryDraft {
  const data = { action, by: "cli" } as const;
  return { kind: "operator.acted", data, ...(content === undefined ? {} : { content }) };
}

/** The same of a key that signs uploads from now on: what was known of the one before goes with it. */
export function recordNewKey(cli: Cli, act: Act): void {
  append(cli, draftOf(act), { create: true, isNewKey: true });
}

/** Durable on return. Throws what the store throws. */
export function appendOwn(cli: Cli, draft: EntryDraft): void {
  append(cli, draft, { create: true });
}

function append(
  cli: Cli,
  draft: EntryDraft,
  { create, isNewKey = false }: { create: boolean; isNewKey?: boolean },
): void {
  // A key that lies in the keychain is not waited for: the next session signs what stands here.
  const keys = new AgentKey(cli.paths.keyFile);
  const store = openOwnStore(cli, ownRedactorOrDefault(cli), { keys, create });
  try {
    store.append([draft], { sessionId: null });
    if (isNewKey) forgetKey(store);
  } finally {
    store.close();
  }
}
