/** A screen as HTML: text, colours and looks by class names, since no style may stand in the page's body. Pure. */
import type { ScreenRow, ScreenRun, Snapshot } from "../../../runtime/screen/snapshot.ts";
import { xtermPalette } from "../../../runtime/screen/colours.ts";
import { html, type Markup } from "./markup.ts";

/** The rows down to the last that is not blank. */
export function screenMarkup({ screen }: Pick<Snapshot, "screen">): Markup {
  const last = screen.findLastIndex(({ runs }) => runs.length > 0);
  return html`${screen.slice(0, last + 1).map(rowMarkup)}`;
}

function rowMarkup({ runs }: ScreenRow): Markup {
  let column = 0;
  const spans = runs.map((run) => {
    const gap = " ".repeat(Math.max(0, run.start - column));
    column = run.end;
    const classes = classesOf(run);
    return classes === ""
      ? html`${gap}${run.text}`
      : html`${gap}<span class="${classes}">${run.text}</span>`;
  });
  return html`${spans}\n`;
}

function classesOf({ bold, dim, underline, inverse, fg, bg }: ScreenRun): string {
  const names = [
    ...(bold ? ["b"] : []),
    ...(dim ? ["d"] : []),
    ...(underline ? ["u"] : []),
    ...(inverse ? ["i"] : []),
    ...(fg < 0 ? [] : [`f${paletteNumber(fg)}`]),
    ...(bg < 0 ? [] : [`g${paletteNumber(bg)}`]),
  ];
  return names.join(" ");
}

/** A direct colour is shown by the nearest of the palette's cube. */
function paletteNumber(colour: number): number {
  if (colour < 256) return colour;
  const step = (value: number): number =>
    value < 48 ? 0 : value < 115 ? 1 : Math.round((value - 55) / 40);
  const [red, green, blue] = [colour >> 16, colour >> 8, colour].map((part) => step(part & 0xff));
  return 16 + 36 * (red ?? 0) + 6 * (green ?? 0) + (blue ?? 0);
}

/** The rules for all of these. */
export function screenStyle(): string {
  let rules = "";
  for (let number = 0; number < 256; number += 1) {
    const parts = xtermPalette(number) ?? [0, 0, 0];
    const colour = `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
    rules += `.f${number}{color:${colour}}.g${number}{background:${colour}}`;
  }
  return rules;
}
