/** Writes lines of asciicast into bytes: a tool's output as it is, without making text of it first. */
import { isUtf8 } from "node:buffer";
import { castSeconds } from "../pty/cast-text.ts";

const backslash = 0x5c;
const digits = Buffer.from("0123456789abcdef");

/** By byte: 0 where it stands in a JSON string as it is (RFC 8259 §7), the letter behind the backslash, or `u`. */
const escapes = new Uint8Array(256);
escapes.fill(letter("u"), 0, 0x20);
for (const [byte, name] of [
  ["\b", "b"],
  ["\t", "t"],
  ["\n", "n"],
  ["\f", "f"],
  ["\r", "r"],
  ['"', '"'],
  ["\\", "\\"],
] as const) {
  escapes[letter(byte)] = letter(name);
}

/** A byte of a string comes to at most this many. */
const escapedBytesMax = 6;
const aroundBytesMax = 64;

export class CastLines {
  #out: Buffer<ArrayBuffer> = Buffer.allocUnsafe(0);
  #length = 0;

  /** An output event. What is not UTF-8 is replaced, as a terminal does. */
  output(atMs: number, bytes: Buffer): void {
    const text = isUtf8(bytes) ? bytes : Buffer.from(bytes.toString());
    this.#makeRoom(text.length * escapedBytesMax + aroundBytesMax);
    this.#length += this.#out.write(`[${castSeconds(atMs)},"o","`, this.#length, "latin1");
    this.#escaped(text);
    this.#length += this.#out.write('"]\n', this.#length, "latin1");
  }

  /** A line that is text already, with its line feed. */
  line(text: string): void {
    this.#makeRoom(text.length * 3);
    this.#length += this.#out.write(text, this.#length);
  }

  /** All of it, valid until more is written. */
  take(): Buffer<ArrayBuffer> {
    const lines = this.#out.subarray(0, this.#length);
    this.#length = 0;
    return lines;
  }

  #escaped(text: Uint8Array): void {
    const out = this.#out;
    let at = this.#length;
    for (let index = 0; index < text.length; index += 1) {
      const byte = text[index] ?? 0;
      const escape = escapes[byte] ?? 0;
      if (escape === 0) {
        out[at++] = byte;
        continue;
      }
      out[at++] = backslash;
      out[at++] = escape;
      if (escape !== unicode) continue;
      out[at++] = zero;
      out[at++] = zero;
      out[at++] = digits[byte >> 4] ?? zero;
      out[at++] = digits[byte & 15] ?? zero;
    }
    this.#length = at;
  }

  #makeRoom(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#out.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#out.length * 2));
    this.#out.copy(larger, 0, 0, this.#length);
    this.#out = larger;
  }
}

function letter(text: string): number {
  return text.charCodeAt(0);
}

const unicode = letter("u");
const zero = letter("0");
