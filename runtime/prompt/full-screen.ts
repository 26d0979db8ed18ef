/** Editors and readers that own the whole screen: recognised so that nothing is typed into them by mistake. */
import { findBlock } from "./tools/block.ts";
import type { ScreenRow, Snapshot } from "../screen/snapshot.ts";
import type { Option } from "../../contracts/prompt.ts";
import { type Reading, readingOf, type Scene, typedOption } from "./reading.ts";
import { columnOf } from "./region.ts";

function lastRows(scene: Scene, count: number): string[] {
  const texts = scene.region.snapshot.screen.map((row) => row.text);
  return texts.filter((text) => text.trim() !== "").slice(-count);
}

function countOf(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}

const INTERRUPTIBLE =
  /\b(?:esc(?:ape)?|ctrl[+-]?c|\^c)\b(?: twice| again)? (?:to )?(?:interrupt|stop)\b/i;

/** The tool says at its foot that it is at work and can be interrupted: what stands above that asks nothing. */
export function saysAtWork(scene: Scene): boolean {
  if (scene.termios?.canonical !== false) return false;
  // An option may say the same of itself: `No, and tell it what to do (Esc to stop)`.
  const foot = findBlock(scene.region.snapshot)?.hints.split("\n") ?? lastRows(scene, 4);
  return foot.some((text) => INTERRUPTIBLE.test(text));
}

/** Key hints `^X Exit` along the bottom, unused rows marked `~`, or a mode line. */
export function recogniseEditor(scene: Scene): Reading | null {
  const { snapshot } = scene.region;
  if (scene.termios?.canonical !== false) return null;
  const bottom = lastRows(scene, 2);
  const hints = countOf(bottom.join(" "), /\^[A-Z_/\\] \p{L}/gu);
  const tildes = snapshot.screen.filter((row) => row.text === "~").length;
  const modeLine = bottom.some((text) =>
    /^-[-U*%:\\/]{2,}[-*%U:@]*\s{1,4}F?\d? ?\S|^-- (?:INSERT|REPLACE|VISUAL)/.test(text),
  );
  const keyBar = /\b1\s?Help\s+2\s?Save\b.*\b10\s?Quit\b/.test(bottom.join(" "));
  const isEditor = keyBar || hints >= 5 || (snapshot.alternate && (tildes >= 3 || modeLine));
  return isEditor ? readingOf(scene, "editor", { keys: "key", rule: "editor:layout" }) : null;
}

/** A reader's status line with how far one has read, at the bottom of a screen of its own. */
export function recogniseReader(scene: Scene): Reading | null {
  if (scene.termios?.canonical !== false || !scene.region.snapshot.alternate) return null;
  const status = scene.region.snapshot.screen.slice(-2).map((row) => row.text);
  const reads =
    status.some((text) => /(?:\b\d{1,3}%|\(END\)|\bTop|\bBot|\bAll)\s*$/.test(text)) ||
    lastRows(scene, 4).some((text) => /^[─━]{8,}.*\b\d{1,3}% ?[─━]+$/u.test(text));
  if (!reads) return null;
  return readingOf(scene, "pager", { keys: "key", strength: "weak", rule: "pager:status-line" });
}

/** How many columns of a row stand on another ground than the screen's. */
function groundOf(row: ScreenRow | undefined, base = -1): number {
  const runs = row?.runs.filter(({ inverse, bg }) => inverse || bg !== base) ?? [];
  return runs.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** The ground that most of the screen has: some programs paint it all. */
function baseGround({ screen, cols }: Snapshot): number {
  const widths = new Map<number, number>();
  for (const { runs } of screen) {
    let painted = 0;
    for (const { start, end, bg } of runs) {
      widths.set(bg, (widths.get(bg) ?? 0) + end - start);
      painted += end - start;
    }
    widths.set(-1, (widths.get(-1) ?? 0) + cols - painted);
  }
  return [...widths].reduce((most, one) => (one[1] > most[1] ? one : most), [-1, 0])[0];
}

/** The rows in which such programs show what they are at: the first, and the last three with text. */
function statusRows({ screen }: Snapshot): string[] {
  const shown = screen.filter(({ text }) => text.trim() !== "");
  return [screen[0], ...shown.slice(-3)].map((row) => row?.text ?? "");
}

/** Quits, help and paging by keys that are named. */
const READS =
  /\bq(?:uit)?\b['`’)]* to quit|\bspace\b.{0,12}\b(?:to scroll|for next page)|\bViewing\b|^-+Info: |\(p\d+ of \d+\)|\[?\b\d{1,3}%\]?\s*$|\(END\)/im;
const EDITS =
  /\bRow \d+\s+Col \d+|\bL: *\d+|\(\d+,\d+\)|\b(?!(?:19|20)\d\d,(?:19|20)\d\d\b)\d+,\d+(?:-\d+)?\s|\b\d+:\d+\s+\d+ sel|\(\w[\w +-]{2,24}\)\s?-{2,}|^-[-U:*%|]{2,}|0x[\da-f]+\/0x|"[^"]+" (?:\[\w+\] ?)?\d+(?:L| lines), ?\d+(?:B| bytes)/im;
const HINTS =
  /\b[qQ](?::| -| +)\s?Quit\b|\bq(?:uit)?\b['`’)]* to quit|\bF(?:1|10)\s?[A-Z][a-z]|\^[A-Z] \p{L}|\?\s?:? ?Help\b|\b(?:press|hit|type) ['`"‘]?\?['"’]? (?:for|to)|\barrow keys\b|\bCtrl\+\w for help\b/iu;

/** A list of things to open, as mailers and file managers have it. */
const INDEX = /\bq:\s?Quit\b|\b1\s?Help\s+2\s?Menu\b/i;

/** One row on a ground that its neighbours do not have: where one is in a list. */
function hasSelection(snapshot: Snapshot): boolean {
  const { screen, cols } = snapshot;
  const base = baseGround(snapshot);
  const grounds = screen.map((row) => groundOf(row, base));
  return grounds.some(
    (own, at) =>
      at > 0 && at < screen.length - 2 && own >= 2 && own < cols && grounds[at + 1] === 0,
  );
}

/** The cursor stands behind a mark, or at the beginning, of the last row, with a bar right above it. */
function hasInputRow({ screen, cursor, cols, rows }: Snapshot): boolean {
  const isLast = cursor.visible && cursor.y === rows - 1;
  return (
    isLast &&
    groundOf(screen[rows - 2]) >= cols * 0.6 &&
    /(?:[\])>:]|^[\s│┃]*)\s*$/u.test(screen[rows - 1]?.text ?? "")
  );
}

/** The last row is a bar across the screen, and the cursor stands in a row above it. */
export function hasBarBelow({ screen, cursor, cols, rows, alternate }: Snapshot): boolean {
  return alternate && cursor.y < rows - 1 && groundOf(screen[rows - 1]) >= cols * 0.6;
}

/**
 * A program that owns the screen and takes keys as commands, or text as an editor. Nothing is asked; a person is
 * told, and no more.
 */
export function recogniseRest(scene: Scene): Reading | null {
  const { snapshot } = scene.region;
  if (scene.termios?.canonical !== false || !ownsScreen(snapshot)) return null;
  const kind = restKind(snapshot, statusRows(snapshot).join("\n"));
  if (kind === null) return null;
  const buttons = kind === "free_text" ? buttonsAtRest(snapshot) : [];
  return buttons.length === 0
    ? restReading(scene, kind)
    : { ...restReading(scene, "multiple_choice"), ...chosenOf(buttons) };
}

const BUTTONS = /\[\s{1,6}(\p{L}[\p{L} ]{1,20}?)\s{1,6}\]/gu;
const BUTTON_ROWS = 5;

/** `[ Delete ]  [  Quit  ]  [ Write ]` near the bottom, one of them set off: what a program at rest offers. */
function buttonsAtRest({ screen }: Snapshot): Option[] {
  const row = screen
    .slice(-BUTTON_ROWS)
    .findLast(
      ({ text }) =>
        text.match(BUTTONS)?.length !== undefined && text.replace(BUTTONS, "").trim() === "",
    );
  const found = [...(row?.text.matchAll(BUTTONS) ?? [])];
  const isLit = (at: number): boolean =>
    row?.runs.some(
      ({ start, end, inverse, bg }) => start <= at && at < end && (inverse || bg !== -1),
    ) === true;
  const options = found.map(({ 1: label = "", index, 0: shown }) => ({
    ...typedOption(label, null, null),
    selected: isLit(columnOf(row?.text ?? "", index + shown.indexOf(label))),
  }));
  return options.length >= 3 && options.filter(({ selected }) => selected).length <= 1
    ? options
    : [];
}

function chosenOf(options: Option[]): Pick<Reading, "options" | "default"> {
  return { options, default: options.find(({ selected }) => selected)?.label ?? null };
}

function restKind(snapshot: Snapshot, status: string): RestKind | null {
  if (INDEX.test(status)) return "free_text";
  if (READS.test(status)) return "pager";
  const inText = snapshot.cursor.visible && snapshot.cursor.y < snapshot.rows - 1;
  if (EDITS.test(status) && (inText || snapshot.alternate)) return "editor";
  // Below a menu's bar may stand the keys.
  const hints = [status, snapshot.screen[1]?.text ?? ""].some((text) => HINTS.test(text));
  const isIdle = hints || hasSelection(snapshot) || hasInputRow(snapshot);
  return isIdle ? "free_text" : null;
}

/** It has the alternate screen, or a bar across the first or one of the last rows. */
function ownsScreen({ screen, cols, alternate }: Snapshot): boolean {
  const bars = [screen[0], screen.at(-1), screen.at(-2)];
  return alternate || bars.some((row) => groundOf(row) >= cols * 0.6);
}

type RestKind = "editor" | "pager" | "free_text" | "multiple_choice";

function restReading(scene: Scene, kind: RestKind): Reading {
  const parts = { keys: "key", strength: "weak", dialog: true, rule: `screen:${kind}` } as const;
  return readingOf(scene, kind, {
    ...parts,
    question: statusRows(scene.region.snapshot).at(-1)?.trim() ?? "",
  });
}
