/** Reads a simple command: assignments, words and redirections, in the order of the text. */
import type { Assignment, Command, Redirection as ParsedRedirection } from "unbash";
import { type Folders, type Range, type Redirection, refuse, type Word } from "./command.ts";
import { type Cursor, expectAt, skipBlanks, take } from "./cursor.ts";
import { type Flow, followCommand, stay } from "./folders.ts";
import { readRedirection } from "./redirection.ts";
import { readParts, readWord } from "./word.ts";

/** A simple command before anybody asked what its words mean. */
export type FoundCommand = {
  readonly words: readonly Word[];
  readonly assignments: readonly string[];
  /** Names in arguments of the form `NAME=value`, as `export` takes them. */
  readonly declares: readonly string[];
  readonly redirections: readonly Redirection[];
  readonly folders: Folders;
  readonly position: Range;
};

export type Walk = {
  readonly cursor: Cursor;
  readonly home: string;
  /** Where the command that is being read would run. */
  folders: Folders;
  depth: number;
  readonly depthMax: number;
  readonly commandsMax: number;
  /** In the order of the text. */
  readonly commands: FoundCommand[];
  /** Redirections of groups and loops; those of simple commands are with them. */
  readonly redirections: Redirection[];
  /** Names that the text sets in the shell itself. */
  readonly variables: Set<string>;
};

/** Words that the language takes for itself where a command begins, in one shell or another. */
export const reserved: ReadonlySet<string> = new Set([
  ...["if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac"],
  ...["in", "function", "select", "time", "coproc", "{", "}", "!", "[[", "]]"],
  ...["foreach", "end", "repeat", "nocorrect", "noglob", "always", "-"],
]);

type Parts = {
  readonly words: Word[];
  readonly assignments: string[];
  readonly declares: string[];
  readonly redirections: Redirection[];
};

export function walkSimple(walk: Walk, node: Command): Flow {
  const { cursor, commands, folders } = walk;
  const place = commands.length;
  const found: Parts = { words: [], assignments: [], declares: [], redirections: [] };
  const items = [...node.prefix, ...(node.name === undefined ? [] : [node.name]), ...node.suffix];
  if (node.name !== undefined) checkName(node.name.text);
  for (const item of items) {
    skipBlanks(cursor);
    expectAt(cursor, item.pos);
    takeItem(walk, item, found);
  }
  const { words, assignments } = found;
  if (words.length === 0) {
    for (const name of assignments) walk.variables.add(name);
    walk.redirections.push(...found.redirections);
    return stay(folders);
  }
  if (commands.length >= walk.commandsMax) refuse("more commands than are followed");
  commands.splice(place, 0, { ...found, folders, position: { start: node.pos, end: cursor.at } });
  const flow = followCommand(words, { folders, home: walk.home });
  // `HOME=/x cd` and the like go elsewhere.
  return assignments.length > 0 && flow.ok !== folders ? { ...flow, ok: null } : flow;
}

function takeItem(walk: Walk, item: Command["suffix"][number], found: Parts): void {
  const { cursor } = walk;
  const { words, assignments, redirections } = found;
  if (item.type !== "Word" && item.type !== "Assignment") {
    redirections.push(takeRedirection(walk, item));
    return;
  }
  if (redirections.some(({ operator }) => operator.startsWith("&"))) {
    // Shells without `&>` end the command at its ampersand and begin one with this word.
    refuse("a word behind a redirection that shells read differently");
  }
  if (item.type === "Word") words.push(readWord(cursor, item));
  else if (words.length === 0) assignments.push(takeAssignment(cursor, item));
  else {
    words.push(readArgument(cursor, item));
    found.declares.push(item.name);
  }
}

function checkName(written: string): void {
  if (reserved.has(written)) refuse("a word of the language in an unusual place");
  if (/^[A-Za-z_]\w*(?:\[[^]*\])?\+?=/.test(written)) refuse("an unusual assignment");
}

const assigned = /^([A-Za-z_]\w*)\+?=/;

function takeAssignment(cursor: Cursor, { text, value, index }: Assignment): string {
  const found = assigned.exec(text);
  const name = found?.[1];
  if (found === null || name === undefined || index !== undefined || value.type !== "Word") {
    refuse("an assignment to an array");
  }
  take(cursor, found[0]);
  readParts(cursor, value);
  return name;
}

/** `NAME=value` behind `export` and the like is an argument. */
function readArgument(cursor: Cursor, { pos, end, value }: Assignment): Word {
  if (value.type !== "Word") refuse("an assignment to an array");
  return readParts(cursor, { pos, end, parts: value.parts });
}

export function takeRedirection({ cursor, folders }: Walk, node: ParsedRedirection): Redirection {
  skipBlanks(cursor);
  return readRedirection(cursor, node, folders);
}
