/** Boxes with buttons, as dialog and whiptail draw them: text, perhaps a list or a field, and `< Yes >`. */
import type { Option } from "../../contracts/prompt.ts";
import type { ScreenRow, Snapshot } from "../screen/snapshot.ts";
import {
  type Box,
  type Button,
  type ListEntry,
  entriesOf,
  FRAME,
  inner,
  listOptions,
  litEntry,
  TICKED,
} from "./dialog-list.ts";
import { lookAt, oddLook } from "./looks.ts";
import { meaningOfLabel, yesNoPair } from "./languages.ts";
import { type Reading, readingOf, type Scene } from "./reading.ts";
import { columnOf, lineAtRow, splitAtColumn } from "./region.ts";
import { withoutUnderlay } from "./overlay.ts";
import { isSecretText, withoutAnswer } from "./secrets.ts";

const BUTTON = /(?:\[<|[<[])\s{0,12}(\p{L}[\p{L}\d '’-]{0,24}?)\s{0,12}(?:>\]|[>\]])/gu;
const TOP = /[┌╔╭┏](?:[^┐╗╮┓│┃║]{0,200}[─═━ ]{2,}|[─═━ ]{2,}[^┐╗╮┓│┃║]{0,200})[┐╗╮┓]/u;
/** What buttons say where nothing but their ground shows that they are some. */
const BUTTON_WORDS = new Set(
  "ok okay yes no cancel back next quit exit save submit continue close apply help abort retry done finish".split(
    " ",
  ),
);
const BOX_ROWS_MAX = 60;

function buttonsOf(row: ScreenRow, above: ScreenRow | undefined): Button[] {
  const buttons: Button[] = [];
  for (const match of row.text.matchAll(BUTTON)) {
    const start = columnOf(row.text, match.index);
    buttons.push({ label: match[1]?.trim() ?? "", start, end: start + match[0].length });
  }
  const rest = row.text.replace(BUTTON, "").replace(/[│┃║|\s]/gu, "");
  if (rest === "") return buttons;
  const bare = bareButtons(row);
  const isBelowLine = /[├╠].*[─━═]{4,}/u.test(above?.text ?? "");
  return bare.length > 0 || !isBelowLine ? bare : litButtons(row);
}

/** Words below a line of their own of which one alone is reversed, so close to each other that only this parts them. */
function litButtons({ runs, text }: ScreenRow): Button[] {
  const shown = runs.filter((run) => /\p{L}/u.test(run.text));
  const labelOf = (run: { text: string }): string => run.text.replace(/[│┃║|]/gu, "").trim();
  const areLabels = shown.every((run) => /^\p{L}[\p{L} '’-]{0,24}$/u.test(labelOf(run)));
  const bare = (shownText: string): string => shownText.replace(/[│┃║|\s]/gu, "");
  const isAll = shown.map((run) => bare(run.text)).join("") === bare(text);
  if (shown.length < 2 || shown.length > 4 || !areLabels || !isAll) return [];
  if (shown.filter(({ inverse }) => inverse).length !== 1) return [];
  return shown.map((run) => ({ label: labelOf(run), start: run.start, end: run.end }));
}

/** `  Okay   Cancel  ` on grounds of their own, and nothing else in the row. */
function bareButtons(row: ScreenRow): Button[] {
  const words = [...row.text.matchAll(/[\p{L}\d'’-]+/gu)];
  if (!words.every(([word]) => BUTTON_WORDS.has(word.toLowerCase()))) return wordyButtons(row);
  const buttons = words.map((word) => buttonAt(row, word));
  return buttons.every((one) => isFilled(row, one.start)) ? buttons : wordyButtons(row);
}

function buttonAt(row: ScreenRow, found: RegExpExecArray): Button {
  const start = columnOf(row.text, found.index);
  return { label: found[0], start, end: start + found[0].length };
}

function isFilled(row: ScreenRow, column: number): boolean {
  const { bg, inverse } = lookAt(row, column);
  return bg !== -1 || inverse;
}

/** `  Overwrite    Cancel  `: one at least has a ground, which the gap beside it has not; a lit row of a table has both. */
function wordyButtons(row: ScreenRow): Button[] {
  const found = [...row.text.matchAll(/\p{L}[\p{L}\d'’-]*(?: [\p{L}\d'’-]+){0,4}/gu)];
  const buttons = found.map((one) => buttonAt(row, one));
  const isOne = ({ label }: Button): boolean =>
    BUTTON_WORDS.has(label.split(" ")[0]?.toLowerCase() ?? "");
  if (buttons.length < 2 || buttons.length > 4 || !buttons.some(isOne)) return [];
  const gaps = buttons.slice(1).map(({ start }, at) => (start + (buttons[at]?.end ?? start)) >> 1);
  const lit = buttons.filter((one) => isFilled(row, one.start)).length;
  const areParted = gaps.every((column) => !isFilled(row, column));
  return areParted && (lit === 1 || lit === buttons.length) ? buttons : [];
}

function boxOf(snapshot: Snapshot): Box | null {
  const { screen, cursor } = snapshot;
  for (let at = screen.length - 1; at >= 0; at -= 1) {
    const row = screen[at];
    if (row === undefined || !FRAME.test(row.text)) continue;
    const buttons = buttonsOf(row, screen[at - 1]);
    if (buttons.length === 0) continue;
    const top = topOf(screen, at);
    if (top < 0 || (cursor.visible && (cursor.y < top || cursor.y > at + 1))) continue;
    const rows = screen.slice(top + 1, at).map((one) => inner(one.text));
    return { top, bottom: Math.min(at + 1, screen.length - 1), buttonRow: at, buttons, rows };
  }
  return null;
}

function topOf(screen: readonly ScreenRow[], from: number): number {
  let outermost = -1;
  for (let at = from - 1; at >= Math.max(0, from - BOX_ROWS_MAX); at -= 1) {
    const text = screen[at]?.text ?? "";
    if (TOP.test(text) && !FRAME.test(text.replace(TOP, ""))) return at;
    if (!FRAME.test(text) && !/[├╠└┌]/u.test(text)) break;
    outermost = at;
  }
  return TOP.test(screen[outermost]?.text ?? "") ? outermost : -1;
}

function plainText(rows: readonly string[]): string {
  const framed = /[│┃║|┌└├╔╚╠]/u;
  const texts = rows.filter((row) => !framed.test(row)).map((row) => row.trim());
  return texts.filter((text) => text !== "").join("\n");
}

/** All text, where a frame of its own holds it. */
function framedText(rows: readonly string[]): string {
  const texts = rows.map((row) => row.replace(/[│┃║|┌└├╔╚╠┐┘┤╗╝╣─═━]/gu, " ").trim());
  return texts.filter((text) => /\p{L}/u.test(text)).join("\n");
}

/** The button that holds the cursor or looks like no other; -1 where none does. */
function selectedButton({ screen, cursor }: Snapshot, { buttonRow, buttons }: Box): number {
  const row = screen[buttonRow];
  const under = buttons.findIndex(
    ({ start, end }) => cursor.y === buttonRow && cursor.x >= start && cursor.x < end,
  );
  if (under >= 0 && cursor.visible) return under;
  const inverse = buttons.flatMap(({ start, end }, at) =>
    row?.runs.some((run) => run.inverse && run.start < end && run.end > start) === true ? [at] : [],
  );
  if (inverse.length === 1) return inverse[0] ?? -1;
  return oddLook(buttons.map(({ start }) => lookAt(row, start)))?.at ?? under;
}

function buttonOptions(snapshot: Snapshot, box: Box): Option[] {
  const selected = selectedButton(snapshot, box);
  return box.buttons.map((button, at) => ({
    label: button.label,
    key: null,
    meaning: meaningOfLabel(button.label),
    selected: at === selected,
    checked: null,
  }));
}

/** The cursor stands in a field: a row of the box that is blank around it, or holds only a value. */
function inField(snapshot: Snapshot, box: Box): boolean {
  const { cursor } = snapshot;
  if (cursor.y >= box.buttonRow || cursor.y <= box.top) return false;
  const row = snapshot.screen[cursor.y]?.text ?? "";
  const text = inner(inner(row)).replace(/_/g, "").trim();
  if (!cursor.visible || TICKED.test(text)) return false;
  const entries = entriesOf(snapshot, box);
  if (text === "" || entries.length <= 1 || litEntry(snapshot, entries) < 0) return true;
  // One of several fields, with its name before it.
  return /\p{L}/u.test(splitAtColumn(row, cursor.x).left.replace(/^.*[│┃║|]/u, ""));
}

/** A field without a frame: what stands in it, and the place that is left for more. No name stands before it. */
const UNDERSCORED = /^\s*([^\s_:：?](?:[^?]*[^\s_:：?])?)??_{4,}\s*$/u;

type Asked = Pick<Reading, "kind" | "rule"> & Partial<Pick<Reading, "options" | "default">>;

/** `Okay` and `Cancel` below a question are its yes and its no. */
function agreeing(buttons: Option[], question: string): Option[] {
  const pair = yesNoPair(buttons.map((one) => one.label));
  const meaningOf = (label: string): Option["meaning"] => {
    const lower = label.toLowerCase();
    if (pair !== null) return lower === pair.yes ? "yes" : lower === pair.no ? "no" : null;
    if (!/[?？]\s*$/u.test(question) || buttons.length !== 2) return null;
    if (/^(?:ok|okay|continue|proceed|accept|confirm)$/.test(lower)) return "yes";
    return /^(?:cancel|abort)$/.test(lower) ? "no" : null;
  };
  return buttons.map((one) => ({ ...one, meaning: meaningOf(one.label) ?? one.meaning }));
}

/** What the buttons leave to choose: among themselves, or among the entries of a list above them. */
function choiceIn(snapshot: Snapshot, box: Box, question: string): Asked {
  const entries = choicesAbove(snapshot, box);
  const shown = buttonOptions(snapshot, box);
  const buttons = entries.length > 1 ? shown : agreeing(shown, question);
  const chosen = buttons.find((one) => one.selected)?.label ?? null;
  const meanings = buttons.map((one) => one.meaning);
  if (buttons.length <= 3 && meanings.includes("yes") && meanings.includes("no")) {
    return { kind: "yes_no", options: buttons, default: chosen, rule: "dialog:yes-no" };
  }
  if (entries.length > 1) {
    const options = listOptions(snapshot, entries);
    const lit = options.find((one) => one.selected)?.label ?? null;
    return { kind: "multiple_choice", options, default: lit, rule: "dialog:list" };
  }
  if (buttons.length === 1) {
    return { kind: "confirm_enter", default: chosen, rule: "dialog:buttons" };
  }
  return { kind: "multiple_choice", options: buttons, default: chosen, rule: "dialog:buttons" };
}

/** Rows of a text of which none is set off, and nothing but a button to leave it: nothing is to be chosen. */
function choicesAbove(snapshot: Snapshot, box: Box): ListEntry[] {
  const entries = entriesOf(snapshot, box);
  const isChosenFrom =
    litEntry(snapshot, entries) >= 0 || entries.some(({ text }) => TICKED.test(text));
  return box.buttons.length > 1 || isChosenFrom ? entries : [];
}

/** What a field's own row asks, without what was typed into it. */
function askedIn(row: string): string {
  const asked = withoutAnswer(row);
  return asked === row ? "" : asked;
}

/** What stands in the only field before the cursor: Enter takes it. */
function valueIn({ screen, cursor }: Snapshot, box: Box): string | null {
  const row = screen[cursor.y]?.text ?? "";
  const bare = UNDERSCORED.exec(inner(row))?.[1];
  if (bare !== undefined) return bare;
  const framed = /[│┃║|][^│┃║|]*[│┃║|]/u.test(inner(row)) ? inner(row) : null;
  const value = framed === null ? null : inner(framed).replace(/_/g, " ").trim();
  const isSole = box.rows.filter((text) => FRAME.test(text)).length === 1;
  return value === null || value === "" || !isSole ? null : value;
}

/** Recognises a box whose buttons stand in its last row and which holds the cursor. */
export function recogniseDialogBox(scene: Scene): Reading | null {
  const { region } = scene;
  if (scene.termios?.canonical === true) return null;
  const inner = withoutUnderlay(region.snapshot, buttonWithin(region.snapshot));
  if (inner !== null) return boxReading({ ...scene, region: { ...region, snapshot: inner } });
  const own = boxReading(scene);
  if (own !== null) return own;
  const alone = withoutUnderlay(region.snapshot);
  return alone === null ? null : boxReading({ ...scene, region: { ...region, snapshot: alone } });
}

/** A button whose row has the sides of two frames around it: the inner one is a box of its own. */
function buttonWithin(snapshot: Snapshot): { x: number; y: number } | null {
  const box = boxOf(snapshot);
  const [button] = box?.buttons ?? [];
  const text = snapshot.screen[box?.buttonRow ?? -1]?.text ?? "";
  if (box === null || button === undefined) return null;
  const sides = (part: string): number => part.match(/[│┃║]/gu)?.length ?? 0;
  const { left, right } = splitAtColumn(text, button.start);
  const isNested = sides(left) === 2 && sides(right) === 2 && box.rows.length > BUTTON_ROWS;
  return isNested ? { x: button.start, y: box.buttonRow } : null;
}

/** A button with a frame of its own takes so many rows. */
const BUTTON_ROWS = 3;

function boxReading(scene: Scene): Reading | null {
  const { snapshot } = scene.region;
  const box = boxOf(snapshot);
  if (box === null) return null;
  const listed = new Set(entriesOf(snapshot, box).map(({ row }) => row - box.top - 1));
  const asking = box.rows.filter(
    (row, at) => !UNDERSCORED.test(row) && (listed.size < 2 || !listed.has(at)),
  );
  const plain = plainText(asking);
  const question =
    (/\p{L}{2}/u.test(plain) ? plain : framedText(box.rows)) ||
    (snapshot.screen[box.top]?.text.trim() ?? "");
  const place = {
    question,
    firstLine: lineAtRow(snapshot.lines, box.top),
    lastLine: lineAtRow(snapshot.lines, box.bottom),
    dialog: true,
  };
  if (inField(snapshot, box)) {
    if (!isSecretText(question)) {
      const value = valueIn(snapshot, box);
      return readingOf(scene, "free_text", {
        ...place,
        prefilled: value,
        default: value,
        rule: "dialog:field",
      });
    }
    const field = snapshot.cursor.y - box.top - 1;
    const asked = box.rows.map((row, at) => (at === field ? askedIn(row) : withoutAnswer(row)));
    const secret = { ...place, question: plainText(asked), rule: "dialog:field" };
    return readingOf(scene, "password", secret);
  }
  const { kind, ...parts } = choiceIn(snapshot, box, question);
  return readingOf(scene, kind, { ...place, ...parts });
}
