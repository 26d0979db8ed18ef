/** Folders compared by their segments, so that `/home/u` does not cover `/home/user2`. Pure. */

/**
 * The segments of an absolute folder, `.` and `..` resolved by text; null when it is not absolute.
 * A leading `~` stands for `userHome`. Windows folders (`C:\src`) are compared without letter case.
 */
export function absoluteSegments(folder: string, userHome: string): readonly string[] | null {
  if (isPlain(folder)) return folder.slice(1).split("/");
  const path = folder === "~" || /^~[\\/]/.test(folder) ? userHome + folder.slice(1) : folder;
  const isDrive = /^[A-Za-z]:[\\/]/.test(path);
  if (!isDrive && !path.startsWith("/")) return null;
  const parts = isDrive ? path.toLowerCase().split(/[\\/]/) : path.split("/");
  const segments: string[] = [];
  for (const part of parts) {
    if (part === "..") segments.pop();
    else if (part !== "" && part !== ".") segments.push(part);
  }
  return segments;
}

/** Absolute, and nothing in it to be resolved: most are. */
function isPlain(folder: string): boolean {
  return folder.startsWith("/") && !/\/(?:\/|\.|$)/.test(folder);
}

/** A session has few folders, and asks for them with each prompt. */
const foldersMax = 32;
const lastFolders = new Map<string, readonly string[] | null>();

/** As `absoluteSegments`, for a folder that is asked for again and again: a session's, a home. */
export function segmentsOfFolder(folder: string): readonly string[] | null {
  const known = lastFolders.get(folder);
  if (known !== undefined) return known;
  const segments = absoluteSegments(folder, "");
  if (lastFolders.size >= foldersMax) lastFolders.clear();
  lastFolders.set(folder, segments);
  return segments;
}

/** Whether `folder` is `above` or lies below it. */
export function liesWithin(folder: readonly string[], above: readonly string[]): boolean {
  if (above.length > folder.length) return false;
  for (let at = 0; at < above.length; at += 1) if (above[at] !== folder[at]) return false;
  return true;
}
