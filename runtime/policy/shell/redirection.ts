/** Reads one redirection: what it opens, and whether that is written. */
import type { HereDoc, Redirection as ParsedRedirection } from "unbash";
import {
  type Folders,
  literal,
  type Redirection,
  type RedirectionEffect,
  refuse,
  type Word,
} from "./command.ts";
import { type Cursor, expectAt, skipBlanks, take } from "./cursor.ts";
import { takeDelimiter } from "./heredoc.ts";
import { readWord } from "./word.ts";

export function readRedirection(
  cursor: Cursor,
  node: ParsedRedirection,
  folders: Folders,
): Redirection {
  expectAt(cursor, node.pos);
  const descriptor = takeDescriptor(cursor, node);
  const { operator } = node;
  take(cursor, operator);
  // `>!`, `>>|`, `<<<-`: longer operators of other shells, or of this one.
  if (/[<>&|!(]/.test(cursor.text.charAt(cursor.at))) refuseOperator();
  // The next line may make the operator longer: `>`, then `>(…` below, is `>>` and a parenthesis.
  if (cursor.text.startsWith("\\\n", cursor.at)) refuseOperator();
  skipBlanks(cursor);
  if (/[!#]/.test(cursor.text.charAt(cursor.at))) refuseOperator();
  const target = node.type === "HereDoc" ? takeDocument(cursor, node) : takeTarget(cursor, node);
  const effect = effectOf(operator, target);
  if (effect !== "gives_text" && opensConnection(target)) {
    refuse("a redirection that opens a network connection");
  }
  return { operator, descriptor, effect, target, folders };
}

function refuseOperator(): never {
  refuse("a redirection that shells read differently");
}

function takeDescriptor(cursor: Cursor, { descriptor }: ParsedRedirection): number | null {
  if (descriptor === undefined) return null;
  if (descriptor.type !== "FileDescriptor") refuse("a descriptor kept in a variable");
  const written = cursor.text.slice(descriptor.pos, descriptor.end);
  // More digits than one are a word in some shells.
  if (!/^\d$/.test(written)) refuseOperator();
  take(cursor, written);
  return descriptor.value;
}

function takeTarget(cursor: Cursor, node: Exclude<ParsedRedirection, HereDoc>): Word {
  if (node.target === undefined) refuse("a redirection to nothing");
  return readWord(cursor, node.target);
}

function takeDocument(cursor: Cursor, node: HereDoc): Word {
  takeDelimiter(cursor, node);
  const isQuoted = /['"\\]/.test(node.delimiter?.text ?? "");
  return isQuoted ? { text: node.body.text } : { unknown: "a here-document" };
}

function effectOf(operator: string, target: Word): RedirectionEffect {
  if (operator.startsWith("<<")) return "gives_text";
  if (operator === "<&" || operator === ">&") {
    const to = literal(target);
    if (to === null) refuse("a descriptor that only the shell knows");
    if (/^(?:\d+-?|-)$/.test(to)) return "duplicates";
    if (operator === "<&") refuse("a descriptor that only the shell knows");
    return "writes";
  }
  return operator === "<" ? "reads" : "writes";
}

function opensConnection(target: Word): boolean {
  const path = literal(target);
  return path !== null && /\/dev\/(?:tcp|udp)(?:\/|$)/.test(path);
}
