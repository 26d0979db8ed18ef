/** What a wrapper runs: the command, or the text for a shell, in its arguments. */
import { literal, refuse, type Word } from "./command.ts";
import { isInput } from "./codes.ts";
import { defineOptions, readOptions, type ReadOptions } from "./options.ts";
import { fill, type InnerCommand, type Place, searchFd, searchFind } from "./searches.ts";
import { unfollowed, type Wrapper, wrappers } from "./wrappers.ts";

export type InnerText = { readonly text: string; readonly label: string; readonly place: Place };

export type Unwrapped = {
  readonly commands: readonly InnerCommand[];
  readonly texts: readonly InnerText[];
  /** Files written by an option. */
  readonly writes: readonly { operator: string; target: Word }[];
  readonly runs: "program" | "code";
};

const plain: Unwrapped = { commands: [], texts: [], writes: [], runs: "program" };
const code: Unwrapped = { ...plain, runs: "code" };

const wrappersByName = Map.groupBy(
  wrappers.flatMap((wrapper) => wrapper.names.map((name) => ({ name, wrapper }))),
  ({ name }) => name,
);

const shells = new Set(["sh", "bash", "dash", "zsh", "ksh", "ash", "mksh", "rbash", "yash"]);

/** `words` begins with the program; `name` is its name in small letters, without folders. */
export function unwrap(name: string, words: readonly Word[]): Unwrapped {
  if (unfollowed.has(name)) refuse("a program that runs others in a way that is not followed");
  if (shells.has(name)) return unwrapShell(name, words);
  const search = searches.get(name);
  if (search !== undefined) return ofSearch(name, search(words.slice(1)));
  if (name === "command" && /^-[pvV]*[vV]/.test(literal(words[1]) ?? "")) return plain;
  for (const { wrapper } of wrappersByName.get(name) ?? []) {
    const start = findStart(wrapper, words);
    if (start !== null) return unwrapBy(wrapper, words, start);
  }
  return plain;
}

const searches = new Map([
  ...["find", "gfind", "bfs"].map((name) => [name, searchFind] as const),
  ...["fd", "fdfind"].map((name) => [name, searchFd] as const),
]);

function ofSearch(label: string, found: ReturnType<typeof searchFind>): Unwrapped {
  const commands = found.inner.map((inner) => ({ ...inner, label, assignments: [] }));
  return { ...plain, commands, writes: found.writes };
}

const shellOptions = defineOptions(
  "-l -c -e -u -x -v -f -n -o: +o: +e +u +x --login --norc --noprofile --posix",
);
const settings = new Set([
  "errexit",
  "nounset",
  "xtrace",
  "pipefail",
  "noglob",
  "verbose",
  "posix",
]);

function unwrapShell(name: string, words: readonly Word[]): Unwrapped {
  const { next, given } = readOptions(words, shellOptions, 1);
  const isStrange = given.some(
    ({ option, value }) => option === "-o" && !settings.has(value ?? ""),
  );
  const first = words[next];
  if (isStrange || (first !== undefined && literal(first)?.startsWith("+"))) {
    refuse("a wrapper with an option that is not known");
  }
  if (!given.some(({ option }) => option === "-c")) {
    if (first === undefined) return code;
    const script = "home" in first ? "~" : literal(first);
    if (script === null) refuse("a script that only the shell knows");
    return isInput(script) ? code : plain;
  }
  const text = literal(first);
  if (text === null) refuse("a command for another shell that only this one knows");
  return { ...plain, texts: [{ text, label: name, place: "here" }] };
}

type Start = { readonly at: number; readonly label: string };

/** Where the wrapper's own options begin; null when it is called for something else. */
function findStart(wrapper: Wrapper, words: readonly Word[]): Start | null {
  const [name = ""] = wrapper.names.filter((one) =>
    (literal(words[0]) ?? "").toLowerCase().endsWith(one),
  );
  if (wrapper.subcommands === undefined) return { at: 1, label: name };
  for (const subcommand of wrapper.subcommands) {
    const at = passSubcommand(wrapper, words, subcommand);
    if (at !== null) return { at, label: [name, ...subcommand].join(" ") };
  }
  return null;
}

function passSubcommand(
  wrapper: Wrapper,
  words: readonly Word[],
  subcommand: readonly string[],
): number | null {
  // Where the word does not occur and every word is known, there is nothing to look for.
  const isPossible = subcommand.every((part) =>
    words.some((word) => !("text" in word) || word.text === part),
  );
  if (!isPossible) return null;
  let at = 1;
  for (const part of subcommand) {
    const { next } = readOptions(words, wrapper.globals ?? defineOptions(""), at);
    const text = literal(words[next]);
    if (text === null && words[next] !== undefined) {
      refuse("a wrapper around a command that only the shell knows");
    }
    if (text !== part) return null;
    at = next + 1;
  }
  return at;
}

function unwrapBy(wrapper: Wrapper, words: readonly Word[], { at, label }: Start): Unwrapped {
  const read = readOptions(words, wrapper.options, at);
  checkValues(read);
  const body =
    wrapper.afterDashes === true ? afterDashes(words, at) : behindOperands(wrapper, words, read);
  const { names, rest } = takeAssignments(wrapper, [
    ...splitText(read),
    ...untilEnd(wrapper, body),
  ]);
  if (rest.length === 0) {
    if (wrapper.alone === "refused") refuse("a wrapper without a command");
    return wrapper.alone === "code" ? code : plain;
  }
  const place = wrapper.elsewhere === true ? "elsewhere" : "here";
  if (wrapper.inner === "joined") {
    return { ...plain, texts: [{ text: join(rest), label, place }] };
  }
  if (literal(rest[0])?.startsWith("-")) refuse("a wrapper with an option that is not known");
  const filled = wrapper.inner === "filled" ? fillIn(wrapper, rest, read) : rest;
  return { ...plain, commands: [{ words: filled, label, assignments: names, place }] };
}

/** Settings of ssh that open, run or read nothing of the text's choosing. */
const plainSetting =
  /^(?:StrictHostKeyChecking|ConnectTimeout|BatchMode|ServerAlive\w+|LogLevel|ConnectionAttempts|PasswordAuthentication|ForwardAgent|RequestTTY)[= ]\w+$/i;

function checkValues({ given }: ReadOptions): void {
  for (const { option, value } of given) {
    if (option === "-o" && value !== null && value.includes("=") && !plainSetting.test(value)) {
      refuse("a wrapper with an option that is not known");
    }
  }
}

function behindOperands(
  { operands = 0 }: Wrapper,
  words: readonly Word[],
  { next }: ReadOptions,
): readonly Word[] {
  if (words.slice(next, next + operands).some((word) => literal(word) === null)) {
    refuse("a wrapper around a command that only the shell knows");
  }
  return words.slice(next + operands);
}

function afterDashes(words: readonly Word[], at: number): readonly Word[] {
  const dashes = words.findIndex((word, index) => index >= at && literal(word) === "--");
  const isKnown = words.slice(at, dashes).every((word) => literal(word) !== null);
  if (dashes === -1 || !isKnown) refuse("a wrapper around a command that only the shell knows");
  return words.slice(dashes + 1);
}

function untilEnd({ until }: Wrapper, words: readonly Word[]): readonly Word[] {
  if (until === undefined) return words;
  const end = words.findIndex((word) => literal(word)?.startsWith(until));
  const taken = end === -1 ? words : words.slice(0, end);
  // Some join these words to a text for a shell, some do not: it must make no difference.
  if (!taken.every((word) => /^[\w@%+=:,./-]+$/.test(literal(word) ?? ""))) {
    refuse("a wrapper around a command that only the shell knows");
  }
  return taken;
}

/** `env -S 'program argument'`. */
function splitText({ given }: ReadOptions): readonly Word[] {
  return given.flatMap(({ option, value }) => {
    if (option !== "--split-string" && (option !== "-S" || value === null)) return [];
    if (value === null || !/^[\w@%+=:,./ -]+$/.test(value)) {
      refuse("a wrapper around a command that only the shell knows");
    }
    return value
      .split(" ")
      .filter((part) => part !== "")
      .map((text) => ({ text }));
  });
}

function takeAssignments({ assigns }: Wrapper, words: readonly Word[]) {
  const names: string[] = [];
  let next = 0;
  while (assigns === true && next < words.length) {
    const text = literal(words[next]);
    if (text === null) refuse("a wrapper around a command that only the shell knows");
    if (!text.includes("=")) break;
    names.push(text.split("=")[0] ?? "");
    next += 1;
  }
  return { names, rest: words.slice(next) };
}

function join(words: readonly Word[]): string {
  const texts = words.map(literal);
  if (texts.includes(null)) refuse("a command for another shell that only this one knows");
  return texts.join(" ");
}

function fillIn(wrapper: Wrapper, words: readonly Word[], { given }: ReadOptions): readonly Word[] {
  if (wrapper.until !== undefined) {
    if (words.some((word) => literal(word)?.includes("{"))) refuse("a command that is filled in");
    return [...words, { unknown: "what is filled in" }];
  }
  const marks = given
    .filter(({ option }) => option === "-I" || option === "--replace")
    .map(({ value }) => value ?? "{}");
  const mark = marks.at(-1);
  if (mark === "") refuse("a command that is filled in");
  if (mark === undefined) return [...words, { unknown: "what is filled in" }];
  return words.map(fill(mark));
}
