/** Text from a terminal or from anybody's file with pictures in place of what could act on who reads it. Pure. */

/**
 * Controls, format characters (among them those that turn the direction of writing), separators and lone surrogates.
 */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;
/** Lines are laid out as lines; the two joiners stay, since scripts and emoji need them. */
const harmless = new Set(["\t", "\n", "\u200c", "\u200d"]);

/** `␛`, `<U+202E>`. */
export function visible(text: string): string {
  return text.replace(unsafe, (character) =>
    harmless.has(character) ? character : picture(character),
  );
}

function picture(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}
