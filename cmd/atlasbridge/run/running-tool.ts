/** Whether and in which version a known tool runs in a session: looked up when a dialog of it is first seen, and not before. */
import { isAbsolute, join } from "node:path";
import type { WaitEvidence } from "../../../runtime/prompt/evidence.ts";
import type { ToolRules } from "../../../runtime/prompt/tools/rules.ts";
import type { PtyCommand } from "../../../runtime/pty/pty.ts";
import { Proc } from "../../../runtime/pty/proc-files.ts";
import { toolName } from "../../../runtime/prompt/tools/launch.ts";
import type { Running } from "../../../runtime/prompt/tools/version.ts";
import { versionFromFile } from "../tool-version.ts";

export type RunningTool = (rules: ToolRules, evidence: WaitEvidence) => Running;

/** Interpreters are given the tool's script among their first words. */
const wordsMax = 3;
const knownMax = 64;

type Command = Pick<PtyCommand, "argv" | "cwd" | "env">;

/** The launched program, else those which wait for the terminal: a tool may be started from a shell. */
export function runningTool(command: Command): RunningTool {
  const known = new Map<string, Running>();
  return (rules, { kernel }) => {
    const pids = (kernel?.waits ?? []).map(({ pid }) => pid);
    const key = `${rules.tool} ${pids.join(" ")}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const running = runningOf(rules, command, pids);
    if (known.size < knownMax) known.set(key, running);
    return running;
  };
}

function runningOf(rules: ToolRules, command: Command, pids: readonly number[]): Running {
  for (const file of [...launched(command), ...pids.flatMap(programOf)]) {
    const version = versionFromFile(file, rules);
    if (version !== null) return { is: "the tool", version };
  }
  const isNamed = toolName(command.argv[0]) === rules.tool;
  return isNamed ? { is: "the tool", version: null } : { is: "something else" };
}

function launched({ argv: [program, ...args], cwd, env }: Command): string[] {
  const found = Bun.which(program, { PATH: env["PATH"] ?? "", cwd });
  return [...(found === null ? [] : [found]), ...filesAmong(args, cwd)];
}

/** What a process runs, as Linux tells it. */
function programOf(pid: number): string[] {
  const proc = new Proc("/proc");
  const program = proc.link(`${pid}/exe`);
  const cwd = proc.link(`${pid}/cwd`) ?? "/";
  const line = proc.read(`${pid}/cmdline`);
  const args = line.outcome === "read" ? line.text.split("\0").slice(1) : [];
  return [...(program === null ? [] : [program]), ...filesAmong(args, cwd)];
}

function filesAmong(args: readonly string[], cwd: string): string[] {
  return args
    .slice(0, wordsMax)
    .filter((word) => word.includes("/") && !word.startsWith("-"))
    .map((word) => (isAbsolute(word) ? word : join(cwd, word)));
}
