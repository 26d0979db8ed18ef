/**
 * Reads plain YAML many times as fast as `readDocument` does, for the files that nearly all policies are. Whatever is
 * not plain, or wrong, is left to that: the two agree on every value and place where this one answers at all.
 */
import {
  COLLECTION_STYLE,
  type Event,
  EVENT_ID,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
  YAMLException,
} from "js-yaml";
import type { Located } from "./document.ts";

/** Deeper than any policy, and less than what is refused. */
const depthMax = 16;
const eventsMax = 200_000;

/** What makes a file not plain here: line ends of other systems, tabs, a byte order mark, lines that bound documents. */
const unusual = /[\r\t\ufeff]|^(?:\.\.\.|---|%)/m;

/** Null: read it with care. */
export function readPlainDocument(text: string): Located | null {
  if (unusual.test(text) || !text.isWellFormed()) return null;
  try {
    return readRoot({ text, events: parseEvents(text, { maxDepth: depthMax }), at: 1 });
  } catch (error) {
    if (error instanceof NotPlain || error instanceof YAMLException) return null;
    throw error;
  }
}

/** The one document there is, whole. */
function readRoot(reader: Reader): Located {
  const { text, events } = reader;
  const checkPlace = (start: number): void => checkTop(text, start);
  check(events.length <= eventsMax && events[0]?.type === EVENT_ID.DOCUMENT);
  const root = readNode(reader, { fallback: 0, depth: 0, checkPlace });
  check(isEnd(reader) && reader.at + 1 === events.length && root.type !== "scalar");
  return root;
}

/** Before what the file holds there are comments and blank lines. */
function checkTop(text: string, start: number): void {
  check(/^(?: *(?:#.*)?\n)*$/.test(text.slice(0, start)));
}

class NotPlain extends Error {}

type Reader = { readonly text: string; readonly events: readonly Event[]; at: number };
/** `fallback`: where an empty value is said to stand. `checkPlace`: of what begins here; the library is lenient. */
type Around = {
  readonly fallback: number;
  readonly depth: number;
  readonly checkPlace: (start: number, isBlock: boolean) => void;
};

function readNode(reader: Reader, around: Around): Located {
  const event = reader.events[reader.at];
  if (event === undefined || around.depth > depthMax) throw new NotPlain();
  if (event.type === EVENT_ID.DOCUMENT || event.type === EVENT_ID.POP) throw new NotPlain();
  // An anchor, a tag or an alias.
  if (event.anchorStart >= 0 || event.type === EVENT_ID.ALIAS || event.tagStart >= 0) {
    throw new NotPlain();
  }
  reader.at += 1;
  if (event.type === EVENT_ID.SCALAR) return readScalar(reader.text, event, around);
  const { start } = event;
  const isBlock = event.style === COLLECTION_STYLE.BLOCK;
  around.checkPlace(start, isBlock);
  const inside = { start, isBlock, depth: around.depth + 1 };
  const node = event.type === EVENT_ID.MAPPING ? readMap(reader, inside) : readList(reader, inside);
  reader.at += 1;
  return node;
}

type Inside = { readonly start: number; readonly isBlock: boolean; readonly depth: number };

const isEnd = ({ events, at }: Reader): boolean => events[at]?.type === EVENT_ID.POP;

function readList(reader: Reader, { start, isBlock, depth }: Inside): Located {
  const { text } = reader;
  const items: Located[] = [];
  const column = columnOf(text, start);
  const checkPlace = (at: number): void => {
    if (!isBlock) return checkFlow(text, at, "[,");
    const line = lineBefore(text, at);
    const dashes = line.slice(column);
    check(/^(?:- +)+$/.test(dashes) && /^ *(?:- +)*$/.test(line));
    // Lists within lists on one line are rare, and their columns would have to be told apart.
    check(dashes.lastIndexOf("-") === 0);
  };
  while (!isEnd(reader)) items.push(readNode(reader, { fallback: start, depth, checkPlace }));
  return { type: "list", at: start, items };
}

function readMap(reader: Reader, { start, isBlock, depth }: Inside): Located {
  const { text } = reader;
  const entries = new Map<string, { keyAt: number; node: Located }>();
  const column = columnOf(text, start);
  while (!isEnd(reader)) {
    const { key, keyAt, keyEnd } = readKey(reader);
    if (isBlock) {
      const line = lineBefore(text, keyAt);
      check(line.length === column && (keyAt === start ? /^ *(?:- +)*$/ : /^ *$/).test(line));
    } else checkFlow(text, keyAt, "{,");
    check(!entries.has(key));
    const checkPlace = (at: number, isBlockBelow: boolean): void => {
      if (isBlockBelow) check(/^:(?: +#.*)?(?:\n *(?:#.*)?)*\n *$/.test(text.slice(keyEnd, at)));
      else if (isBlock) check(/^: +$/.test(text.slice(keyEnd, at)));
      else check(/^:[ \n]+$/.test(text.slice(keyEnd, at)));
    };
    entries.set(key, { keyAt, node: readNode(reader, { fallback: keyAt, depth, checkPlace }) });
  }
  return { type: "map", at: start, entries };
}

function check(isAsExpected: boolean): void {
  if (!isAsExpected) throw new NotPlain();
}

function lineBefore(text: string, at: number): string {
  return text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
}

function columnOf(text: string, at: number): number {
  return lineBefore(text, at).length;
}

function checkFlow(text: string, at: number, before: string): void {
  let last = at - 1;
  while (text.charAt(last) === " " || text.charAt(last) === "\n") last -= 1;
  check(last >= 0 && before.includes(text.charAt(last)));
}

function readKey(reader: Reader): { key: string; keyAt: number; keyEnd: number } {
  const { text, events } = reader;
  const event = events[reader.at];
  if (event?.type !== EVENT_ID.SCALAR || event.anchorStart >= 0 || event.tagStart >= 0) {
    throw new NotPlain();
  }
  reader.at += 1;
  const key = getScalarValue(text, event);
  check(key !== "" && key !== "<<" && key.isWellFormed());
  return { key, ...placeOf(text, event) };
}

function readScalar(text: string, event: ScalarEvent, { fallback, checkPlace }: Around): Located {
  const value = getScalarValue(text, event);
  const isPlain = event.style === SCALAR_STYLE.PLAIN;
  if (isPlain && value === "") return { type: "scalar", at: fallback, value: null };
  check(value.isWellFormed());
  const { keyAt: at } = placeOf(text, event);
  checkPlace(at, false);
  return { type: "scalar", at, value: isPlain ? meaningOf(value) : value };
}

/** Quotes belong to a scalar, and so does the sign before a block of text. */
function placeOf(text: string, { style, valueStart, valueEnd }: ScalarEvent) {
  if (style === SCALAR_STYLE.PLAIN) return { keyAt: valueStart, keyEnd: valueEnd };
  if (style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED) {
    check(!text.slice(valueStart, valueEnd).includes("\n"));
    return { keyAt: valueStart - 1, keyEnd: valueEnd + 1 };
  }
  const lineEnd = text.lastIndexOf("\n", valueStart - 1);
  const line = lineBefore(text, lineEnd);
  const sign = /[|>][-+]?$/.exec(line);
  if (sign === null || text.slice(valueStart, valueEnd).trim() === "") throw new NotPlain();
  return { keyAt: lineEnd - line.length + sign.index, keyEnd: valueEnd };
}

const words: ReadonlyMap<string, boolean | null> = new Map([
  ...["~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
]);

/** By the core schema; what begins like a number and is not a short plain one is left to the careful reader. */
function meaningOf(value: string): string | number | boolean | null {
  const word = words.get(value);
  if (word !== undefined) return word;
  if (/^(?:0|[1-9]\d{0,14})$/.test(value)) return Number(value);
  if (/^[-+]?\.?\d|^[-+]?\.(?:inf|nan)/i.test(value)) throw new NotPlain();
  return value;
}
