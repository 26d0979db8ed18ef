/** Folders compared by their segments, so that `/home/u` does not cover `/home/user2`. Pure. */

/**
 * The segments of an absolute folder, `.` and `..` resolved by text; null when it is not absolute.
 * A leading `~` stands for `userHome`. Windows folders (`C:\src`) are compared without letter case.
 */
export function absoluteSegments(folder: string, userHome: string): readonly string[] | null {
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

/** Whether `folder` is `above` or lies below it. */
export function liesWithin(folder: readonly string[], above: readonly string[]): boolean {
  return above.every((part, index) => part === folder[index]);
}
