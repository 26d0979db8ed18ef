/** Laying text out for the terminal that reads it: colours, columns, and lines cut to its width. */
import { styleText } from "node:util";
import type { Moment } from "../../contracts/moment.ts";
import type { Environment } from "../../runtime/config.ts";

type Style = Parameters<typeof styleText>[0];

export type Layout = {
  /** Columns there are; null when nobody looks and lines may be as long as they are. */
  columns: number | null;
  /** A screen reader reads it: no columns, no signs. */
  isPlain: boolean;
  paint(style: Style, text: string): string;
};

export const plainLayout: Layout = { columns: null, isPlain: false, paint: (_style, text) => text };

type Output = { isTTY?: boolean; columns?: number };
type Reader = { environment: Pick<Environment, "variables">; isPlain: boolean };

/** Colours only on a terminal, and not when `NO_COLOR` is set to anything (no-color.org) or it is a dumb one. */
export function layoutFor(output: Output, { environment: { variables }, isPlain }: Reader): Layout {
  if (isPlain) return { ...plainLayout, isPlain };
  if (output.isTTY !== true) return plainLayout;
  const columns = output.columns !== undefined && output.columns > 0 ? output.columns : null;
  const plain = (variables["NO_COLOR"] ?? "") !== "" || variables["TERM"] === "dumb";
  if (plain) return { ...plainLayout, columns };
  return {
    ...plainLayout,
    columns,
    paint: (style, text) => styleText(style, text, { validateStream: false }),
  };
}

let segmenter: Intl.Segmenter | null = null;

/** Made when first needed, because that takes longer than all else a small command does. */
function graphemesOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter();
  return segmenter.segment(text);
}

/** `text`, which holds no escape sequences, cut to at most `columns` with an ellipsis. */
export function cut(text: string, columns: number): string {
  if (Bun.stringWidth(text) <= columns) return text;
  let kept = "";
  let width = 0;
  for (const { segment } of graphemesOf(text)) {
    width += Bun.stringWidth(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return columns < 1 ? "" : `${kept}…`;
}

export function padEnd(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - Bun.stringWidth(text)));
}

/**
 * Rows under a heading, each column as wide as its widest cell, the last one cut to what is left of the terminal.
 * Cells hold no escape sequences.
 */
export function table(
  heading: readonly string[],
  rows: readonly string[][],
  layout: Layout,
): string {
  if (layout.isPlain) return paragraphs(heading, rows);
  const widths = heading.map((name, at) =>
    Math.max(...[[...heading], ...rows].map((row) => Bun.stringWidth(row[at] ?? "")), name.length),
  );
  const line = (cells: readonly string[]): string => {
    const text = cells.map((cell, at) => padEnd(cell, widths[at] ?? 0)).join("  ");
    return layout.columns === null ? text.trimEnd() : cut(text.trimEnd(), layout.columns);
  };
  return `${[layout.paint("bold", line(heading)), ...rows.map(line)].join("\n")}\n`;
}

/** A line for each cell that holds something, under its column's name; an empty line between rows. */
function paragraphs(heading: readonly string[], rows: readonly string[][]): string {
  const named = (cell: string, at: number): string[] =>
    cell === "" ? [] : [`${(heading[at] ?? "").toLowerCase()}: ${cell}\n`];
  return rows.map((row) => row.flatMap(named).join("")).join("\n");
}

/** Where a command says how far it has come: nowhere for a screen reader, which would read each of it. */
export function progressOutput({ isPlain }: Pick<Reader, "isPlain">) {
  const { stderr } = process;
  const isTTY = !isPlain && stderr.isTTY === true;
  return { isTTY, columns: stderr.columns, write: (text: string) => stderr.write(text) };
}

/** `842 ms`, `3.2 s`, `4 min 05 s`, `2 h 13 min`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const two = (value: number): string => String(value).padStart(2, "0");
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3_600)} h ${two(Math.floor((whole % 3_600) / 60))} min`;
}

/** `842 B`, `3.2 kB`, `64.0 MB`, `1.5 GB`. */
export function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 999_950) return `${(bytes / 1_000).toFixed(1)} kB`;
  if (bytes < 999_950_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`;
}

/** Made when a time is first told: it takes as long as all the rest of a short command. */
let clockFace: Intl.DateTimeFormat | null = null;

function timeFormat(): Intl.DateTimeFormat {
  clockFace ??= new Intl.DateTimeFormat("en-US", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    hourCycle: "h23",
  });
  return clockFace;
}

/** In the reader's own time zone: `2026-11-24 03:04:05.678`. */
export function localTime(at: Moment): string {
  const parts = new Map(
    timeFormat()
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? "";
  const day = `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}`;
  const time = `${part("hour")}:${part("minute")}:${part("second")}`;
  return `${day} ${time}.${part("fractionalSecond")}`;
}

/** The start of each id that no other one has, of one length for all. */
export function shortIds(ids: readonly string[]): (id: string) => string {
  const sorted = ids.toSorted();
  let length = shortestId;
  for (const [at, id] of sorted.entries()) {
    length = Math.max(length, commonLength(id, sorted[at + 1] ?? "") + 1);
  }
  return (id) => id.slice(0, length);
}

const shortestId = 8;

function commonLength(a: string, b: string): number {
  if (a === b) return 0;
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}
