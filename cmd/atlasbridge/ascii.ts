/** What is said where the terminal's letters are not UTF-8: the same words, in ASCII. Pure. */

type Variables = Readonly<Record<string, string | undefined>>;

/** As locale(7) says: an empty variable is as none. Null where nothing was said. */
export function saysUtf8({ LC_ALL, LC_CTYPE, LANG }: Variables): boolean | null {
  const locale = [LC_ALL, LC_CTYPE, LANG].find((one) => one !== undefined && one !== "");
  return locale === undefined ? null : /utf-?8/i.test(locale);
}

const spelled: Readonly<Record<string, string>> = {
  ...{ "·": "-", "…": "...", "–": "-", "—": "-", "×": "x", "≥": ">", "≤": "<", "−": "-" },
  ...{ "↑": "^", "↓": "v", "→": ">", "←": "<", "›": ">", "‹": "<", "»": ">", "«": "<" },
  ...{ "─": "-", "│": "|", "┌": "+", "┐": "+", "└": "+", "┘": "+", "├": "+", "┤": "+", "┼": "+" },
  ...{ "█": "#", "░": ".", "●": "*", "○": "o", "✓": "+", "✗": "x", "▶": ">", "❯": ">" },
  ...{ "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", ß: "s", ø: "o", ł: "l", đ: "d" },
};

const noAscii = /[^\n\x20-\x7e]/gu;
/** What is left of a letter when its accents are taken off. */
const accents = /\p{Mn}/gu;

/** As wide as it was, so that columns stay where they are; but for an ellipsis. */
export function asciiOf(text: string): string {
  return text.normalize("NFC").replace(noAscii, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0x24_00 && code < 0x24_20) {
      return `^${String.fromCodePoint(code - 0x24_00 + 0x40)}`;
    }
    const known = spelled[character];
    if (known !== undefined) return known;
    const bare = character.normalize("NFD").replaceAll(accents, "");
    return /^[\x20-\x7e]$/.test(bare) ? bare : "?".repeat(Bun.stringWidth(character));
  });
}
