/** Fields of libraries that hide the terminal's cursor and paint one of their own: a single reversed cell. */
import type { Snapshot } from "../screen/snapshot.ts";
import { bareText } from "./frames.ts";
import { isInputBox } from "./input-box.ts";
import { type Reading, readingOf, type Scene } from "./reading.ts";
import { columnOf, readRegion, textAbove } from "./region.ts";
import { secretAskedAgain } from "./secret-prompt.ts";
import { isSecretText, withoutAnswer } from "./secrets.ts";

/** Where it is painted, reversed or as a block; null where the cursor is shown, or not one cell looks like it. */
function paintedAt({ screen, cursor }: Snapshot): { x: number; y: number } | null {
  if (cursor.visible) return null;
  const cells = screen.flatMap(({ text, runs }, y) => [
    ...runs
      .filter((run) => run.inverse && run.end - run.start === 1)
      .map((run) => ({ x: run.start, y })),
    ...[...text.matchAll(/█/gu)].map(({ index }) => ({ x: columnOf(text, index), y })),
  ]);
  return cells.length === 1 ? (cells[0] ?? null) : null;
}

/** The scene with the cursor where it is painted; null where it is not. */
export function paintedScene(scene: Scene): Scene | null {
  const { snapshot } = scene.region;
  const at = scene.termios?.canonical === false ? paintedAt(snapshot) : null;
  if (at === null) return null;
  const region = readRegion({ ...snapshot, cursor: { ...at, visible: true } });
  const after = region.after.replace(/^█/u, "");
  // Libraries may write a tick before a text that will do.
  const before = region.before.replace(/^\s*[✔✓√✗✖]\s/u, "? ");
  const line = (before + after).trimEnd();
  const moved = { ...scene, region: { ...region, before, after }, line, tail: before.slice(-600) };
  return region.hanging || isInputBox(moved) ? null : moved;
}

/** The text before such a cursor asks; on an empty row the text above it, inside the same frame or without one. */
export function recognisePainted(scene: Scene): Reading | null {
  const { region } = scene;
  const before = bareText(region.before)
    .replace(/[\s>❯›]+$/u, "")
    .replace(/^\? /, "");
  const firstLine = before === "" ? textAbove(region, region.index, 3) : region.index;
  const above = region.snapshot.lines[firstLine]?.text ?? "";
  const question = before === "" ? bareText(above).replace(/^[?❯›>]\s+/u, "") : before;
  if (!/\p{L}/u.test(question)) return null;
  const isSecret = isSecretText(question) || secretAskedAgain(scene, question, firstLine) !== null;
  const kind = isSecret ? "password" : "free_text";
  const asked = withoutAnswer(question);
  const place = { firstLine, lastLine: region.index, dialog: true };
  const parts = { question: asked, ...place, strength: "plain" as const };
  return readingOf(scene, kind, { ...parts, rule: "field:painted-cursor" });
}
