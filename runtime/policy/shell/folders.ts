/** In which folders a command may run, followed through every `cd` before it. */
import { posix } from "node:path";
import { type Folders, literal, refuse, type Word } from "./command.ts";

/** Where one goes on after a command: when it succeeded, and when it failed. */
export type Flow = { readonly ok: Folders; readonly failed: Folders };

/** More places than these are as good as unknown. */
const foldersMax = 4;

export const stay = (folders: Folders): Flow => ({ ok: folders, failed: folders });

export function either(one: Folders, other: Folders): Folders {
  if (one === other) return one;
  if (one === null || other === null) return null;
  const all = [...new Set([...one, ...other])];
  return all.length > foldersMax ? null : all;
}

export const afterwards = (flow: Flow): Folders => either(flow.ok, flow.failed);

const changing = new Set(["cd", "chdir", "pushd", "popd"]);

/** What a simple command does to the folder of those behind it. */
export function followCommand(
  words: readonly Word[],
  at: { folders: Folders; home: string },
): Flow {
  let rest = words;
  while (["command", "builtin"].includes(literal(rest[0]) ?? "")) rest = rest.slice(1);
  const name = literal(rest[0]);
  if (name === null || !changing.has(name)) return stay(at.folders);
  if (name !== "cd") return { ok: null, failed: at.folders };
  return { ok: targets(rest.slice(1), at), failed: at.folders };
}

function targets(operands: readonly Word[], at: { folders: Folders; home: string }): Folders {
  const [first, ...more] = operands;
  if (more.length > 0)
    return first === undefined || literal(first) !== "--" ? null : targets(more, at);
  if (first === undefined) return [at.home];
  if ("home" in first) return [posix.join(at.home, first.home)];
  const folder = literal(first);
  // `cd -` is where one was, `cd -P x` does not take a path as written, `cd +1` is of another shell.
  if (folder === null || folder === "" || /^[-+]/.test(folder)) return null;
  if (folder.startsWith("/")) return [posix.normalize(folder)];
  return at.folders?.map((from) => posix.join(from, folder)) ?? null;
}

/** A folder one can start from: absolute, in the form that `posix.normalize` gives. */
export function startFolder(folder: string): Folders {
  if (!folder.startsWith("/")) refuse("no absolute folder to start from");
  return [shortest(folder)];
}

/** Without `.`, `..` and doubled slashes, which few paths have. */
export function shortest(path: string): string {
  return path.includes("//") || path.includes("/.") ? posix.normalize(path) : path;
}
