/** A menu that only arrows reach: which single key comes next, from where its highlight and its ticks are. Pure. */
import type { Option } from "../../contracts/prompt.ts";

/** By labels, because the place of an option changes where a list scrolls. */
export type MenuGoal =
  /** Enter on this option. */
  | { take: string }
  /** Exactly these boxes ticked, then Enter: on the row that submits where the list has one. */
  | { ticked: readonly string[] };

export type MenuMove =
  | { key: "next" | "previous" | "space" | "enter" }
  /** The screen does not tell, at the moment or at all. */
  | { key: null; why: string };

/** An arrow is ESC, a bracket or O, and a letter. */
const arrowBytes = 3;
/** A plan with more keys than this is no plan; a list is at most `limits.optionsMax` long. */
const movesMax = 1_000;

const submitting = /^\W{0,4}(?:submit|done|confirm|continue|next|finish|ok|accept)\b/i;

/** The next key for a menu that stands so. */
export function nextMove(options: readonly Option[], goal: MenuGoal): MenuMove {
  const at = highlighted(options);
  if (at === null) return { key: null, why: "no single option is highlighted on the screen" };
  if ("take" in goal) return toward(options, at, goal.take) ?? { key: "enter" };
  const wrong = options.flatMap(({ label, checked }, index) =>
    checked !== null && checked !== goal.ticked.includes(label) ? [index] : [],
  );
  const [nearest] = wrong.toSorted((a, b) => Math.abs(a - at) - Math.abs(b - at));
  if (nearest === at) return { key: "space" };
  if (nearest !== undefined) return { key: nearest > at ? "next" : "previous" };
  const submit = options.find(({ label, checked }) => checked === null && submitting.test(label));
  const move = submit === undefined ? null : toward(options, at, submit.label);
  return move ?? { key: "enter" };
}

/** The index of the one highlighted option; null where none or several seem to be. */
function highlighted(options: readonly Option[]): number | null {
  const found = options.flatMap(({ selected }, index) => (selected ? [index] : []));
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** Null when the highlight is there. */
function toward(options: readonly Option[], at: number, label: string): MenuMove | null {
  const places = options.flatMap((option, index) => (option.label === label ? [index] : []));
  const [place] = places;
  if (place === undefined || places.length > 1) {
    return { key: null, why: "the wanted option is not on the screen, or more than once" };
  }
  if (place === at) return null;
  return { key: place > at ? "next" : "previous" };
}

/**
 * Plays the keys through on a menu that takes each as one would expect, and counts their bytes: the most that will
 * ever be typed. A menu that needs more behaves in a way nobody expects, and is left to a person.
 */
export function planMenu(
  options: readonly Option[],
  goal: MenuGoal,
): { bytes: number } | { why: string } {
  let now = [...options];
  let bytes = 0;
  for (let moves = 0; moves < movesMax; moves += 1) {
    const move = nextMove(now, goal);
    if (move.key === null) return { why: move.why };
    bytes += bytesOf(move);
    if (move.key === "enter") return { bytes };
    now = after(now, move.key);
  }
  return { why: "the menu would need too many keys" };
}

export function bytesOf({ key }: MenuMove): number {
  return key === "next" || key === "previous" ? arrowBytes : 1;
}

function after(options: readonly Option[], key: "next" | "previous" | "space"): Option[] {
  const at = options.findIndex(({ selected }) => selected);
  if (key === "space") {
    return options.map((one, index) => (index === at ? { ...one, checked: !one.checked } : one));
  }
  const to = key === "next" ? at + 1 : at - 1;
  return options.map((one, index) => ({ ...one, selected: index === to }));
}
