/** Boxes with buttons, as dialog and whiptail draw them: text, perhaps a list or a field, and `< Yes >`. */
import { limits } from "../../contracts/limits.ts";
import type { Option } from "../../contracts/prompt.ts";
import type { ScreenRow, Snapshot } from "../screen/snapshot.ts";
import { meaningOfLabel, yesNoPair } from "./languages.ts";
import { type Reading, readingOf, type Scene } from "./reading.ts";
import { columnOf, lineAtRow } from "./region.ts";
import { isSecretText, withoutAnswer } from "./secrets.ts";

type Button = { label: string; start: number; end: number };
type Box = { top: number; bottom: number; buttonRow: number; buttons: Button[]; rows: string[] };

const BUTTON = /[<[]\s{0,6}(\p{L}[\p{L} ]{0,18}?)\s{0,6}[>\]]/gu;
const FRAME = /[│┃║|]/u;
const TOP = /[┌╔╭┏][─═━ \p{L}\p{N}┤├╡╞()_.:!?'-]*[┐╗╮┓]/u;
const BOX_ROWS_MAX = 60;

function buttonsOf(row: ScreenRow): Button[] {
  const buttons: Button[] = [];
  for (const match of row.text.matchAll(BUTTON)) {
    const start = columnOf(row.text, match.index);
    buttons.push({ label: match[1]?.trim() ?? "", start, end: start + match[0].length });
  }
  return buttons;
}

function inner(text: string): string {
  return text.replace(/^[^│┃║|]*[│┃║|]/u, "").replace(/[│┃║|][^│┃║|]*$/u, "");
}

function boxOf(snapshot: Snapshot): Box | null {
  const { screen, cursor } = snapshot;
  for (let at = screen.length - 1; at >= 0; at -= 1) {
    const row = screen[at];
    if (row === undefined || !FRAME.test(row.text)) continue;
    const buttons = buttonsOf(row);
    const rest = row.text.replace(BUTTON, "").replace(/[│┃║|\s]/gu, "");
    if (buttons.length === 0 || rest !== "") continue;
    const top = topOf(screen, at);
    if (top < 0 || cursor.y < top || cursor.y > at + 1) continue;
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

/** Entries of a list: rows with a frame of their own, or a tag and a text, or a box to tick. */
function entriesOf(box: Box): string[] {
  const framed = box.rows.filter((row) => FRAME.test(row)).map((row) => inner(row).trim());
  return framed.filter((text) => text !== "" && !/^[─━═┌└┐┘↑↓+-]+$/u.test(text));
}

function isSelected(snapshot: Snapshot, row: number, { start, end }: Button): boolean {
  const { cursor } = snapshot;
  if (cursor.y === row && cursor.x >= start && cursor.x < end) return true;
  const runs = snapshot.screen[row]?.runs ?? [];
  return runs.some((run) => run.inverse && run.start < end && run.end > start);
}

function buttonOptions(snapshot: Snapshot, box: Box): Option[] {
  return box.buttons.map((button) => ({
    label: button.label,
    key: null,
    meaning: meaningOfLabel(button.label),
    selected: isSelected(snapshot, box.buttonRow, button),
    checked: null,
  }));
}

function listOptions(entries: readonly string[]): Option[] {
  return entries.slice(0, limits.optionsMax).map((entry) => {
    const ticked = /^[[(]([ *xX])[\])]\s*/.exec(entry);
    const body = entry.slice(ticked?.[0].length ?? 0);
    const tagged = /^(\S{1,12})\s{2,}(\S.*)$/.exec(body);
    return {
      label: (tagged?.[2] ?? body).slice(0, limits.optionLabelCharsMax),
      key: null,
      meaning: null,
      selected: false,
      checked: ticked === null ? null : ticked[1] !== " ",
    };
  });
}

/** The cursor stands in a field: a row of the box that is blank around it, or holds only a value. */
function inField(snapshot: Snapshot, box: Box): boolean {
  const { cursor } = snapshot;
  if (cursor.y >= box.buttonRow || cursor.y <= box.top) return false;
  const row = snapshot.screen[cursor.y]?.text ?? "";
  const text = inner(inner(row)).replace(/_/g, "").trim();
  return text === "" || (entriesOf(box).length <= 1 && cursor.visible);
}

type Asked = Pick<Reading, "kind" | "rule"> & Partial<Pick<Reading, "options" | "default">>;

/** What the buttons leave to choose: among themselves, or among the entries of a list above them. */
function choiceIn(snapshot: Snapshot, box: Box): Asked {
  const buttons = buttonOptions(snapshot, box);
  const chosen = buttons.find((one) => one.selected)?.label ?? null;
  if (yesNoPair(box.buttons.map((one) => one.label)) !== null) {
    return { kind: "yes_no", options: buttons, default: chosen, rule: "dialog:yes-no" };
  }
  const entries = entriesOf(box);
  if (entries.length > 1) {
    return { kind: "multiple_choice", options: listOptions(entries), rule: "dialog:list" };
  }
  if (buttons.length === 1) {
    return { kind: "confirm_enter", default: chosen, rule: "dialog:buttons" };
  }
  return { kind: "multiple_choice", options: buttons, default: chosen, rule: "dialog:buttons" };
}

/** What a field's own row asks, without what was typed into it. */
function askedIn(row: string): string {
  const asked = withoutAnswer(row);
  return asked === row ? "" : asked;
}

/** Recognises a box whose buttons stand in its last row and which holds the cursor. */
export function recogniseDialogBox(scene: Scene): Reading | null {
  const { snapshot } = scene.region;
  if (scene.termios?.canonical === true) return null;
  const box = boxOf(snapshot);
  if (box === null) return null;
  const question = plainText(box.rows) || (snapshot.screen[box.top]?.text.trim() ?? "");
  const place = {
    question,
    firstLine: lineAtRow(snapshot.lines, box.top),
    lastLine: lineAtRow(snapshot.lines, box.bottom),
    dialog: true,
  };
  if (inField(snapshot, box)) {
    if (!isSecretText(question)) {
      return readingOf(scene, "free_text", { ...place, rule: "dialog:field" });
    }
    const field = snapshot.cursor.y - box.top - 1;
    const asked = box.rows.map((row, at) => (at === field ? askedIn(row) : withoutAnswer(row)));
    const secret = { ...place, question: plainText(asked), rule: "dialog:field" };
    return readingOf(scene, "password", secret);
  }
  const { kind, ...parts } = choiceIn(snapshot, box);
  return readingOf(scene, kind, { ...place, ...parts });
}
