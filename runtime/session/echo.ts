/** Whether the Enter behind a key is wanted: a line editor shows the key and waits on, others have acted on it. Pure. */
import { limits } from "../../contracts/limits.ts";
import type { Keystrokes } from "../inject/keystrokes.ts";
import { splitAtColumn } from "../prompt/region.ts";
import type { Head } from "./head.ts";
import type { Snapshot } from "../screen/snapshot.ts";

/** What a look shows behind the question of a line prompt. */
export type Echo = {
  /** From the question's end to the cursor; null where the cursor has left the row. */
  behind: string | null;
  /** For how long nothing has been written since the last key; 0 when something was. */
  untouchedMs: number;
  /** Whoever took the key has waited for more ever since, and does so now. */
  sameReader: boolean;
};

export function wantsEnter(keys: Extract<Keystrokes, { how: "type" }>, echo: Echo): boolean {
  if (!echo.sameReader) return false;
  if (echo.behind === new TextDecoder().decode(keys.bytes)) return true;
  return echo.behind === "" && echo.untouchedMs >= limits.echoMs;
}

/** `by`: rows by which the screen has moved since the question was met. */
export function behind(head: Head, { screen, cursor }: Snapshot, by: number): string | null {
  const row = screen[cursor.y];
  if (row === undefined || cursor.y !== head.row + by || cursor.x < head.x) return null;
  const { left } = splitAtColumn(row.text, cursor.x);
  return left.slice(splitAtColumn(row.text, head.x).left.length).trim();
}
