/** Frames that are drawn with `+`, `-` and `|`: the same screen with lines in their place. Pure. */
import type { ScreenRow, Snapshot } from "../screen/snapshot.ts";

/** `+------+`, `+--- Title ---+`, `+---[Title]---+`. */
const TOP = /\+-{2,}(?:[^+|]{1,60}?-{2,})?\+/gu;
const WIDTH_MIN = 8;
const BOX_ROWS_MAX = 60;
/** Rows of a frame may hold wide characters, of which the index is not the column: those are left as they are. */
const NARROW = /^[\x20-\x7e\u00a0-\u02ff\u2500-\u25ff]*$/u;

const SIDES = /^\|.*\|$/u;
const LINE = /^\+[-+ [\]\w]*\+$/u;

type Frame = { left: number; right: number; top: number; bottom: number };

function frameBelow(texts: readonly string[], frame: Omit<Frame, "bottom">): Frame | null {
  const { left, right, top } = frame;
  const below = texts.slice(top + 1, top + 1 + BOX_ROWS_MAX);
  for (const [at, text] of below.entries()) {
    const role = roleOf(text, frame);
    if (role === "none") return null;
    const goesOn = /[|+]/.test(below[at + 1]?.[left] ?? "");
    if (role === "line" && !goesOn)
      return at < 1 ? null : { left, right, top, bottom: top + 1 + at };
  }
  return null;
}

/** What a row is to the frame that hangs above it. */
function roleOf(text: string, { left, right }: Omit<Frame, "bottom">): "side" | "line" | "none" {
  const part = text.slice(left, right + 1);
  if (part.length <= right - left || !NARROW.test(text)) return "none";
  if (SIDES.test(part)) return "side";
  return LINE.test(part) ? "line" : "none";
}

function framesIn(texts: readonly string[]): Frame[] {
  const frames: Frame[] = [];
  for (const [top, text] of texts.entries()) {
    for (const { index: left, 0: drawn } of NARROW.test(text) ? text.matchAll(TOP) : []) {
      const isOwned = frames.some((one) => one.left === left && top <= one.bottom);
      if (drawn.length < WIDTH_MIN || isOwned) continue;
      const frame = frameBelow(texts, { left, right: left + drawn.length - 1, top });
      if (frame !== null) frames.push(frame);
    }
  }
  return frames;
}

function put(text: string, at: number, sign: string): string {
  return text.slice(0, at) + sign + text.slice(at + 1);
}

function redrawn(text: string, at: number, { left, right, top, bottom }: Frame): string {
  if (text[left] === "|") return put(put(text, left, "│"), right, "│");
  const [from, to] = at === top ? ["┌", "┐"] : at === bottom ? ["└", "┘"] : ["├", "┤"];
  const line = text
    .slice(left + 1, right)
    .replace(/-{2,}/gu, (dashes) => "─".repeat(dashes.length));
  return text.slice(0, left) + from + line + to + text.slice(right + 1);
}

/** Null where there is no such frame. */
export function withDrawnFrames(snapshot: Snapshot): Snapshot | null {
  const texts = snapshot.screen.map(({ text }) => text);
  const frames = framesIn(texts);
  if (frames.length === 0) return null;
  const screen = snapshot.screen.map((row, at): ScreenRow => {
    const own = frames.filter(({ top, bottom }) => top <= at && at <= bottom);
    return { ...row, text: own.reduce((text, frame) => redrawn(text, at, frame), row.text) };
  });
  return { ...snapshot, screen };
}
