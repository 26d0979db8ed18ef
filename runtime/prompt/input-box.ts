/** The box in which a full-screen tool takes its next request: it is always there, and is no question. */
import type { Snapshot } from "../screen/snapshot.ts";
import type { Reading, Scene } from "./reading.ts";
import type { Region } from "./region.ts";

/** The upper or lower edge of a box across the screen. */
const EDGE = /^[\s╭╮╰╯┌└]*[─━═▀▄▔▁]{16,}/u;
/** A mark to write behind; `❯ 1. Yes` is an option. */
const MARKED = /^[\s│┃]*[❯›>»]\s(?!\s*(?:\d{1,2}|\w)[.)]\s)/u;
const MARKED_AT_LEFT = /^[❯›»] (?!\d{1,2}[.)] )/u;
const BOX_ROWS_MAX = 8;
const FOOTER_ROWS_MAX = 3;

/** The cursor stands in such a box, whether or not something is written there. */
export function isInputBox(scene: Scene): boolean {
  if (scene.termios?.canonical !== false) return false;
  const { snapshot } = scene.region;
  return (
    isEmpty(scene) || isBetweenEdges(snapshot) || isInGutter(snapshot) || isAboveFooter(snapshot)
  );
}

/**
 * A command line with more of the tool's screen below it is a box for the next request, not a question. A shell or a
 * client that reads a command has nothing below its cursor.
 */
export function isCommandBox({ rule }: Reading, { region, termios }: Scene): boolean {
  if (termios?.canonical !== false || !rule.startsWith("command-line:")) return false;
  if (!hasTextBelow(region.snapshot) || hasKeyBar(region.snapshot)) return false;
  // A box is one by its form, whatever is being written in it.
  return rule === "command-line:box" || !hasToolbar(region);
}

/** `1Help  2Menu … 10Quit` in the last row: a file manager, whose command line is one way of many to use it. */
function hasKeyBar({ screen }: Snapshot): boolean {
  return /^\s*1\s?\p{L}+\s+2\s?\p{L}+.*\b10\s?\p{L}+\s*$/u.test(screen.at(-1)?.text ?? "");
}

/**
 * Line editors may show a status in the last row of the screen, far below the line that has a name of its own. An
 * interpreter's mark is known by itself.
 */
function hasToolbar({ snapshot: { screen, cursor, rows }, before }: Region): boolean {
  if (/^(?:>>>|\.\.\.|In \[\d+\]:)\s?$/u.test(before)) return true;
  if (isCompletionBar(screen.slice(cursor.y + 1).map(({ text }) => text))) return true;
  if (!/\p{L}{2}\S* ?\S{1,3}\s?$/u.test(before)) return false;
  const below = screen.flatMap(({ text }, at) => (at > cursor.y && text.trim() !== "" ? [at] : []));
  return below.length === 1 && below[0] === rows - 1;
}

/** Words to be completed to, in one row of cells right below the line that is being written. */
function isCompletionBar([top = "", words = "", bottom = "", ...rest]: readonly string[]): boolean {
  return (
    /^[┌╭]─+┬[─┬]+[┐╮]?$/u.test(top.trim()) &&
    words.includes("│") &&
    /^[└╰]─+┴[─┴]+[┘╯]?$/u.test(bottom.trim()) &&
    rest.every((text) => text.trim() === "")
  );
}

function hasTextBelow({ screen, cursor }: Snapshot): boolean {
  return screen.slice(cursor.y + 1).some((row) => row.text.trim() !== "");
}

/** A mark to type behind, with more of the tool's screen below it. */
function isEmpty({ region: { snapshot, before, hanging, index } }: Scene): boolean {
  if (hanging || !/^[\s│┃]*[❯›>➜»]\s*$/u.test(before)) return false;
  const drawn = snapshot.lines[index]?.text.slice(before.length).trim() ?? "";
  if (/^(?:\d{1,2}|[a-z])[.)]\s/i.test(drawn)) return false;
  const below = snapshot.screen[snapshot.cursor.y + 1]?.text ?? "";
  const isBoxed = /^[\s╰└]*[─━▀═]{8,}/u.test(below);
  return isBoxed || (hasTextBelow(snapshot) && below.trim() === "");
}

/** A box across the screen with a mark in its first row and the cursor in it: what stands there is being written. */
function isBetweenEdges({ screen, cursor }: Snapshot): boolean {
  const texts = screen.map((row) => row.text);
  const from = Math.max(0, cursor.y - BOX_ROWS_MAX);
  const top = from + texts.slice(from, cursor.y).findLastIndex((text) => EDGE.test(text));
  const below = texts.slice(cursor.y + 1, cursor.y + 1 + BOX_ROWS_MAX);
  if (!EDGE.test(texts[top] ?? "") || !below.some((text) => EDGE.test(text))) return false;
  return MARKED.test(texts[top + 1] ?? "");
}

/** A box of half blocks: a bar at its left, and a lower edge that the bar ends in. */
function isInGutter({ screen, cursor }: Snapshot): boolean {
  if (!/^\s{0,4}┃/u.test(screen[cursor.y]?.text ?? "")) return false;
  const below = screen.slice(cursor.y + 1, cursor.y + 1 + BOX_ROWS_MAX).map((row) => row.text);
  const edge = below.findIndex((text) => /^\s{0,4}╹▀{16,}/u.test(text));
  return edge >= 0 && below.slice(0, edge).every((text) => /^\s{0,4}┃/u.test(text));
}

/** On a screen of its own: a mark at the very left with text behind it, a blank row, and the tool's footer. */
function isAboveFooter({ screen, cursor, alternate }: Snapshot): boolean {
  if (!alternate || !MARKED_AT_LEFT.test(screen[cursor.y]?.text ?? "") || cursor.x < 2)
    return false;
  const below = screen.slice(cursor.y + 1).map((row) => row.text.trim());
  const footer = below.filter((text) => text !== "");
  return below[0] === "" && footer.length > 0 && footer.length <= FOOTER_ROWS_MAX;
}
