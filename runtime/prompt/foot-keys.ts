/** Yes and no as keys at the foot of what a program draws: `y Yes • n No` below buttons, `[y]es  [n]o` in a frame. */
import type { Option } from "../../contracts/prompt.ts";
import type { Snapshot } from "../screen/snapshot.ts";
import { meaningOf } from "./languages.ts";
import { type Reading, readingOf, type Scene, typedOption } from "./reading.ts";
import { frameAround, withoutUnderlay } from "./overlay.ts";
import { lineAtRow } from "./region.ts";

const FRAME_BOTTOM = /^\s*[╰└╚┗][─━═]{4,}[╯┘╝┛]\s*$/u;
const SIDES = /^\s*[│┃║]\s?|\s*[│┃║]\s*$/gu;
const PARTS = /\s*[•·∙|]\s*|\s{2,}|\s+or\s+/u;
const VERB = /^(?:please )?(?:enter|press|type|hit) /i;
const NAMED = /^(\p{L}):? (\p{L}{2,12})$/u;
const IN_WORD = /^[[(](\p{L})[\])](\p{L}{1,11})$/u;
const BUTTONS = /^\s*\p{L}{2,12}\s{2,}\p{L}{2,12}\s*$/u;
const ASKED_ROWS_MAX = 8;

/** The keys of a row, of which one says yes and one says no; empty where it has no such pair. */
function keysOf(text: string): Option[] {
  const options = text.trim().replace(VERB, "").split(PARTS).flatMap(keyOf);
  const meanings = options.map(({ meaning }) => meaning);
  const isPair = meanings.includes("yes") && meanings.includes("no");
  return isPair && options.length === 2 ? options : [];
}

function keyOf(part: string): Option[] {
  const [, key = "", label = ""] = NAMED.exec(part) ?? [];
  if (key !== "") return startsWith(label, key) ? answerOf(label, key) : [];
  const [, first = "", rest = ""] = IN_WORD.exec(part) ?? [];
  return first === "" ? [] : answerOf(`${first}${rest}`, first);
}

function startsWith(label: string, key: string): boolean {
  return label.toLowerCase().startsWith(key.toLowerCase());
}

function answerOf(label: string, key: string): Option[] {
  return [typedOption(label, key.toLowerCase(), meaningOf(label))];
}

/** The nearest row above with a question mark, in the same frame or paragraph; -1 where there is none. */
function askedRow(rows: readonly string[], foot: number): number {
  for (let at = foot - 1; at >= Math.max(0, foot - ASKED_ROWS_MAX); at -= 1) {
    const text = rows[at] ?? "";
    if (/\p{L}.*[?？؟]/u.test(text)) return at;
    if (text.trim() !== "" && !BUTTONS.test(text)) return -1;
  }
  return -1;
}

/**
 * Nothing but a frame's end may stand below the keys, or they stand at the foot of a frame that has the cursor and lies
 * over other text; whoever draws such a thing hides the cursor.
 */
export function recogniseFootKeys(scene: Scene): Reading | null {
  const { snapshot } = scene.region;
  if (scene.termios?.canonical !== false || snapshot.cursor.visible) return null;
  const frame = snapshot.alternate ? frameAround(snapshot, snapshot.cursor) : null;
  const alone = frame === null ? null : withoutUnderlay(snapshot, snapshot.cursor);
  if (frame === null) return footReading(scene, snapshot);
  const screen = (alone ?? snapshot).screen.slice(0, frame.bottom + 1);
  return footReading(scene, { ...snapshot, screen });
}

function footReading(scene: Scene, snapshot: Snapshot): Reading | null {
  const last = snapshot.screen.findLastIndex(({ text }) => text.trim() !== "");
  const foot = FRAME_BOTTOM.test(snapshot.screen[last]?.text ?? "") ? last - 1 : last;
  const rows = snapshot.screen.map(({ text }) => text.replace(SIDES, ""));
  let at = foot;
  while (at > 0 && (rows[at] ?? "").trim() === "") at -= 1;
  const options = keysOf(rows[at] ?? "");
  const asked = options.length === 0 ? -1 : askedRow(rows, at);
  if (asked < 0) return null;
  return readingOf(scene, "yes_no", {
    question: (rows[asked] ?? "").trim(),
    options,
    keys: "key",
    dialog: true,
    strength: "plain",
    firstLine: lineAtRow(snapshot.lines, asked),
    lastLine: lineAtRow(snapshot.lines, last),
    rule: "menu:foot-keys",
  });
}
