/** Reads the options of a program up to its first operand, by a table that names every option it has. */
import { literal, refuse, type Word } from "./command.ts";

/** How an option takes its value: not at all, as the next word or joined, or only joined by `=`. */
type Taking = "nothing" | "value" | "joined";

export type Options = ReadonlyMap<string, Taking>;

/** `-n` takes nothing, `-u:` and `--user=` a value, `--color?` one behind `=` or none, `-#` is a number. */
export function defineOptions(listed: string): Options {
  const options = new Map<string, Taking>();
  for (const option of listed.split(" ").filter((one) => one !== "")) {
    if (/[:=]$/.test(option)) options.set(option.slice(0, -1), "value");
    else if (option.endsWith("?")) options.set(option.slice(0, -1), "joined");
    else options.set(option, "nothing");
  }
  return options;
}

export type ReadOptions = {
  /** Index of the first operand. */
  readonly next: number;
  readonly given: readonly { readonly option: string; readonly value: string | null }[];
};

/** Throws at an option that is not in the table, and at a word that only the shell knows. */
export function readOptions(words: readonly Word[], options: Options, from: number): ReadOptions {
  const given: { option: string; value: string | null }[] = [];
  let next = from;
  while (next < words.length) {
    const text = known(words[next]);
    if (text === "--") return { next: next + 1, given };
    if (text === "-" ? !options.has("-") : !text.startsWith("-")) break;
    next += 1;
    const takesNext = text.startsWith("--")
      ? readLong(text, options, given)
      : readShort(text, options, given);
    if (takesNext === null) continue;
    given.push({ option: takesNext, value: known(words[next]) });
    next += 1;
  }
  return { next, given };
}

function known(word: Word | undefined): string {
  return literal(word) ?? refuse("a wrapper around a command that only the shell knows");
}

function unknownOption(): never {
  refuse("a wrapper with an option that is not known");
}

type Given = { option: string; value: string | null }[];

/** The option whose value is the next word; null when there is none. */
function readLong(text: string, options: Options, given: Given): string | null {
  const [option = "", ...rest] = text.split("=");
  const taking = options.get(option) ?? unknownOption();
  if (rest.length > 0) {
    if (taking === "nothing") unknownOption();
    given.push({ option, value: rest.join("=") });
    return null;
  }
  if (taking === "value") return option;
  given.push({ option, value: null });
  return null;
}

function readShort(text: string, options: Options, given: Given): string | null {
  if (/^-\d+$/.test(text) && options.has("-#")) return null;
  if (text === "-") return null;
  for (let index = 1; index < text.length; index += 1) {
    const option = `-${text.charAt(index)}`;
    const taking = options.get(option) ?? unknownOption();
    const rest = text.slice(index + 1);
    if (taking === "value") {
      if (rest === "") return option;
      given.push({ option, value: rest });
      return null;
    }
    given.push({ option, value: null });
  }
  return null;
}
