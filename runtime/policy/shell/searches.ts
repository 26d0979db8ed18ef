/** `find` and `fd`: the commands that they run on what they find, and the files that they write. */
import { literal, mayBeOption, refuse, type Word } from "./command.ts";

/** Where an inner command runs: in the folder of its wrapper, or where only the wrapper knows. */
export type Place = "here" | "elsewhere";

export type InnerCommand = {
  readonly words: readonly Word[];
  /** The wrapper as it is called in `via`: `sudo`, `docker run`. */
  readonly label: string;
  readonly assignments: readonly string[];
  readonly place: Place;
};

const executing = new Set(["-exec", "-execdir", "-ok", "-okdir"]);
/** Actions with a file to write; `-fprintf` has a format behind it. */
const writing = new Set(["-fprint", "-fprint0", "-fls", "-fprintf"]);

export type Search = {
  readonly inner: readonly Pick<InnerCommand, "words" | "place">[];
  readonly writes: readonly { operator: string; target: Word }[];
};

/** Throws where an argument may be an action that only the shell knows. */
export function searchFind(operands: readonly Word[]): Search {
  const inner: Pick<InnerCommand, "words" | "place">[] = [];
  const writes: { operator: string; target: Word }[] = [];
  for (let index = 0; index < operands.length; index += 1) {
    const operand = operands[index];
    const text = literal(operand);
    if (operand !== undefined && text === null && mayBeOption(operand)) {
      refuse("a search with an action that only the shell knows");
    }
    if (text !== null && writing.has(text)) {
      writes.push({ operator: text, target: operands[index + 1] ?? { unknown: "nothing" } });
    }
    if (text === null || !executing.has(text)) continue;
    const end = endOfExec(operands, index + 1);
    const place = text.endsWith("dir") ? "elsewhere" : "here";
    inner.push({ words: operands.slice(index + 1, end).map(fill("{}")), place });
    index = end;
  }
  return { inner, writes };
}

/** The index of the `;`, or of the `+` behind `{}`, that ends the command. */
function endOfExec(operands: readonly Word[], from: number): number {
  for (let index = from; index < operands.length; index += 1) {
    const text = literal(operands[index]);
    if (text === ";") return index;
    if (text === "+" && literal(operands[index - 1]) === "{}") return index;
  }
  return refuse("a search whose command has no end");
}

/** `fd -x command`: up to the end, or to a `;`. */
export function searchFd(operands: readonly Word[]): Search {
  const texts = operands.map(literal);
  const at = texts.findIndex((text) => text !== null && isExec(text));
  const before = at === -1 ? operands : operands.slice(0, at);
  if (before.some((word) => literal(word) === null && mayBeOption(word))) {
    refuse("a search with an action that only the shell knows");
  }
  if (at === -1) return { inner: [], writes: [] };
  if (!/^(?:-[xX]|--exec|--exec-batch)$/.test(texts[at] ?? "")) {
    refuse("a search with an action in an unusual form");
  }
  const end = texts.indexOf(";", at);
  if (end !== -1 && end < texts.length - 1) refuse("a search with an action in an unusual form");
  const words = operands.slice(at + 1, end === -1 ? undefined : end).map(fill("{"));
  return {
    inner: [{ words: [...words, { unknown: "what is found" }], place: "here" }],
    writes: [],
  };
}

const isExec = (text: string): boolean =>
  /^-[A-Za-z]*[xX]/.test(text) || text.startsWith("--exec") || /^--e[xec]*$/.test(text);

/** A word in which the mark stands for what is found. */
export function fill(mark: string): (word: Word, index: number) => Word {
  return (word) => {
    const text = literal(word);
    return text?.includes(mark) === true ? { unknown: "what is filled in" } : word;
  };
}
