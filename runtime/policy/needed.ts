/** Texts of which one must stand in a prompt for a `contains` to be found there: what lets most rules be passed over. Pure. */
import { foldText, patternPieces, plainText } from "./pattern.ts";

/** Any of these, as `foldText` writes them, in ASCII and without white space; null: nothing can be said. */
export type Needed = readonly string[] | null;

/** Longer ones would tell little more. */
const neededCharsMax = 10;
/** Shorter ones stand in nearly every text. */
const neededCharsMin = 3;
const alternativesMax = 16;

/** Of a literal `contains`. */
export function neededByLiteral(literal: string): Needed {
  return best([oneOf(foldText(plainText(literal)))]);
}

function oneOf(folded: string): Needed {
  const runs = folded.match(/[!-~]+/g) ?? [];
  const longest = runs.toSorted((a, b) => b.length - a.length)[0];
  return longest === undefined ? null : [longest.slice(0, neededCharsMax)];
}

/** How much a text with one of these says: the length of the shortest. */
function strength(needed: Needed): number {
  return needed === null ? 0 : Math.min(...needed.map(({ length }) => length));
}

function best(all: readonly Needed[]): Needed {
  const strongest = all.toSorted((a, b) => strength(b) - strength(a))[0] ?? null;
  return strength(strongest) < neededCharsMin ? null : strongest;
}

class Unusual extends Error {}

type Reader = { readonly pieces: readonly string[]; at: number };

/**
 * Of a pattern that compiles. Only the plain parts of the language are looked into: whatever else stands in it, the
 * answer is that nothing can be said.
 */
export function neededByPattern(source: string): Needed {
  const reader: Reader = { pieces: patternPieces(source), at: 0 };
  try {
    const needed = readAlternatives(reader);
    return reader.at === reader.pieces.length ? best([needed]) : null;
  } catch (error) {
    if (error instanceof Unusual) return null;
    throw error;
  }
}

/** Up to a closing parenthesis or the end: one of the branches must be found. */
function readAlternatives(reader: Reader): Needed {
  let all: Needed = [];
  for (;;) {
    const branch = readSequence(reader);
    all = all === null || branch === null ? null : [...all, ...branch];
    if (reader.pieces[reader.at] !== "|") break;
    reader.at += 1;
  }
  return all === null || all.length > alternativesMax ? null : all;
}

/** Everything in it must be found, so the part that says most is enough. */
function readSequence(reader: Reader): Needed {
  const parts: Needed[] = [];
  let run = "";
  const endRun = (): void => {
    if (run !== "") parts.push([run.slice(0, neededCharsMax)]);
    run = "";
  };
  while (!endsSequence(reader.pieces[reader.at])) {
    const { letter, group, times } = readItem(reader);
    // What may be missing says nothing; what comes several times may have others after it.
    if (letter !== null && times !== "maybe") run += letter;
    if (letter !== null && times === "once") continue;
    endRun();
    if (times !== "maybe") parts.push(group);
  }
  endRun();
  return best(parts);
}

const endsSequence = (piece: string | undefined): boolean =>
  piece === undefined || piece === "|" || piece === ")";

type Item = {
  readonly letter: string | null;
  readonly group: Needed;
  readonly times: "once" | "some" | "maybe";
};

function readItem(reader: Reader): Item {
  const piece = reader.pieces[reader.at] ?? "";
  reader.at += 1;
  const isGroup = piece === "(";
  const group = isGroup ? readGroup(reader) : null;
  const letter = isGroup ? null : letterOf(piece);
  return { letter, group, times: readRepetition(reader) };
}

function readGroup(reader: Reader): Needed {
  if (reader.pieces[reader.at] === "?") {
    // Only a group that is not numbered; names and flags are rare.
    if (reader.pieces[reader.at + 1] !== ":") throw new Unusual();
    reader.at += 2;
  }
  const needed = readAlternatives(reader);
  if (reader.pieces[reader.at] !== ")") throw new Unusual();
  reader.at += 1;
  return needed;
}

function readRepetition(reader: Reader): "once" | "some" | "maybe" {
  const times = repetitionOf(reader.pieces[reader.at]);
  if (times === null) return "once";
  reader.at += 1;
  if (reader.pieces[reader.at] === "?") reader.at += 1;
  if (repetitionOf(reader.pieces[reader.at]) !== null) throw new Unusual();
  return times;
}

function repetitionOf(piece: string | undefined): "some" | "maybe" | null {
  if (piece === undefined) return null;
  if (piece === "+") return "some";
  if (piece === "*" || piece === "?" || piece.startsWith("{0")) return "maybe";
  return /^\{\d/.test(piece) ? "some" : null;
}

/** The character that a piece stands for and nothing else, folded; null: one of several, or of none. */
function letterOf(piece: string): string | null {
  if (piece === "." || piece === "^" || piece === "$" || piece.startsWith("[")) return null;
  if (/^\\[dDsSwWbBAznrtfv]$/.test(piece)) return null;
  if (/^\\[!-/:-@[-`{-~]$/.test(piece)) return piece.slice(1);
  if (piece.startsWith("\\") || piece.length > 1) throw new Unusual();
  return /^[!-~]$/.test(piece) ? piece.toLowerCase() : null;
}
