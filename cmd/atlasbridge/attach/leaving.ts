/** What is said to the person's terminal as a session is shown on it, and when it gets its terminal back. Pure. */
import type { PtySize } from "../../../runtime/pty/pty.ts";
import type { Snapshot } from "../../../runtime/screen/snapshot.ts";

/** Mouse, focus, paste, keyboards, margins, looks: everything that a tool may have switched on. */
const modesOff = [
  ..."1000 1002 1003 1004 1005 1006 1015 1016 2004 2026 1 6 45 66".split(" ").map(off),
  ...["\x1b[?7h", "\x1b[4l", "\x1b[=0;1u", "\x1b[>4m", "\x1b(B\x1b)B\x0f", "\x1b[0 q", "\x1b[?25h"],
].join("");

function off(mode: string): string {
  return `\x1b[?${mode}l`;
}

const pushTitle = "\x1b[22;2t";
const popTitle = "\x1b[23;2t";

/** What stood there is scrolled up, not wiped away. */
export function entering({ rows }: PtySize): string {
  return `${pushTitle}\x1b[0m${"\r\n".repeat(rows)}\x1b[H`;
}

/**
 * In place of what was shown before. Row by row: a screen that is cleared at once goes to some terminals' history.
 * `isOther`: the terminal shows its other buffer.
 */
export function anew({ rows }: PtySize, isOther: boolean): string {
  // What follows begins with the buffer that lies beneath the other one.
  const back = isOther ? "\x1b[?1049l" : "";
  const wiped = Array.from({ length: rows }, (_, row) => `\x1b[${row + 1};1H\x1b[2K`);
  return `${back}\x1b[0m\x1b[?6l\x1b[?25h\x1b[r${wiped.join("")}\x1b[H`;
}

/** `stays`: the cursor is left where the tool left it, else below what it wrote. */
export function leaving(picture: Snapshot | null, stays: boolean): string {
  const other = picture?.alternate === true ? "\x1b[?1049l" : "";
  // Setting the margins moves the cursor.
  return `${modesOff}\x1b[r\x1b[0m${other}${popTitle}${placed(picture, stays)}`;
}

/** The same where nobody knows any more what stood there: below all of it. */
export function leavingUnseen(isOther: boolean): string {
  const other = isOther ? "\x1b[?1049l" : "";
  return `${modesOff}\x1b[r\x1b[0m${other}${popTitle}${isOther ? "" : "\x1b[999;1H"}\r\n`;
}

function placed(picture: Snapshot | null, stays: boolean): string {
  if (picture === null || picture.alternate) return "\r\n";
  const { cursor, cols, screen } = picture;
  if (stays) return `\x1b[${cursor.y + 1};${Math.min(cursor.x, cols - 1) + 1}H`;
  const last = screen.findLastIndex(({ text }) => text !== "");
  return `\x1b[${Math.max(last, cursor.y, 0) + 1};1H\r\n`;
}
