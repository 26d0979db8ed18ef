/** How text is set off from its neighbours: by which look a highlight can be told. */
import type { ScreenRow } from "../screen/snapshot.ts";

export type Look = {
  inverse: boolean;
  bg: number;
  fg: number;
  underline: boolean;
  bold: boolean;
  dim: boolean;
};

const plain: Look = { inverse: false, bg: -1, fg: -1, underline: false, bold: false, dim: false };

/** The look of the cell in a column; plain where nothing stands. */
export function lookAt(row: ScreenRow | undefined, column: number): Look {
  return row?.runs.find((run) => run.start <= column && column < run.end) ?? plain;
}

function nameOf({ inverse, bg, fg, underline, bold, dim }: Look): string {
  return [inverse, bg, fg, underline, bold, dim].join("/");
}

/** How much a look draws the eye: reversed or on a ground first, then coloured, underlined, bold; dim least. */
function weightOf({ inverse, bg, fg, underline, bold, dim }: Look): number {
  if (inverse || bg !== -1) return 4;
  if (dim || fg === 8) return 0;
  if (fg !== -1 || underline) return 3;
  return bold ? 2 : 1;
}

/** The one look that no other has; of two, the one that stands out. `strong`: its ground differs from all others. */
export function oddLook(shown: readonly Look[]): { at: number; strong: boolean } | null {
  const grounds = new Set(shown.map(({ bg }) => bg));
  // A ground that all of them have sets none of them off.
  const looks = grounds.size === 1 ? shown.map((look) => ({ ...look, bg: -1 })) : shown;
  const names = looks.map(nameOf);
  const alone = names.flatMap((name, at) =>
    names.indexOf(name) === names.lastIndexOf(name) ? [at] : [],
  );
  const ranked = alone.toSorted((a, b) => weight(looks, b) - weight(looks, a));
  const [first, second] = ranked;
  if (first === undefined) return null;
  const isTied = second !== undefined && weight(looks, first) === weight(looks, second);
  const others = looks.filter((_, at) => at !== first);
  if (isTied || others.some((look) => weightOf(look) >= weight(looks, first))) return null;
  const own = looks[first] ?? plain;
  const strong = others.every((look) => look.inverse !== own.inverse || look.bg !== own.bg);
  return { at: first, strong };
}

function weight(looks: readonly Look[], at: number): number {
  return weightOf(looks[at] ?? plain);
}
