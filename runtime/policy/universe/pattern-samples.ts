/** Short texts that a pattern matches: one for each of its alternatives, checked against the pattern itself. Pure. */
import { compilePattern } from "../pattern.ts";

const samplesMax = 12;
const partsMax = 16;

/** Empty where none was found: the pattern says more than is read here. */
export function samplesOf(pattern: string): string[] {
  const compiled = compilePattern(pattern);
  if (!compiled.ok) return [];
  const reader = new Reader(pattern);
  const found = [...new Set(reader.alternatives())].filter(compiled.matches);
  return found.slice(0, samplesMax);
}

const common = ["x", "0", " ", "-", "~"];

/** Reads just enough of RE2's syntax; what it does not know it takes for a letter. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  alternatives(): string[] {
    const all = this.#sequence();
    while (this.#peek() === "|") {
      this.#at += 1;
      all.push(...this.#sequence());
    }
    return all;
  }

  #peek(): string | undefined {
    return this.#text[this.#at];
  }

  #sequence(): string[] {
    let made = [""];
    for (let next = this.#peek(); next !== undefined; next = this.#peek()) {
      if (next === "|" || next === ")") break;
      const atoms = this.#repeated(this.#atom());
      made = made.flatMap((start) => atoms.map((end) => start + end)).slice(0, partsMax);
    }
    return made;
  }

  /** With the fewest and, where it may be left out, with one. */
  #repeated(atoms: string[]): string[] {
    const found = /^(?:\*|\+|\?|\{(\d+)(?:,\d*)?\})\??/.exec(this.#text.slice(this.#at));
    if (found === null) return atoms;
    this.#at += found[0].length;
    const least = found[1] === undefined ? (found[0].startsWith("+") ? 1 : 0) : Number(found[1]);
    const few = atoms.map((atom) => atom.repeat(Math.min(least, 50)));
    return least === 0 ? ["", ...atoms] : few;
  }

  #atom(): string[] {
    const sign = this.#text[this.#at] ?? "";
    this.#at += 1;
    if (sign === "(") return this.#group();
    if (sign === "[") return [this.#class()];
    if (sign === "\\") return [this.#escape()];
    if (sign === "^" || sign === "$") return [""];
    return [sign === "." ? "x" : sign];
  }

  #group(): string[] {
    const flags = /^\?(?:P?<\w+>|[a-zA-Z-]*:?)/.exec(this.#text.slice(this.#at));
    this.#at += flags?.[0].length ?? 0;
    const inner = this.alternatives();
    if (this.#peek() === ")") this.#at += 1;
    return inner;
  }

  /** One character of the class. */
  #class(): string {
    const found = /^\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]/.exec(this.#text.slice(this.#at));
    if (found === null) return "[";
    this.#at += found[0].length;
    const compiled = compilePattern(`^[${found[0]}$`);
    const letters = [...Array.from(found[0].replace(/\\/g, "")), ...common];
    return letters.find((one) => compiled.ok && compiled.matches(one)) ?? "x";
  }

  #escape(): string {
    const letter = this.#text[this.#at] ?? "";
    this.#at += 1;
    return meaningOf(letter);
  }
}

function meaningOf(letter: string): string {
  const known: Readonly<Record<string, string>> = {
    ...{ b: "", B: "", A: "", z: "", d: "1", w: "x", s: " ", S: "x", D: "x", W: " " },
    ...{ n: "\n", t: "\t" },
  };
  return known[letter] ?? letter;
}
