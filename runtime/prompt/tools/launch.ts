/** Starts a known tool so that it asks: what is never asked cannot be governed. Pure; the tools' own flags are data. */
import type { Asking } from "../../../contracts/trace.ts";
import { claudeLaunch } from "./claude/launch.ts";
import { codexLaunch } from "./codex/launch.ts";
import { geminiLaunch } from "./gemini/launch.ts";
import type { Given, LaunchProfile } from "./rules.ts";

export type Launch = {
  argv: [string, ...string[]];
  asks: Asking;
  /** One line for the person; null where there is nothing to say. */
  note: string | null;
};

const profiles: readonly LaunchProfile[] = [claudeLaunch, codexLaunch, geminiLaunch];

/** How `argv` is started. `asIs`: untouched, whatever it is; whether it asks is not known then. */
export function launchOf(argv: readonly [string, ...string[]], asIs: boolean): Launch {
  const [program, ...args] = argv;
  const profile = profiles.find(({ tool }) => tool === toolName(program));
  const untouched: Launch = { argv: [program, ...args], asks: "unknown", note: null };
  if (profile === undefined || asIs) return untouched;
  const words = beforeDashes(args);
  const off = profile.never.find((given) => isGiven(words, given));
  if (off !== undefined) {
    const note = `${profile.tool} was told not to ask (${off.flag}): what it does unasked is not governed`;
    return { ...untouched, asks: "no", note };
  }
  if (isAside(profile, words)) return untouched;
  const added = profile.add
    .filter(({ unless }) => !unless.some((flag) => isGiven(words, { flag })))
    .flatMap((one) => one.words);
  if (added.length === 0) return { ...untouched, asks: "yes" };
  const note = `started ${profile.tool} with ${added.join(" ")} so that it asks (--as-is leaves it alone)`;
  return { argv: [program, ...added, ...args], asks: "yes", note };
}

/** The file name without its folders and extension. */
export function toolName(program: string): string {
  const name = program.split(/[/\\]/).at(-1) ?? program;
  return name.replace(/\.(?:exe|cmd|bat|js)$/i, "");
}

function beforeDashes(args: readonly string[]): readonly string[] {
  const end = args.indexOf("--");
  return end < 0 ? args : args.slice(0, end);
}

function isGiven(words: readonly string[], { flag, value }: Given): boolean {
  return words.some((word, at) => {
    const joined = word.startsWith(`${flag}=`) ? word.slice(flag.length + 1) : undefined;
    if (word !== flag && joined === undefined) return false;
    return value === undefined || value.test(joined ?? words[at + 1] ?? "");
  });
}

function isAside({ commands, aside }: LaunchProfile, words: readonly string[]): boolean {
  const first = words.find((word) => !word.startsWith("-"));
  return (
    (first !== undefined && commands.includes(first)) || words.some((word) => aside.includes(word))
  );
}
