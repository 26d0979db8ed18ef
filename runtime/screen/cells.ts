/** Writes rows of an emulated screen as a terminal would have to be told them: text, and looks as SGR. */
import type { IBufferCell, IBufferLine } from "@xterm/headless";

/** The looks of a cell, or of what is written next. */
export type Looks = Pick<
  IBufferCell,
  | "isBold"
  | "isDim"
  | "isItalic"
  | "isUnderline"
  | "isBlink"
  | "isInverse"
  | "isInvisible"
  | "isStrikethrough"
  | "isOverline"
  | "isFgDefault"
  | "isFgRGB"
  | "isBgDefault"
  | "isBgRGB"
  | "getFgColor"
  | "getBgColor"
>;

export const plain = "\x1b[0m";

/** Select Graphic Rendition (ECMA-48 8.3.117), from plain; empty where it is plain. */
export function sgrOf(looks: Looks): string {
  const marks: [number, number][] = [
    [1, looks.isBold()],
    [2, looks.isDim()],
    [3, looks.isItalic()],
    [5, looks.isBlink()],
    [7, looks.isInverse()],
    [8, looks.isInvisible()],
    [9, looks.isStrikethrough()],
    [53, looks.isOverline()],
  ];
  const codes = marks.flatMap(([code, isSet]) => (isSet === 0 ? [] : [`${code}`]));
  if (looks.isUnderline() !== 0) codes.push(underlineOf(looks));
  const isDirect = { fg: looks.isFgRGB(), bg: looks.isBgRGB() };
  if (!looks.isFgDefault())
    codes.push(colourOf(looks.getFgColor(), { of: 38, isDirect: isDirect.fg }));
  if (!looks.isBgDefault())
    codes.push(colourOf(looks.getBgColor(), { of: 48, isDirect: isDirect.bg }));
  return codes.length === 0 ? "" : `\x1b[${codes.join(";")}m`;
}

/** Double, curled, dotted and dashed lines are known to the emulator and have no public name. */
function underlineOf(looks: Looks): string {
  const extended: unknown = Reflect.get(looks, "extended");
  const style: unknown =
    typeof extended === "object" && extended !== null ? Reflect.get(extended, "underlineStyle") : 1;
  return typeof style === "number" && style > 1 ? `4:${style}` : "4";
}

function colourOf(colour: number, { of, isDirect }: { of: 38 | 48; isDirect: boolean }): string {
  if (!isDirect) return `${of};5;${colour}`;
  return `${of};2;${(colour >> 16) & 0xff};${(colour >> 8) & 0xff};${colour & 0xff}`;
}

export type RowPainter = {
  /** The row from its first column on, from plain looks to plain looks. `whole`: its blank end as well. */
  paint(line: IBufferLine, whole: boolean): string;
};

/** `cell` is one that the emulator may fill anew for each column. */
export function rowPainter(cell: IBufferCell): RowPainter {
  return {
    paint(line, whole) {
      let text = "";
      let gap = "";
      let sgr = "";
      for (let x = 0; x < line.length; x += 1) {
        const here = line.getCell(x, cell);
        // The second half of a wide character.
        if (here === undefined || here.getWidth() === 0) continue;
        const looks = sgrOf(here);
        const chars = here.getChars();
        const turn = looks === sgr ? "" : plain + looks;
        sgr = looks;
        // It may belong to the blank end of the row.
        if (chars === "" && looks === "") {
          text += turn;
          gap += " ";
          continue;
        }
        text += gap + turn + (chars || " ");
        gap = "";
      }
      return text + (whole ? gap : "") + (sgr === "" ? "" : plain);
    },
  };
}
