/** What a prompt is about beyond its words: the shell text read, and the paths in it. Read once, when a rule asks. Pure. */
import { limits } from "../../contracts/limits.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import { type NamedPath, pathsOf, type Where } from "./paths.ts";
import { literal, type ShellReading } from "./shell/command.ts";
import { readShell } from "./shell/shell.ts";

export type Asked = {
  /** Null: no shell text is to be approved. */
  shell(): ShellReading | null;
  paths(): readonly NamedPath[];
};

export function readAsked(prompt: Prompt, where: Where): Asked {
  let reading: ShellReading | null | undefined;
  let paths: readonly NamedPath[] | undefined;
  const shell = (): ShellReading | null => {
    reading ??= readCommand(prompt, where);
    return reading;
  };
  return {
    shell,
    paths() {
      paths ??= pathsOf(prompt, shell(), where);
      return paths;
    },
  };
}

function readCommand({ subject }: Prompt, { cwd, userHome }: Where): ShellReading | null {
  if (subject === null || subject.type !== "shell" || subject.command === null) return null;
  const depthMax = limits.shellNestingMax;
  return readShell(subject.command, { workspace: cwd, home: userHome, depthMax });
}

/** Whether a redirection, or an option that names a file, writes to more than nowhere. */
export function writesFiles(reading: ShellReading): boolean {
  return reading.ok && reading.writes.some(({ target }) => literal(target) !== "/dev/null");
}
