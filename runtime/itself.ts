/** How this program starts itself again for a job that needs a process of its own. */

/**
 * The command that runs the job `argument`: the same program, started as it was started itself. `main` is the file
 * that runs the job alone, for when nothing has been compiled or bundled.
 */
export function commandOfItself(argument: string, main: string): [string, ...string[]] {
  if (Bun.main.startsWith("/$bunfs/")) return [process.execPath, argument];
  if (import.meta.path.endsWith(".ts")) return [process.execPath, main];
  return [process.execPath, Bun.main, argument];
}

/** The command that runs the whole program again, with its arguments to follow. */
export function programOfItself(): [string, ...string[]] {
  if (Bun.main.startsWith("/$bunfs/")) return [process.execPath];
  return [process.execPath, Bun.main];
}
