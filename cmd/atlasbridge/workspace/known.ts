/** What is known of one folder, changed by a person's command and recorded. */
import { resolve } from "node:path";
import { AtlasError } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import { momentToIso } from "../../../contracts/moment.ts";
import { outputFormat } from "../../../contracts/version.ts";
import type { KnownWorkspace, WorkspaceView } from "../../../contracts/workspace.ts";
import { systemClock } from "../../../runtime/clock.ts";
import {
  readWorkspaces,
  realFolder,
  workspaceAmong,
  writeWorkspaces,
} from "../../../runtime/operator/workspaces.ts";
import { assertByPerson } from "../by-person.ts";
import { type Cli, print } from "../cli.ts";
import { recordAct } from "../trace/append-own.ts";

type Change = {
  /** For the record, such as `workspace.trusted`. */
  action: string;
  /** It lets policies do more: then it is recorded before it takes effect, else after. */
  loosens: boolean;
  change: (before: KnownWorkspace, above: { trusted: boolean }) => KnownWorkspace;
};

/** Throws `usage` for what is no folder or is not for a tool to do, `home_unusable`, or what the trace throws. */
export function changeWorkspace(cli: Cli, given: string | undefined, how: Change): number {
  assertByPerson(cli);
  const folder = folderOf(given);
  const all = listOrThrow(cli);
  const others = all.filter((one) => one.folder !== folder);
  const nothing = { folder, trusted: null, trusted_until: null, profile: null };
  const before = all.find((one) => one.folder === folder) ?? nothing;
  const workspace = how.change(before, workspaceAmong(others, { folder, now: systemClock.now() }));
  const isNothing = workspace.trusted === null && workspace.profile === null;
  const after = isNothing ? others : [...others, workspace];
  if (after.length > limits.workspacesMax) {
    const message = `${limits.workspacesMax} folders are known already; forget some: atlasbridge workspace list`;
    throw new AtlasError("usage", message);
  }
  const write = (): void => {
    const sorted = after.toSorted((a, b) => (a.folder < b.folder ? -1 : 1));
    writeWorkspaces(cli.paths.workspaceFile, sorted);
  };
  const record = (): void => {
    recordAct(cli, { action: how.action, content: { folder } });
  };
  for (const act of how.loosens ? [record, write] : [write, record]) act();
  const view: WorkspaceView = { format: outputFormat, workspace };
  return print(cli, view, () => `${sayWorkspace(workspace)}\n`);
}

/** Throws `home_unusable`. */
export function listOrThrow(cli: Cli): readonly KnownWorkspace[] {
  const read = readWorkspaces(cli.paths.workspaceFile);
  if (!read.ok) throw new AtlasError("home_unusable", read.fault);
  return read.workspaces;
}

export function sayWorkspace({ folder, trusted, trusted_until, profile }: KnownWorkspace): string {
  const until = trusted_until === null ? "" : ` until ${momentToIso(trusted_until)}`;
  const trust = trusted === null ? [] : [trusted ? `trusted${until}` : "not trusted"];
  const said = [...trust, ...(profile === null ? [] : [`profile ${profile}`])];
  return `${folder}: ${said.length === 0 ? "nothing is said of it" : said.join(", ")}`;
}

function folderOf(given: string | undefined): string {
  const named = resolve(given ?? ".");
  const folder = realFolder(named);
  if (folder === null) {
    throw new AtlasError("usage", `there is no folder ${named}; name one that exists`);
  }
  if (folder === resolve("/")) {
    throw new AtlasError("usage", "that would hold for the whole disk; name a folder in it");
  }
  return folder;
}
