/** Covers secrets in a terminal's output that comes in pieces: one that two pieces share is found all the same. */
import { limits } from "../../../contracts/limits.ts";
import type { Redactor } from "../redact.ts";
import { visibleText } from "./terminal-text.ts";
import { mayGoOn } from "./wrapped.ts";

export type StreamOptions = {
  redactor: Redactor;
  /** The terminal's width, at which programs wrap what is longer. */
  columns: number;
  /** One character that each of a secret's becomes, so that what stands behind it stays where it was. */
  cover?: string;
};

/**
 * What comes out is as long as what went in, character for character, so pieces can be cut again where they were. It
 * is held back to the last line break, at most `limits.redactionHeldCharsMax` characters of it; `end` gives the rest.
 * Of a secret longer than that the beginning alone is covered.
 */
export class StreamRedactor {
  readonly #redactor: Redactor;
  readonly #cover: string;
  #columns: number;
  #held = "";

  constructor({ redactor, columns, cover = "*" }: StreamOptions) {
    this.#redactor = redactor;
    this.#columns = columns;
    this.#cover = cover;
  }

  /** The terminal has this width from here on. */
  resize(columns: number): void {
    this.#columns = columns;
  }

  /** Returns what is safe to show of all that has been written; the rest comes with a later call. */
  write(piece: string): string {
    this.#held += piece;
    if (this.#held.length > limits.redactionHeldCharsMax) return this.#giveLong();
    return breaks.some((letter) => piece.includes(letter)) ? this.#give("line") : "";
  }

  /** What is left. */
  end(): string {
    return this.#give("all");
  }

  #give(upTo: "line" | "all"): string {
    const view = visibleText(this.#held);
    const end =
      upTo === "all" ? this.#held.length : (view.at[safeEnd(view.text, this.#columns)] ?? 0);
    const given = this.#covered(view).slice(0, end);
    this.#held = this.#held.slice(end);
    return given;
  }

  /** Half of what is held, covered in the light of the other half. */
  #giveLong(): string {
    const covered = this.#covered(visibleText(this.#held));
    const end = covered.length - limits.redactionHeldCharsMax / 2;
    this.#held = covered.slice(end);
    return covered.slice(0, end);
  }

  #covered({ text, at }: ReturnType<typeof visibleText>): string {
    const found = this.#redactor.find(text, { columns: this.#columns });
    if (found.length === 0) return this.#held;
    const letters = this.#held.split("");
    for (const { from, to } of found) {
      for (let place = from; place < to; place += 1) {
        const original = at[place] ?? -1;
        // Line breaks and what is drawn around a dialog stay, and so do the sequences between.
        const isSecret = letters[original] === text[place] && !drawn.test(text[place] ?? "");
        if (isSecret) letters[original] = this.#cover;
      }
    }
    return letters.join("");
  }
}

/** What may come to a line break of the visible text. */
const breaks = ["\n", "\r", "\u001b"];
const drawn = /[\s│┃║▏▎▌▕▐|]/;

/** The last line break that no secret can reach across; 0 where there is none. */
function safeEnd(text: string, columns: number): number {
  const open = openKey(text);
  for (let brk = text.lastIndexOf("\n", open); brk > 0; brk = text.lastIndexOf("\n", brk - 1)) {
    const start = text.lastIndexOf("\n", brk - 1) + 1;
    if (!mayGoOn(text.slice(start, brk), columns)) return brk;
  }
  return 0;
}

/** Where a private key begins that has no end yet; else the text's end. */
function openKey(text: string): number {
  const begin = text.lastIndexOf("-----BEGIN ");
  if (begin < 0) return text.length;
  const header = text.slice(begin, begin + 64);
  const isPrivate = header.includes("PRIVATE") || !header.includes("-----", 11);
  return isPrivate && !text.includes("-----END ", begin) ? begin : text.length;
}
