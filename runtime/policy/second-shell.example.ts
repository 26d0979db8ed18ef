/** Commands and paths as the second evaluator sees them, told by whoever composed the text: it reads no shell text. */
import type { CommandPattern } from "../../contracts/policy.ts";
import type { Prompt, Subject } from "../../contracts/prompt.ts";
import type { Told, ToldCommand, ToldWord } from "./told.example.ts";

export const userHome = "/home/ada";

/** Null: nobody can say. */
export type Answered = boolean | null;

/** What is to be approved; null for the parts of it that nobody can tell. */
export type AskedAbout = {
  readonly subject: Subject | null;
  /** Null: it is no shell text. */
  readonly told: Told | null;
  /** The text could not be read: then nothing that was told of it counts. */
  readonly unreadable: boolean;
  readonly cwd: string;
  /** Where a path leads on this disk. */
  readonly leads: (path: string) => string | null;
};

const some = (all: readonly Answered[]): Answered =>
  all.includes(true) || (all.includes(null) ? null : false);
const every = (all: readonly Answered[]): Answered =>
  !all.includes(false) && (all.includes(null) ? null : true);
const not = (one: Answered): Answered => (one === null ? null : !one);

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
const inWords = (pattern: string): RegExp =>
  new RegExp(`^${pattern.split("*").map(escaped).join("[^]*")}$`);

const systemFolders = ["/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/"];

/** `careful`: for what holds back, where a program is known by its name wherever it lies. */
function isProgram(pattern: string, program: string, careful: boolean): boolean {
  const name = program.replace(/^.*\//, "");
  const isOfSystem = systemFolders.some((folder) => program === folder + name);
  const names = careful
    ? [program, name, name.toLowerCase()]
    : [program, ...(isOfSystem && !pattern.includes("/") ? [name] : [])];
  return names.some((one) => inWords(pattern).test(one));
}

/** `careful`: the beginning of a long option may be that option. */
function isWord(pattern: string, word: ToldWord | undefined, careful: boolean): Answered {
  if (word === undefined) return false;
  if (word === "unknown" || !("text" in word)) return null;
  if (inWords(pattern).test(word.text)) return true;
  const [named = ""] = /^--[^*=]+/.exec(pattern) ?? [];
  const [given = ""] = /^--[^=]+/.exec(word.text) ?? [];
  return careful && given !== "" && named.startsWith(given) ? null : false;
}

const isText = (word: ToldWord | undefined): boolean => typeof word === "object" && "text" in word;

function isCommand(pattern: CommandPattern, command: ToldCommand, careful: boolean): Answered {
  return typeof pattern === "object"
    ? isCommandWith(pattern, command, careful)
    : isCommandLike(pattern.split(" "), command, careful);
}

function isCommandWith(
  { program, ...wanted }: Exclude<CommandPattern, string>,
  { program: given, words }: ToldCommand,
  careful: boolean,
): Answered {
  const { first_argument: first, any_argument: any, no_argument: none = [] } = wanted;
  const among = (named: readonly string[], those: readonly ToldWord[], wide: boolean) =>
    some(named.flatMap((one) => those.map((word) => isWord(one, word, wide))));
  return every([
    isProgram(program, given, careful),
    first === undefined || among(first, words.slice(0, 1), careful),
    any === undefined || among(any, words, careful),
    not(among(none, words, !careful)),
  ]);
}

/** Behind a word that may become several nothing is in its place. */
function isCommandLike(
  [program = "", ...rest]: readonly string[],
  { program: given, words }: ToldCommand,
  careful: boolean,
): Answered {
  const open = rest.at(-1) === "**";
  const wanted = open ? rest.slice(0, -1) : rest;
  const firstUnsure = words.findIndex((word) => !isText(word));
  const known = firstUnsure < 0 ? words.length : firstUnsure;
  const inPlace = wanted.slice(0, known).map((one, at) => isWord(one, words[at], careful));
  const more = wanted.length > known ? [] : words.slice(wanted.length);
  return every([
    isProgram(program, given, careful),
    ...inPlace,
    wanted.length <= known || (firstUnsure < 0 ? false : null),
    open || !more.some(isText),
    open || more.length === 0 ? true : null,
  ]);
}

const sayingNothing = ["time", "nice", "ionice", "nohup", "timeout", "stdbuf", "command"];
const isHarmless = (name: string): boolean =>
  ["CI", "LANG", "TERM", "TZ", "NO_COLOR"].includes(name) || name.startsWith("LC_");

/** `careful`: one command is enough. */
export function isAboutCommand(
  patterns: readonly CommandPattern[],
  asked: AskedAbout,
  { careful, pathsGiven }: { careful: boolean; pathsGiven: boolean },
): Answered {
  const { told } = asked;
  if (told === null) return false;
  if (asked.unreadable) return null;
  const { commands, files, variables } = told;
  const named = (command: ToldCommand): Answered =>
    some(patterns.map((pattern) => isCommand(pattern, command, careful)));
  if (careful) return some(commands.map(named));
  const writes = files.some(({ word, writes: isWritten }) => isWritten && !isNowhere(word));
  const counted = commands.filter(({ program }) => !sayingNothing.includes(program));
  return every([
    commands.length > 0,
    pathsGiven || !writes,
    variables.every((name) => /^[a-z]/.test(name) || isHarmless(name)),
    counted.every(({ assignments }) => assignments.every(isHarmless)),
    ...counted.map(named),
  ]);
}

const isNowhere = (word: ToldWord): boolean =>
  typeof word === "object" && "text" in word && word.text === "/dev/null";

/** Null: nobody knows where. `below`: everything in that folder. */
type Place = { readonly path: string; readonly below: boolean } | null;

function placeOf(word: ToldWord, folder: string): Place {
  if (word === "unknown") return null;
  if ("home" in word) return { path: userHome + word.home, below: false };
  const written = "text" in word ? word.text : word.begins.replace(/[^/]*$/, ".");
  if (written === "") return null;
  return {
    path: written.startsWith("/") ? written : `${folder}/${written}`,
    below: "begins" in word,
  };
}

/** A word as a whole, what follows its first `=`, and what is joined to the letter of a short option. */
function namesIn(word: ToldWord, program: string): ToldWord[] {
  if (word === "unknown" || !("text" in word)) return [word];
  const { text } = word;
  const value = text.includes("=") ? [text.slice(text.indexOf("=") + 1)] : [];
  const joined = /^-[^-]./.test(text) ? [text.slice(2)] : [];
  return [text, ...value, ...joined]
    .filter((one) => !one.startsWith("-") || program === "cd")
    .map((one) => one.replace(/^@/, ""))
    .filter((one) => one !== "" && one !== "/dev/null")
    .map((one) => (/^~(?:\/|$)/.test(one) ? { home: one.slice(1) } : { text: one }));
}

/** Every path: each command's folder, its words, and what redirections open. */
function placesOf({ subject, told, unreadable, cwd }: AskedAbout): Place[] {
  if (told !== null && unreadable) return [null];
  if (told === null) {
    const path = subject?.path ?? "";
    if (path === "") return [];
    const strange = /^(?:[a-z]+:|~[^/]|[\s"'`$%])|[\\\p{Cc}]/iu.test(path);
    return [
      strange
        ? null
        : placeOf(path.startsWith("~") ? { home: path.slice(1) } : { text: path }, cwd),
    ];
  }
  const named = told.commands.flatMap(({ words, folder, program }) =>
    words
      .flatMap((word) => namesIn(word, program.replace(/^.*\//, "")))
      .map((word) => placeOf(word, folder)),
  );
  const folders = told.commands.map(({ folder }) => ({ path: folder, below: false }));
  const opened = told.files.filter(({ word }) => !isNowhere(word));
  return [...folders, ...named, ...opened.map(({ word, folder }) => placeOf(word, folder))];
}

/** `**` is any folders, also none; `*` is any part of one name. */
function asPath(pattern: string, cwd: string): RegExp {
  const [start = "", ...rest] = pattern.split("/");
  const before = { ".": cwd, "~": userHome, "**": "/**", "": "" }[start] ?? start;
  const parts = `${before}/${rest.join("/")}`
    .split("/")
    .slice(1)
    .filter((part) => part !== "");
  const source = parts.map((part) =>
    part === "**" ? "(?:/[^/]+)*" : `/${part.split("*").map(escaped).join("[^/]*")}`,
  );
  return new RegExp(`^${source.join("")}$`);
}

type Asking = { readonly asked: AskedAbout; readonly careful: boolean };

const isIn = (path: string, folder: string): boolean => `${path}/`.startsWith(`${folder}/`);

function isAt(pattern: string, place: Place, { asked, careful }: Asking): Answered {
  const led = place === null ? null : asked.leads(place.path);
  if (place === null || led === null) return null;
  const found = { path: led === "/" ? "" : led, below: place.below };
  const home = asked.leads(asked.cwd);
  const needsHome = ["inside", "outside"].includes(pattern) || pattern.startsWith("./");
  if (home === null) return needsHome ? null : isLike(pattern, found, { home: "", careful });
  if (pattern === "inside") return isInside(found, home);
  if (pattern === "outside") return not(isInside(found, home));
  return isLike(pattern, found, { home, careful });
}

function isLike(
  pattern: string,
  found: NonNullable<Place>,
  { home, careful }: { home: string; careful: boolean },
): Answered {
  const alike = (text: string): string => (careful ? text.toLowerCase() : text);
  const wanted = asPath(alike(pattern), alike(home));
  const path = alike(found.path);
  if (!found.below) return wanted.test(path);
  // Everything below a folder is matched where a pattern with an open end has come to it.
  return pattern.endsWith("/**") && foldersOf(path).some((one) => wanted.test(one)) ? true : null;
}

function isInside({ path, below }: NonNullable<Place>, home: string): Answered {
  const inside = isIn(path, home);
  return below && !inside && isIn(home, path) ? null : inside;
}

/** The folder and all above it, up to the root, which is empty here. */
function foldersOf(path: string): string[] {
  const parts = path.split("/");
  return parts.map((_, at) => parts.slice(0, at + 1).join("/"));
}

/** `careful`: one path is enough. */
export function isAboutPath(
  patterns: readonly string[],
  asked: AskedAbout,
  { careful }: { careful: boolean },
): Answered {
  const answers = placesOf(asked).map((place) =>
    some(patterns.map((pattern) => isAt(pattern, place, { asked, careful }))),
  );
  return careful ? some(answers) : every([answers.length > 0, ...answers]);
}

/** As the language has it: of what is cut off nobody knows what else is there. */
export const orHidden = (answer: Answered, { cut }: Prompt, careful: boolean): Answered =>
  answer === false && cut && careful ? null : answer;
