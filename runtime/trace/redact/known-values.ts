/** Values that are secrets because something says so: of environment variables, wherever they turn up. */
import type { Found } from "./found.ts";
import { isSecretVariable } from "./names.ts";

/** Shorter ones would blot out ordinary words. */
const valueCharsMin = 8;
/** More than these are not looked for; the longest come first. */
const valuesMax = 256;
const valueCharsMax = 16_384;

const plainWords = /^(?:[a-z]+|[A-Z]+|[A-Z][a-z]+)$/;
const wordCharsMax = 10;
const path = /^(?:~|\.{0,2}\/|[A-Za-z]:\\)[\w./\\ @+-]*$/;

/** The values of variables with telling names, and the forms in which others write them. */
export function secretValues(variables: Readonly<Record<string, string>>): string[] {
  const values = new Set<string>();
  for (const [name, value] of Object.entries(variables)) {
    if (!isSecretVariable(name) || !canBeSecret(value)) continue;
    values.add(value);
    values.add(JSON.stringify(value).slice(1, -1));
    if (value.isWellFormed()) values.add(encodeURIComponent(value));
    for (const encoded of inBase64(value)) values.add(encoded);
  }
  return [...values].toSorted((a, b) => b.length - a.length).slice(0, valuesMax);
}

/** Whole, and without what its last characters share with whatever is encoded behind it, as a line break. */
function inBase64(value: string): string[] {
  const bytes = Buffer.from(value);
  const shared = bytes.subarray(0, bytes.length - (bytes.length % 3));
  return [bytes.toString("base64").replace(/=+$/, ""), shared.toString("base64")];
}

function canBeSecret(value: string): boolean {
  if (value.length < valueCharsMin || value.length > valueCharsMax) return false;
  // A mode or a place, not what opens a door.
  if (plainWords.test(value) && value.length <= wordCharsMax) return false;
  return !path.test(value) && !/^\d{1,9}$/.test(value);
}

/** `values`: the longest first. */
export function findKnown(text: string, values: readonly string[]): Found[] {
  const found: Found[] = [];
  for (const value of values) {
    for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + value.length)) {
      found.push({ kind: "environment", from: at, to: at + value.length });
    }
  }
  return found;
}
