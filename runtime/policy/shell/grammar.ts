/**
 * Walks what the parser made of a text along the text itself, token by token: what is skipped,
 * misplaced or read in two ways makes the text unreadable. Finds every simple command on the way.
 */
import type {
  AndOr,
  Case,
  CommandNode,
  CompoundList,
  If,
  Pipeline,
  PipelineNode,
  Statement,
  While,
} from "unbash";
import { type Folders, refuse } from "./command.ts";
import { type Cursor, expectAt, looksAt, skipBlanks, take, takeReserved } from "./cursor.ts";
import { afterwards, either, type Flow, stay } from "./folders.ts";
import { skipLines } from "./heredoc.ts";
import { takeRedirection, type Walk, walkSimple } from "./simple.ts";
import { takeTest } from "./test-expression.ts";
import { readWord } from "./word.ts";

/** Statements up to `end`, which is not taken: a word or token of the language, or the end of the text. */
export function walkList(walk: Walk, statements: readonly Statement[], end: string): Folders {
  const { cursor } = walk;
  enter(walk);
  const last = statements.at(-1);
  if (last === undefined && /^[a-z}]/.test(end)) refuse("text that does not fit its reading");
  for (const statement of statements) {
    skipLines(cursor);
    expectAt(cursor, statement.pos);
    const before = walk.folders;
    const after = afterwards(walkNode(walk, statement.command));
    walk.folders = statement.background === true ? before : after;
    const isSeparated = takeSeparator(cursor, statement.background === true);
    const mayEnd = statement === last && !/^[a-z}]/.test(end);
    if (!isSeparated && !mayEnd) refuse("text that does not fit its reading");
  }
  skipLines(cursor);
  walk.depth -= 1;
  return walk.folders;
}

function enter(walk: Walk): void {
  walk.depth += 1;
  if (walk.depth > walk.depthMax) refuse("commands within commands, too deep to follow");
}

function takeSeparator(cursor: Cursor, isBackground: boolean): boolean {
  skipBlanks(cursor);
  if (isBackground) {
    take(cursor, "&");
    // `&|` and `&!` are one token in some shells, `&&` in all.
    if (/^[&|!>]/.test(cursor.text.slice(cursor.at)))
      refuse("an ampersand that shells read differently");
    return true;
  }
  if (looksAt(cursor, ";") && !/^;[;&|]/.test(cursor.text.slice(cursor.at))) {
    take(cursor, ";");
    return true;
  }
  const { at } = cursor;
  skipLines(cursor);
  return cursor.text.slice(at, cursor.at).includes("\n");
}

function walkNode(walk: Walk, node: PipelineNode | AndOr): Flow {
  if (node.type === "AndOr") return walkAndOr(walk, node);
  return node.type === "Pipeline" ? walkPipeline(walk, node) : walkCommand(walk, node);
}

function walkAndOr(walk: Walk, { commands, operators }: AndOr): Flow {
  let flow: Flow | null = null;
  for (const [index, command] of commands.entries()) {
    const operator = operators[index - 1];
    if (flow !== null) {
      if (operator === undefined) refuse("text that does not fit its reading");
      skipBlanks(walk.cursor);
      take(walk.cursor, operator);
      skipLines(walk.cursor);
      walk.folders = operator === "&&" ? flow.ok : flow.failed;
    }
    expectAt(walk.cursor, command.pos);
    const next = walkNode(walk, command);
    if (flow === null) flow = next;
    else if (operator === "&&") flow = { ok: next.ok, failed: either(flow.failed, next.failed) };
    else flow = { ok: either(flow.ok, next.ok), failed: next.failed };
  }
  return flow ?? refuse("text that does not fit its reading");
}

/** Bash writes the commands of a substitution out anew, and then does not find the end of such a one. */
function checkTime(
  { enclosure }: Cursor,
  { prefixes, commands }: Pick<Pipeline, "prefixes" | "commands">,
): void {
  const isTimed = enclosure !== "nothing" && prefixes.some(({ type }) => type === "Time");
  if (isTimed && commands.some(({ type }) => type !== "Command")) {
    refuse("time before more than a command, in a substitution");
  }
}

function walkPipeline(walk: Walk, { prefixes, commands, operators }: Pipeline): Flow {
  const { cursor } = walk;
  let isNegated = false;
  for (const prefix of prefixes) {
    expectAt(cursor, prefix.pos);
    takeReserved(cursor, prefix.type === "Negation" ? "!" : "time");
    if (prefix.type === "Negation") isNegated = !isNegated;
    skipBlanks(cursor);
    const options = prefix.type === "Time" ? [prefix.posix, prefix.endOfOptions] : [];
    for (const option of options.filter((one) => one !== undefined)) {
      takeReserved(cursor, cursor.text.slice(option.pos, option.end));
      skipBlanks(cursor);
    }
  }
  checkTime(cursor, { prefixes, commands });
  const before = walk.folders;
  let flow = stay(before);
  for (const [index, command] of commands.entries()) {
    if (index > 0) takePipe(cursor, operators[index - 1]);
    walk.folders = before;
    expectAt(cursor, command.pos);
    flow = walkCommand(walk, command);
  }
  if (commands.length === 0) refuse("a pipeline without a command");
  if (commands.length > 1) {
    // Some shells run the last command of a pipeline themselves, others in a shell of its own.
    flow = { ok: either(before, flow.ok), failed: either(before, flow.failed) };
  }
  return isNegated ? { ok: flow.failed, failed: flow.ok } : flow;
}

function takePipe(cursor: Cursor, operator: string | undefined): void {
  skipBlanks(cursor);
  take(cursor, operator ?? refuse("text that does not fit its reading"));
  if (/^[|&]/.test(cursor.text.slice(cursor.at))) refuse("text that does not fit its reading");
  skipLines(cursor);
}

/**
 * Bash 5.2 writes the commands of a substitution out anew before it runs them, and forgets a semicolon behind a
 * here-document: `a; b` becomes `a b`.
 */
export const documentNotAlone = "a here-document in a substitution beside other commands";

function walkCommand(walk: Walk, node: CommandNode): Flow {
  if (walk.cursor.hadDocument) refuse(documentNotAlone);
  switch (node.type) {
    case "Command":
      return walkSimple(walk, node);
    case "Redirected": {
      const before = walk.folders;
      const flow = walkCommand(walk, node.command);
      const after = walk.folders;
      walk.folders = before;
      for (const redirect of node.redirects)
        walk.redirections.push(takeRedirection(walk, redirect));
      walk.folders = after;
      return flow;
    }
    case "Subshell":
      return walkSubshell(walk, node.body);
    case "BraceGroup":
      takeReserved(walk.cursor, "{");
      return stay(closeList(walk, node.body, "}"));
    case "If":
      return stay(walkIf(walk, node));
    case "While":
    case "For":
    case "Select":
      return stay(walkLoop(walk, node));
    case "Case":
      return stay(walkCase(walk, node));
    case "TestCommand":
      takeTest(walk.cursor, node);
      return stay(walk.folders);
    case "Coproc":
      // Within a substitution bash itself runs a program of another name.
      return refuse("a coprocess");
    case "Function":
      return refuse("a function, after which names mean something else");
    case "ArithmeticCommand":
    case "ArithmeticFor":
      return refuse("arithmetic with variables");
  }
}

function closeList(walk: Walk, { commands }: CompoundList, end: string): Folders {
  const folders = walkList(walk, commands, end);
  if (commands.length === 0) refuse("text that does not fit its reading");
  if (end === ")") take(walk.cursor, end);
  else takeReserved(walk.cursor, end);
  return folders;
}

function walkSubshell(walk: Walk, body: CompoundList): Flow {
  const before = walk.folders;
  take(walk.cursor, "(");
  if (looksAt(walk.cursor, "(")) refuse("parentheses that may be arithmetic");
  closeList(walk, body, ")");
  walk.folders = before;
  return stay(before);
}

function walkIf(walk: Walk, node: If): Folders {
  let ends: Folders = [];
  let isFirst = true;
  for (const branch of [node, ...node.elif]) {
    takeReserved(walk.cursor, isFirst ? "if" : "elif");
    isFirst = false;
    const tested = closeList(walk, branch.clause, "then");
    const after = walkList(walk, branch.then.commands, "fi");
    ends = either(ends, after);
    walk.folders = tested;
  }
  if (node.else !== undefined) {
    takeReserved(walk.cursor, "else");
    walkList(walk, node.else.commands, "fi");
  }
  takeReserved(walk.cursor, "fi");
  walk.folders = either(ends, walk.folders);
  return walk.folders;
}

type Loop = While | Extract<CommandNode, { type: "For" | "Select" }>;

/** What a loop does to the folder it may do again: then only the shell knows where its commands run. */
function walkLoop(walk: Walk, node: Loop): Folders {
  const { cursor, commands, redirections } = walk;
  const before = walk.folders;
  const known = [commands.length, redirections.length] as const;
  const { at } = cursor;
  const pending = [...cursor.pending];
  walkLoopOnce(walk, node);
  if (either(before, walk.folders) === before || sameFolders(before, walk.folders)) return before;
  commands.length = known[0];
  redirections.length = known[1];
  cursor.at = at;
  cursor.pending = pending;
  walk.folders = null;
  walkLoopOnce(walk, node);
  walk.folders = null;
  return null;
}

function sameFolders(one: Folders, other: Folders): boolean {
  return one !== null && other !== null && one.join("\0") === other.join("\0");
}

function walkLoopOnce(walk: Walk, node: Loop): void {
  const { cursor } = walk;
  if (node.type === "While") {
    takeReserved(cursor, node.kind);
    closeList(walk, node.clause, "do");
  } else {
    takeReserved(cursor, node.type === "For" ? "for" : "select");
    skipBlanks(cursor);
    walk.variables.add(takeName(cursor, node.name.text));
    takeWordList(cursor, node.wordlist);
    skipLines(cursor);
    takeReserved(cursor, "do");
  }
  closeList(walk, node.body, "done");
}

function takeName(cursor: Cursor, name: string): string {
  if (!/^[A-Za-z_]\w*$/.test(name)) refuse("a variable with an unusual name");
  takeReserved(cursor, name);
  return name;
}

function takeWordList(
  cursor: Cursor,
  words: readonly Parameters<typeof readWord>[1][] | undefined,
) {
  skipBlanks(cursor);
  if (words !== undefined) {
    takeReserved(cursor, "in");
    for (const word of words) {
      skipBlanks(cursor);
      readWord(cursor, word);
    }
  }
  if (!takeSeparator(cursor, false)) refuse("text that does not fit its reading");
}

function walkCase(walk: Walk, node: Case): Folders {
  const { cursor } = walk;
  takeReserved(cursor, "case");
  skipBlanks(cursor);
  readWord(cursor, node.word);
  skipBlanks(cursor);
  takeReserved(cursor, "in");
  enter(walk);
  let ends = walk.folders;
  for (const [index, item] of node.items.entries()) {
    skipLines(cursor);
    expectAt(cursor, item.pos);
    takePatterns(cursor, item.pattern);
    ends = either(ends, walkList(walk, item.body.commands, ";;"));
    if (item.terminator !== undefined) take(cursor, item.terminator);
    else if (index < node.items.length - 1) refuse("text that does not fit its reading");
    // With `;&` the next branch begins where this one ends.
    walk.folders = ends;
  }
  skipLines(cursor);
  takeReserved(cursor, "esac");
  walk.depth -= 1;
  return walk.folders;
}

function takePatterns(cursor: Cursor, patterns: Case["items"][number]["pattern"]): void {
  if (looksAt(cursor, "(")) take(cursor, "(");
  // Older shells take the first closing parenthesis as the end of the substitution.
  else if (cursor.enclosure !== "nothing") refuse("a case in a substitution");
  for (const [index, pattern] of patterns.entries()) {
    skipBlanks(cursor);
    if (index > 0) take(cursor, "|");
    skipBlanks(cursor);
    if (pattern.text === "esac") refuse("a case that shells read differently");
    readWord(cursor, pattern);
  }
  skipBlanks(cursor);
  take(cursor, ")");
}
