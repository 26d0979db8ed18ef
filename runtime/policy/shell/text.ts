/** Refuses texts that may look different from what a shell reads: unseen, look-alike and control characters. */
import { limits } from "../../../contracts/limits.ts";

const isPlain = /^[\n\t -~]*$/;

/** In this order: the first that is found names the reason. */
const hidden: readonly (readonly [RegExp, string])[] = [
  [/\p{Cs}/u, "half a character"],
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  [/\u001b|\u009b/, "a terminal escape sequence"],
  [/\0/, "a NUL character"],
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  [/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/, "a control character"],
  [
    /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/,
    "a character that turns the direction of text",
  ],
  [/[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u, "an invisible character"],
  [/[\p{Zl}\p{Zp}]/u, "a line break that shells do not know"],
  [/(?! )\p{Zs}/u, "a space that shells do not know"],
  [/[\p{Co}\p{Cn}]/u, "a character without a meaning"],
  [/(?:^|[\s\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e])\p{M}/u, "a mark on no letter"],
  // Full-width and other forms of the shell's own characters: `；`, `｜`, `＞`.
  [
    /[\uff01-\uff60\uffe0-\uffee\u037e\ufe10-\ufe1f\ufe30-\ufe6f]/,
    "a look-alike of another character",
  ],
  // What looks like a slash, a bar, a star, a tilde, one or two dots, an arrow, a backquote.
  [
    /[\u2044\u2215\u2216\u2571\u2572\u29f5\u29f8\u01c0\u2223\u2758\u2217\u204e\u223c\u02dc\u2024\u2025\u02c2\u02c3\u1438\u1433\u02cb]/,
    "a look-alike of another character",
  ],
];

/** Why the text cannot be taken for what it shows; null when it can. */
export function objectToCharacters(text: string): string | null {
  if (text.length > limits.shellCharsMax) return "more text than is read";
  if (isPlain.test(text)) return text.trim() === "" ? "no command" : null;
  const found = hidden.find(([pattern]) => pattern.test(text));
  if (found !== undefined) return found[1];
  return text.normalize("NFC") === text ? null : "letters in a form that is not the usual one";
}

/** Program names of other letters look like those of known programs. */
export function objectToProgram(program: string): string | null {
  if (program === "") return "a program without a name";
  if (program.startsWith("-")) return "an option in a program's place";
  return /^[!-~]+$/.test(program) ? null : "a program name in other than plain letters";
}
