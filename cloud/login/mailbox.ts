/** E-mail addresses as they are compared: letters that only look the same are not the same. */
import { bounds } from "../limits/bounds.ts";

/** RFC 5321 §4.1.2 without quoted strings: printable ASCII on the left, a host name with a dot on the right. */
const shape =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z0-9]$/;

/**
 * In lower case, or null for what is no address here. Outside of ASCII nothing is an address: lower case and
 * normalisation make letters of one alphabet out of those of another, such as K (U+212A) and k.
 */
export function mailboxOf(text: string): string | null {
  if (text.length > bounds.emailCharsMax || /[^\x21-\x7e]/.test(text)) return null;
  const lower = text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  return shape.test(lower) ? lower : null;
}
