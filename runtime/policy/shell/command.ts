/** What is known of a shell text: its simple commands, their words, and where they would run. */

/**
 * One word of a command, as far as it is known without a shell. Only `text` can be compared with
 * anything; each other form may become several words, or none, or one that begins with a dash.
 */
export type Word =
  /** Literal, quotes removed. */
  | { readonly text: string }
  /** `~` and what follows it: `/notes` of `~/notes`, empty for `~` alone. */
  | { readonly home: string }
  /** File names that match; quoted characters are escaped. Each match begins with `prefix`. */
  | { readonly pattern: string; readonly prefix: string }
  /** Only the shell knows; what makes it so, as a noun. */
  | { readonly unknown: string };

/** Absolute folders in one of which something happens; null when only the shell knows. */
export type Folders = readonly string[] | null;

export type RedirectionEffect = "writes" | "reads" | "duplicates" | "gives_text";

export type Redirection = {
  /** `>`, `>>`, `>|`, `<>`, `&>`, `&>>`, `<`, `>&`, `<&`, `<<`, `<<-`, `<<<`; the option for files an option names. */
  readonly operator: string;
  readonly descriptor: number | null;
  readonly effect: RedirectionEffect;
  /** The file, the descriptor, or the text that is given. */
  readonly target: Word;
  /** Where a relative target is looked for. */
  readonly folders: Folders;
};

/** Places in the text that was read, as offsets into it; of an inner text, those of the command that holds it. */
export type Range = { readonly start: number; readonly end: number };

export type SimpleCommand = {
  /** As written, quotes removed: `/bin/rm`. Letters of ASCII only. */
  readonly program: string;
  /** `program` without its folder: `rm`. */
  readonly name: string;
  readonly arguments: readonly Word[];
  /** Names set for this command alone, as in `PATH=/x make`, `env PATH=/x make`; inner commands inherit them. */
  readonly assignments: readonly string[];
  /** The wrappers around it, the outermost first: `sudo`, `docker run`. Each is listed as a command too. */
  readonly via: readonly string[];
  readonly redirections: readonly Redirection[];
  readonly folders: Folders;
  /** `code`: it runs statements given as an argument, on its input or by a file only the shell knows. */
  readonly runs: "program" | "code";
  readonly position: Range;
};

export type ShellReading =
  | {
      readonly ok: true;
      /** Every simple command that may run, in the order of the text; a wrapper before what it runs. */
      readonly commands: readonly SimpleCommand[];
      /** Every file that a redirection, or an option known to write, may write. */
      readonly writes: readonly Redirection[];
      readonly reads: readonly Redirection[];
      /** Variables of the shell that the text sets; none that steers which programs run. */
      readonly variables: readonly string[];
      readonly hasSubstitution: boolean;
      readonly runsCode: boolean;
    }
  /** A noun phrase without words of the text, as in "the command has a function". */
  | { readonly ok: false; readonly reason: string };

/** Thrown inside this folder where a text cannot be read with certainty; never leaves `readShell`. */
export class Unreadable extends Error {}

export function refuse(reason: string): never {
  throw new Unreadable(reason);
}

export function literal(word: Word | undefined): string | null {
  return word !== undefined && "text" in word ? word.text : null;
}

/** Whether the word may turn out to be an option, or several words of which one is. */
export function mayBeOption(word: Word): boolean {
  if ("text" in word) return word.text.startsWith("-");
  if ("pattern" in word) return word.prefix === "" || word.prefix.startsWith("-");
  return "unknown" in word;
}
