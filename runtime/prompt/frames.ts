/** Frames that programs draw around what they ask: their edges, and the text without them. */
import type { ScreenRow } from "../screen/snapshot.ts";

/** A row that begins with a corner. */
export const EDGE = /^[\s│┃║]*[┌╔╭┏└╚╰┗├╠][─═━]*/u;
export const DRAWN = /[─━═▀▄▔▁]{4,}/u;

/** The frame around a row: the row of its upper edge, -1 where there is none. */
export function edgeAbove(rows: readonly ScreenRow[], from: number): number {
  for (let at = from - 1; at >= 0; at -= 1) {
    const text = rows[at]?.text ?? "";
    if (/[┌╔╭┏][─═━ ]/u.test(text)) return at;
    if (!/[│┃║]/u.test(text)) return -1;
  }
  return -1;
}

/** Text of a row without its frame; of an edge, its title. */
export function bareText(shown: string): string {
  const text = shown.replace(/[│┃║┌┐└┘╭╮╰╯╔╗╚╝├┤╠╣┏┓┗┛─━═]/gu, " ");
  return text.replace(/^\s*[◆▲■]\s/u, "").trim();
}

const HINTED_CHARS_MAX = 1_000;
/** What keys to use, in brackets behind a question. */
const KEY_HINT = /\s*[([](?:press|use|type|hit|ctrl|[←→↑↓]|enter|esc|<)[^()[\]]{0,140}[)\]]\s*$/iu;

export function withoutKeyHint(text: string): string {
  return text.length > HINTED_CHARS_MAX ? text : text.replace(KEY_HINT, " ");
}
