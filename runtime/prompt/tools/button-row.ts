/** A dialog whose options stand side by side at its foot, one of them set off by its colours, in a gutter or a frame. */
import type { ScreenRow, Snapshot } from "../../screen/snapshot.ts";
import type { BlockOption } from "./block-options.ts";

export type ButtonRow = {
  options: BlockOption[];
  /** Screen rows: the first of the dialog, the one with the buttons, the last. */
  top: number;
  row: number;
  bottom: number;
  /** What stands behind the buttons and below them. */
  hints: string;
  /** Rows from `top` up to the buttons, without their gutter. */
  rows: string[];
};

const GUTTER = /^(\s{0,4})([│┃║▌])(?=\s|$)/u;
const KEY_HINT =
  /^(?:(?:ctrl|shift|alt|cmd)[+-]\w+|enter|return|esc(?:ape)?|tab|space|[↵⏎⇆↔←→↑↓]+(?:\/[←→↑↓])?)\s+\S/iu;
const CONFIRMS = /\b(?:enter|return)\b|[↵⏎]/iu;
const BUTTONS_MAX = 6;
const FOOT_ROWS_MAX = 4;

type Segment = { text: string; start: number };

/** Everything below the buttons must be the gutter's own: an input box there means that it is none. */
export function findButtonRow({ screen }: Snapshot): ButtonRow | null {
  const last = screen.findLastIndex((row) => row.text.trim() !== "");
  const gutter = GUTTER.exec(screen[last]?.text ?? "")?.[0];
  if (gutter === undefined) return null;
  const isOwn = (at: number): boolean => (screen[at]?.text ?? "").startsWith(gutter);
  let top = last;
  while (isOwn(top - 1)) top -= 1;
  for (let at = last; at > Math.max(top, last - FOOT_ROWS_MAX); at -= 1) {
    const found = buttonsIn(screen[at], gutter.length);
    if (found === null) continue;
    const inside = screen.slice(top, last + 1).map((row) => row.text.slice(gutter.length));
    const below = inside.slice(at - top + 1);
    const hints = [...found.hints, ...below].join("\n");
    if (!CONFIRMS.test(hints)) return null;
    return {
      options: found.options,
      top,
      row: at,
      bottom: last,
      hints,
      rows: inside.slice(0, at - top),
    };
  }
  return null;
}

function buttonsIn(
  row: ScreenRow | undefined,
  from: number,
): (Pick<ButtonRow, "options"> & { hints: string[] }) | null {
  if (row === undefined) return null;
  const segments = segmentsOf(row.text, from);
  const hintAt = segments.findIndex(({ text }) => KEY_HINT.test(text));
  const labels = hintAt < 0 ? segments : segments.slice(0, hintAt);
  if (labels.length < 2 || labels.length > BUTTONS_MAX) return null;
  if (!labels.every(({ text }) => /^\p{L}[^.:;]{0,39}$/u.test(text))) return null;
  const looks = labels.map(({ start }) => lookAt(row, start));
  const around = lookAt(row, segments[hintAt]?.start ?? from);
  const filled = looks.map((look) => look !== around);
  if (filled.filter(Boolean).length !== 1) return null;
  const options = labels.map(({ text }, at) => ({
    label: text,
    note: "",
    number: null,
    selected: filled[at] === true,
    checked: null,
  }));
  return { options, hints: segments.slice(labels.length).map(({ text }) => text) };
}

/** What gaps of two columns and more part. */
function segmentsOf(text: string, from: number): Segment[] {
  const found = text.slice(from).matchAll(/\S+(?: \S+)*/gu);
  return Array.from(found, (match) => ({ text: match[0], start: from + match.index }));
}

/** The background behind a column: the highlight is a fill that the dialog around it does not have. */
function lookAt(row: ScreenRow, column: number): string {
  const run = row.runs.find(({ start, end }) => start <= column && column < end);
  return run === undefined ? "" : `${run.inverse}/${run.bg}`;
}
