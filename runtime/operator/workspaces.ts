/** Keeps what a person has said of folders in one small file of the home, and finds what holds for a session's folder. */
import {
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { AtlasError } from "../../contracts/errors.ts";
import { limits } from "../../contracts/limits.ts";
import { type KnownWorkspace, workspaceFile } from "../../contracts/workspace.ts";
import type { Workspace } from "../policy/circumstances.ts";

export type ReadWorkspaces =
  | { ok: true; workspaces: readonly KnownWorkspace[] }
  /** `fault`: which file, and what is wrong with it. */
  | { ok: false; fault: string };

/** Never throws. Without a file nothing was said of any folder. */
export function readWorkspaces(file: string): ReadWorkspaces {
  try {
    const { size, mode } = statSync(file);
    if (size > limits.workspaceFileBytesMax) return { ok: false, fault: `${file} is too large` };
    if (process.platform !== "win32" && (mode & 0o022) !== 0) {
      return { ok: false, fault: `${file} can be changed by other users; run: chmod 600 ${file}` };
    }
    const { workspaces } = workspaceFile.parse(JSON.parse(readFileSync(file, "utf8")));
    return { ok: true, workspaces };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "not understood";
    if (code === "ENOENT") return { ok: true, workspaces: [] };
    return { ok: false, fault: `${file} cannot be read (${code}); mend or remove it` };
  }
}

/** In one step: a session reads the old list or the new one. Throws `home_unusable`. */
export function writeWorkspaces(file: string, workspaces: readonly KnownWorkspace[]): void {
  const beside = `${file}.${process.pid}.new`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const text = `${JSON.stringify({ workspaces }, null, 2)}\n`;
    writeFileSync(beside, text, { mode: 0o600, flush: true });
    renameSync(beside, file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    const message = `${file} cannot be written (${code}); check the folder's owner, mode and free space`;
    throw new AtlasError("home_unusable", message, { cause: error });
  }
}

/**
 * What holds for a folder: of trust and of the profile each, what was said of the nearest folder upwards. Null where
 * it cannot be told.
 */
export function workspaceOf(
  folder: string,
  { file, now }: { file: string; now: number },
): Workspace | null {
  const read = readWorkspaces(file);
  if (!read.ok) return null;
  const real = realFolder(folder);
  return real === null ? null : workspaceAmong(read.workspaces, { folder: real, now });
}

export function workspaceAmong(
  known: readonly KnownWorkspace[],
  { folder, now }: { folder: string; now: number },
): Workspace {
  const byFolder = new Map(known.map((one) => [one.folder, one]));
  let trusted: boolean | null = null;
  let profile: string | null = null;
  for (const at of upwards(folder)) {
    const said = byFolder.get(at);
    if (said === undefined) continue;
    const over = said.trusted_until !== null && said.trusted_until <= now;
    trusted ??= over ? null : said.trusted;
    profile ??= said.profile;
  }
  return { trusted: trusted ?? false, profile };
}

/** The folder with its links followed; null where it does not exist, or may not be looked at. */
export function realFolder(folder: string): string | null {
  try {
    return realpathSync(folder);
  } catch {
    return null;
  }
}

function upwards(folder: string): string[] {
  const all = [folder];
  for (let at = folder; dirname(at) !== at; at = dirname(at)) all.push(dirname(at));
  return all;
}
