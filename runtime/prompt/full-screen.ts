/** Editors and readers that own the whole screen: recognised so that nothing is typed into them by mistake. */
import { findBlock } from "./tools/block.ts";
import { type Reading, readingOf, type Scene } from "./reading.ts";

function lastRows(scene: Scene, count: number): string[] {
  const texts = scene.region.snapshot.screen.map((row) => row.text);
  return texts.filter((text) => text.trim() !== "").slice(-count);
}

function countOf(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}

const INTERRUPTIBLE =
  /\b(?:esc(?:ape)?|ctrl[+-]?c|\^c)\b(?: twice| again)? (?:to )?(?:interrupt|stop)\b/i;

/** The tool says at its foot that it is at work and can be interrupted: what stands above that asks nothing. */
export function saysAtWork(scene: Scene): boolean {
  if (scene.termios?.canonical !== false) return false;
  // An option may say the same of itself: `No, and tell it what to do (Esc to stop)`.
  const foot = findBlock(scene.region.snapshot)?.hints.split("\n") ?? lastRows(scene, 4);
  return foot.some((text) => INTERRUPTIBLE.test(text));
}

/** Key hints `^X Exit` along the bottom, unused rows marked `~`, or a mode line. */
export function recogniseEditor(scene: Scene): Reading | null {
  const { snapshot } = scene.region;
  if (scene.termios?.canonical !== false) return null;
  const bottom = lastRows(scene, 2);
  const hints = countOf(bottom.join(" "), /\^[A-Z_/\\] \p{L}/gu);
  const tildes = snapshot.screen.filter((row) => row.text === "~").length;
  const modeLine = bottom.some((text) =>
    /^-[-U*%:\\/]{2,}[-*%U:@]*\s{1,4}F?\d? ?\S|^-- (?:INSERT|REPLACE|VISUAL)/.test(text),
  );
  const keyBar = /\b1\s?Help\s+2\s?Save\b.*\b10\s?Quit\b/.test(bottom.join(" "));
  const isEditor = keyBar || hints >= 5 || (snapshot.alternate && (tildes >= 3 || modeLine));
  return isEditor ? readingOf(scene, "editor", { keys: "key", rule: "editor:layout" }) : null;
}

/** A reader's status line with how far one has read, at the bottom of a screen of its own. */
export function recogniseReader(scene: Scene): Reading | null {
  if (scene.termios?.canonical !== false || !scene.region.snapshot.alternate) return null;
  const status = scene.region.snapshot.screen.slice(-2).map((row) => row.text);
  const reads = status.some((text) => /(?:\b\d{1,3}%|\(END\)|\bTop|\bBot|\bAll)\s*$/.test(text));
  if (!reads) return null;
  return readingOf(scene, "pager", { keys: "key", strength: "weak", rule: "pager:status-line" });
}
