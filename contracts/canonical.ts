/** JSON in exactly one spelling (RFC 8785, JCS), so that a hash over it means the same everywhere. */
import canonicalize from "canonicalize";

/**
 * Canonical JSON text of a plain JSON value.
 * Throws on what JSON cannot say: NaN, infinities, functions, undefined at the top, lone surrogates.
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("not a JSON value: nothing to canonicalise");
  return text;
}
