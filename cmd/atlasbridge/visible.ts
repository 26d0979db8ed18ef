/** Text from a terminal, made safe to show on one: no escape sequence in a log may act on who reads it. */

/**
 * Controls, format characters (among them those that turn the direction of writing), line separators and lone
 * surrogates. The two joiners stay: scripts and emoji need them, and they move nothing.
 */
const unsafe = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;

/** On one line, every unsafe character replaced by a picture of it: `␛`, `␊`, `<U+202E>`. */
export function visible(text: string): string {
  return text.replace(unsafe, picture);
}

function picture(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}

/** JSON of the same value, with every unsafe character in its `\u` spelling. */
export function visibleJson(value: unknown, indent: number | null = 2): string {
  const text = JSON.stringify(value, null, indent ?? undefined);
  // Line ends are JSON's own layout here: within strings they are spelled out already.
  return text.replace(unsafe, (character) => (character === "\n" ? character : spelled(character)));
}

function spelled(character: string): string {
  let text = "";
  // By UTF-16 unit, as JSON counts.
  for (let at = 0; at < character.length; at += 1) {
    text += `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`;
  }
  return text;
}
