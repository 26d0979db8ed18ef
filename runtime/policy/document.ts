/** Reads YAML within bounds: its values, and for every value and key the place where it stands. */
import {
  Composer,
  CST,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  Parser,
  type YAMLMap,
} from "yaml";
import { printable, quote } from "./problem.ts";

/** A value of the file and where it stands, as an offset into the text. */
export type Located =
  | { type: "map"; at: number; entries: ReadonlyMap<string, { keyAt: number; node: Located }> }
  | { type: "list"; at: number; items: readonly Located[] }
  | { type: "scalar"; at: number; value: string | number | boolean | null };

export type DocumentFault = { at: number; message: string; hint?: string };

export type ReadDocument =
  | { ok: true; root: Located; faults: readonly DocumentFault[] }
  | { ok: false; faults: readonly DocumentFault[] };

/** A policy nests five levels; what nests deeper is no policy, and recursion must stay bounded. */
const nestingMax = 32;
/** Words, punctuation and line breaks, 60 to 90 for a rule: this many are half a second of work. */
const lexemesMax = 400_000;
const syntaxFaultsMax = 5;

/** Where line breaks are, for turning an offset into line and column (both from 1). */
export function countLines(text: string): (at: number) => { line: number; column: number } {
  const counter = new LineCounter();
  counter.addNewLine(0);
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    counter.addNewLine(at + 1);
  }
  return (at) => {
    const { line, col } = counter.linePos(at);
    return { line, column: col };
  };
}

/**
 * YAML 1.2, core schema, one document. Anchors, aliases, tags, directives and merge keys are
 * refused: a policy is read by people, and each of them lets it say something other than it shows.
 */
export function readDocument(text: string): ReadDocument {
  const scan = scanTokens(text);
  if ("fault" in scan) return { ok: false, faults: [scan.fault] };
  const composer = new Composer({
    version: "1.2",
    schema: "core",
    strict: true,
    stringKeys: true,
    // Checked below, in linear time and with both places.
    uniqueKeys: false,
    merge: false,
    resolveKnownTags: false,
    prettyErrors: false,
    logLevel: "silent",
  });
  const [first, second] = composer.compose(scan.tokens, true, text.length);
  if (first === undefined) return { ok: false, faults: [nothing] };
  const wrong = [...first.errors, ...first.warnings];
  if (wrong.length > 0) return { ok: false, faults: syntaxFaults(wrong) };
  if (second !== undefined) {
    const message = "a policy is one YAML document, and here a second begins";
    return { ok: false, faults: [{ at: second.range[0], message, hint: 'remove the "---"' }] };
  }
  const { contents } = first;
  if (contents === null || (isScalar(contents) && contents.value === null)) {
    return { ok: false, faults: [nothing] };
  }
  const faults: DocumentFault[] = [];
  return { ok: true, root: locate(contents, 0, faults), faults };
}

const nothing: DocumentFault = {
  at: 0,
  message: "the file holds no policy: it is empty",
  hint: 'begin with policy_version: "1"',
};

type Scan = { tokens: CST.Token[] } | { fault: DocumentFault };

/** Runs the lexer by hand so that a hostile file is refused at the first lexeme that is too much. */
function scanTokens(text: string): Scan {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  let inScalar = false;
  for (const lexeme of new Lexer().lex(text)) {
    const at = parser.offset;
    const fault = inScalar ? null : refuse(lexeme, at);
    if (fault !== null) return { fault };
    inScalar = lexeme === CST.SCALAR;
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > nestingMax) {
      return { fault: { at, message: `nested deeper than ${nestingMax} levels` } };
    }
    lexemes += 1;
    if (lexemes > lexemesMax) {
      const hint = "write fewer or shorter rules";
      return { fault: { at, message: "too many words for a policy file", hint } };
    }
  }
  for (const token of parser.end()) tokens.push(token);
  return { tokens };
}

/** What YAML allows and a policy does not. */
function refuse(lexeme: string, at: number): DocumentFault | null {
  switch (CST.tokenType(lexeme)) {
    case "alias":
      if (lexeme === "*") {
        return { at, message: "a star alone is YAML's sign for an alias", hint: 'write "*"' };
      }
      return { at, message: `aliases are not allowed: ${quote(lexeme)}`, hint: writeOut };
    case "anchor":
      return { at, message: `anchors are not allowed: ${quote(lexeme)}`, hint: writeOut };
    case "tag":
      return { at, message: `tags are not allowed: ${quote(lexeme)}`, hint: "remove it" };
    case "directive-line":
      return { at, message: `directives are not allowed: ${quote(lexeme)}`, hint: "remove it" };
    default:
      return null;
  }
}

const writeOut = "write the value out, or put it in quotes if it is text";

type SyntaxError = { code: string; message: string; pos: readonly [number, number] };

/** One fault per place, the first few: a slip near the top makes the rest of the file look wrong. */
function syntaxFaults(errors: readonly SyntaxError[]): DocumentFault[] {
  const byPlace = new Map<number, DocumentFault>();
  for (const error of errors) {
    if (byPlace.size >= syntaxFaultsMax) break;
    const [at] = error.pos;
    if (!byPlace.has(at)) byPlace.set(at, { at, ...sayYaml(error) });
  }
  return [...byPlace.values()];
}

function sayYaml({ code, message }: SyntaxError): { message: string; hint?: string } {
  switch (code) {
    case "TAB_AS_INDENT":
      return { message: "a tab stands where only spaces may indent", hint: "use spaces" };
    case "BAD_DQ_ESCAPE":
      return {
        message: printable(message),
        hint: "put a pattern in single quotes, where a backslash is a backslash",
      };
    case "BLOCK_AS_IMPLICIT_KEY":
      return {
        message: "a colon followed by a space begins a field, and here none can begin",
        hint: "put the text in quotes",
      };
    case "MISSING_CHAR":
      return /closing .quote/.test(message)
        ? { message: "a quotation mark is opened and never closed", hint: "close it" }
        : { message: `not YAML: ${printable(message)}` };
    default:
      return { message: `not YAML: ${printable(message)}` };
  }
}

/** The library's nodes as our own; recursion is bounded by `nestingMax`. */
function locate(node: unknown, fallback: number, faults: DocumentFault[]): Located {
  if (isMap(node)) return locateMap(node, fallback, faults);
  if (isSeq(node)) {
    const at = startOf(node, fallback);
    return { type: "list", at, items: node.items.map((item) => locate(item, at, faults)) };
  }
  if (!isScalar(node)) return { type: "scalar", at: fallback, value: null };
  // A field with nothing after its colon has an empty node further on; its key is the place to look.
  const isEmpty = node.source === "" && node.value === null;
  const at = isEmpty ? fallback : startOf(node, fallback);
  if (typeof node.value === "string" && !node.value.isWellFormed()) {
    faults.push({ at, message: "half of a character (a lone surrogate)", hint: "remove it" });
  }
  return { type: "scalar", at, value: simple(node.value) };
}

/** The core schema makes nothing but these; anything else is nothing to us. */
function simple(value: unknown): string | number | boolean | null {
  if (typeof value === "string" || typeof value === "number") return value;
  return typeof value === "boolean" ? value : null;
}

function locateMap(node: YAMLMap, fallback: number, faults: DocumentFault[]): Located {
  const at = startOf(node, fallback);
  const entries = new Map<string, { keyAt: number; node: Located }>();
  for (const pair of node.items) {
    if (!isScalar(pair.key)) continue;
    const keyAt = startOf(pair.key, at);
    const key = String(pair.key.value);
    if (entries.has(key)) faults.push({ at: keyAt, ...writtenTwice(key) });
    else entries.set(key, { keyAt, node: locate(pair.value, keyAt, faults) });
  }
  return { type: "map", at, entries };
}

function startOf({ range }: { range?: readonly number[] | null }, fallback: number): number {
  return range?.[0] ?? fallback;
}

function writtenTwice(key: string): { message: string; hint: string } {
  return { message: `${quote(key)} is written twice here`, hint: "keep one of them" };
}

/** The plain value, for a schema. Objects have no prototype, so `__proto__` is a field like any other. */
export function plain(node: Located): unknown {
  if (node.type === "scalar") return node.value;
  if (node.type === "list") return node.items.map(plain);
  const object: Record<string, unknown> = Object.create(null);
  for (const [key, entry] of node.entries) object[key] = plain(entry.node);
  return object;
}

/** The field `name` of a mapping; undefined when it is no mapping or has no such field. */
export function field(node: Located | undefined, name: string): Located | undefined {
  return node?.type === "map" ? node.entries.get(name)?.node : undefined;
}

/** The items of a list; none when it is no list. */
export function itemsOf(node: Located | undefined): readonly Located[] {
  return node?.type === "list" ? node.items : [];
}

/** The text of a scalar; undefined when it is something else. */
export function textOf(node: Located | undefined): string | undefined {
  return node?.type === "scalar" && typeof node.value === "string" ? node.value : undefined;
}
