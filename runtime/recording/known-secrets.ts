/** What was typed at secrets' prompts of a session, and what its environment holds: its recording shows none of it. */
import { limits } from "../../contracts/limits.ts";
import type { Random } from "../random.ts";
import { SecretPrints } from "../secret-prints.ts";

// Shorter ones would blot out ordinary words; more than these are not typed in one session.
const secretCharsMin = 3;
const secretsMax = 64;

const backspaces = new Set(["\u007f", "\b"]);

export class KnownSecrets {
  readonly #prints: SecretPrints;
  readonly #standing: readonly { text: string; bytes: Buffer }[];
  #typing = "";
  #known: readonly string[] = [];
  #longestLent = 0;

  /** `standing`: those that are known from the beginning. */
  constructor(random: Pick<Random, "bytes">, standing: readonly string[] = []) {
    this.#prints = new SecretPrints(random);
    this.#standing = standing.map((text) => ({ text, bytes: Buffer.from(text) }));
  }

  /** Whether one may be in these bytes, or begin at their end: in most there is none, and they need not be read. */
  mayBeIn(shown: Buffer): boolean {
    if (this.#longestLent > 0 || this.#learnt().length > 0) return true;
    return this.#standing.some(({ bytes }) => {
      if (shown.includes(bytes)) return true;
      const end = shown.subarray(Math.max(0, shown.length - bytes.length));
      return overlap(end.toString("latin1"), bytes.toString("latin1")) > 0;
    });
  }

  /** One of the keychain's, with an Enter behind it: of it only its print is kept. */
  lent(keys: Uint8Array): void {
    this.#prints.add(keys.subarray(0, -1));
    this.#longestLent = Math.max(this.#longestLent, keys.length - 1);
  }

  /** Keys at a secret's prompt; a line that is sent off is a secret. */
  typed(keys: string): void {
    for (const key of keys) {
      if (key === "\r" || key === "\n") this.#remember();
      else if (backspaces.has(key)) this.#typing = this.#typing.slice(0, -1);
      else if (key >= " " && this.#typing.length < limits.secretBytesMax) this.#typing += key;
    }
  }

  /** A text of the same length, with stars in place of every secret. */
  covered(text: string): string {
    const stars = (found: string): string => "*".repeat(found.length);
    const rest = this.#all().reduce((left, one) => left.replaceAll(one, stars(one)), text);
    return this.#longestLent === 0 ? rest : this.#prints.cover(rest, stars);
  }

  /** How many characters at the end may be the beginning of a secret. */
  beginningAtEnd(text: string): number {
    // Of a print nobody can tell where it begins.
    const begun = this.#all().map((secret) => overlap(text, secret));
    return Math.min(text.length, Math.max(this.#longestLent - 1, 0, ...begun));
  }

  /** Longest first, so that none hides a part of another. */
  #all(): string[] {
    const standing = this.#standing.map(({ text }) => text);
    return [...this.#learnt(), ...standing].toSorted((a, b) => b.length - a.length);
  }

  #learnt(): string[] {
    return [...this.#known, this.#typing].filter((secret) => secret.length >= secretCharsMin);
  }

  #remember(): void {
    if (this.#typing.length >= secretCharsMin) {
      this.#known = [...this.#known, this.#typing].slice(-secretsMax);
    }
    this.#typing = "";
  }
}

/** The longest end of `text` that `secret` begins with, the whole of it excepted. */
function overlap(text: string, secret: string): number {
  for (let length = Math.min(text.length, secret.length - 1); length > 0; length -= 1) {
    if (text.endsWith(secret.slice(0, length))) return length;
  }
  return 0;
}
