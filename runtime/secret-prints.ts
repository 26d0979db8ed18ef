/** Recognises secrets in text without keeping them: what stays in memory is their length and a keyed hash. */
import type { Random } from "./random.ts";

/** Shorter ones would be found in ordinary words. */
const secretBytesMin = 3;
/** More than these are not typed in one session; the oldest give way. */
const secretsMax = 64;
const seedBytes = 8;

export class SecretPrints {
  readonly #seed: bigint;
  #prints: readonly { length: number; hash: bigint }[] = [];

  constructor(random: Pick<Random, "bytes">) {
    this.#seed = Buffer.from(random.bytes(seedBytes)).readBigUInt64LE();
  }

  /** The bytes stay the caller's. */
  add(secret: Uint8Array): void {
    if (secret.length < secretBytesMin) return;
    const print = { length: secret.length, hash: this.#hash(secret) };
    // Longest first, so that none hides a part of another.
    const all = [...this.#prints, print].slice(-secretsMax);
    this.#prints = all.toSorted((a, b) => b.length - a.length);
  }

  /** The text with what `by` makes of each secret in its place. */
  cover(text: string, by: (found: string) => string): string {
    let result = text;
    for (const print of this.#prints) result = this.#coverOne(result, print, by);
    return result;
  }

  #coverOne(
    text: string,
    { length, hash }: { length: number; hash: bigint },
    by: (found: string) => string,
  ): string {
    const bytes = new TextEncoder().encode(text);
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    let result = "";
    let from = 0;
    for (let at = 0; at + length <= bytes.length; at += 1) {
      const found = bytes.subarray(at, at + length);
      if (this.#hash(found) !== hash) continue;
      result += decoder.decode(bytes.subarray(from, at)) + by(decoder.decode(found));
      from = at + length;
      at = from - 1;
    }
    return from === 0 ? text : result + decoder.decode(bytes.subarray(from));
  }

  #hash(bytes: Uint8Array): bigint {
    return Bun.hash.wyhash(bytes, this.#seed);
  }
}
