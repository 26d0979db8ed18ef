/** Asks a real bash what it runs for a text: every program that it looks for is noted with its arguments. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { SimpleCommand, Word } from "./command.ts";

const workspace = "/srv/work";
const home = "/home/ada";
export const options = { workspace, home, depthMax: 16 };

/**
 * Programs are not found, which bash reports to this function; it ends what would never end. A file for each run:
 * two that run at once would write into each other's notes. Every process that the text starts keeps the pipe
 * open, so the pipe's end says that all have ended, also those that outlive the shell that was asked.
 */
const preamble = `
exec 19>&1 >/dev/null
ulimit -t 5
command_not_found_handle() {
  noted=("$NOTES"/*)
  builtin printf '%s\\0' "$@" > "$NOTES/$EPOCHREALTIME.$BASHPID.$SRANDOM"
  if (( \${#noted[@]} > 400 )); then builtin kill -9 $$ $BASHPID; fi
  return $(( \${#noted[@]} % 3 == 2 ))
}
enable -n echo true false : test [ pwd jobs umask ulimit help type times
`;

export type Bash = {
  /** Names and arguments of the programs that bash ran for the text, in the order of time. */
  readonly run: (text: string) => string[][];
  /** Whether bash finds no mistake in the text. */
  readonly accepts: (text: string) => boolean;
  readonly close: () => void;
};

/** Null where there is no bash to ask. */
export function openBash(): Bash | null {
  const bash = Bun.which("bash");
  if (bash === null) return null;
  const folder = mkdtempSync(join(tmpdir(), "atlasbridge-bash-"));
  const start = join(folder, "start");
  writeFileSync(start, preamble);
  return {
    run(text) {
      const own = mkdtempSync(join(folder, "run-"));
      const notes = join(folder, `${basename(own)}.notes`);
      mkdirSync(notes);
      const env = { BASH_ENV: start, NOTES: notes, X: "x y", Y: "", HOME: own };
      ask(bash, ["-c", "--", text], { cwd: own, env: { ...env, PATH: join(folder, "none") } });
      const runs = readNotes(notes);
      for (const path of [own, notes]) rmSync(path, { recursive: true, force: true });
      return runs;
    },
    accepts: (text) => ask(bash, ["-n", "-c", "--", text], { cwd: folder, env: {} }) === 0,
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** More than a busy machine needs for one text. */
const askMs = 30_000;

function ask(bash: string, args: string[], at: { cwd: string; env: Record<string, string> }) {
  const streams = { stdin: "ignore", stdout: "pipe", stderr: "ignore" } as const;
  const command = [bash, "--norc", "--noprofile", ...args];
  return Bun.spawnSync(command, { ...streams, ...at, timeout: askMs }).exitCode;
}

/** A file without anything in it is of a process that was ended before it could write. */
function readNotes(folder: string): string[][] {
  const notes = readdirSync(folder)
    .toSorted()
    .map((file) => readFileSync(join(folder, file), "utf8"));
  return notes.filter((note) => note !== "").map((note) => note.split("\0").slice(0, -1));
}

/** Whether the command can be this run: literal words are equal, others may be any number of words. */
export function allows(
  { program, arguments: words }: SimpleCommand,
  run: readonly string[],
): boolean {
  return run[0] === program && matches(words, run.slice(1));
}

function matches(words: readonly Word[], texts: readonly string[]): boolean {
  const [word, ...rest] = words;
  if (word === undefined) return texts.length === 0;
  if ("text" in word) return word.text === texts[0] && matches(rest, texts.slice(1));
  if ("home" in word)
    return texts[0]?.endsWith(word.home) === true && matches(rest, texts.slice(1));
  return Array.from({ length: texts.length + 1 }, (_, taken) => texts.slice(taken)).some((left) =>
    matches(rest, left),
  );
}
