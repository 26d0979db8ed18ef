/**
 * Why a cut subject is not expanded by keys: what Claude Code, Codex and Gemini CLI show when they are asked for all of
 * it, as recorded. Claude's transcript has the end of another call than the one asked about, and no question. Codex
 * turns pages of the command without its question. Gemini draws all of it, and its head scrolls off the screen. So no
 * screen ever shows the whole command and the question that is about it, and such a prompt stays a person's.
 */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { readCase } from "../../lab/case-files.ts";
import { type Look, play } from "../../lab/play.ts";
import { detect } from "../detect.ts";
import type { Detection } from "../detected.ts";

const recordings = join(import.meta.dir, "../recordings/tools");

type Shown = { text: string; detection: Detection };

/** What stood on the screen at each of the case's prompts, and what was made of it. */
function shownIn(tool: string): Record<string, Shown> {
  const file = join(recordings, tool, "expanded.cast");
  const { recording, expected } = readCase(recordings, file);
  const shown: Record<string, Shown> = {};
  const look = ({ snapshot, evidence, ms }: Look): void => {
    const id = expected.prompts.find(({ at_ms: at }) => at === ms)?.id ?? "";
    const text = snapshot.screen.map((row) => row.text).join("\n");
    shown[id] = { text, detection: detect(snapshot, { ...evidence, quietMs: 600 }) };
  };
  play(
    recording,
    expected.prompts.map(({ at_ms: at }) => at),
    { look },
  );
  return shown;
}

const isCut = (shown: Shown | undefined): boolean | null =>
  shown?.detection.state === "waiting" ? shown.detection.prompt.cut : null;

test("Claude's ctrl+o shows the end of another call than the one it asks about, and not the question", () => {
  const { first, transcript, again } = shownIn("claude");
  expect(isCut(first)).toBe(true);
  expect(first?.text).toContain("rm -rf /srv/old-a");
  expect(transcript?.text).toContain("rm -rf /srv/old-b");
  expect(transcript?.text).not.toContain("/srv/old-a");
  expect(transcript?.text).not.toContain("proceed?");
  // It may be taken for something that waits, but for nothing that a rule may answer.
  const { detection } = transcript ?? {};
  if (detection?.state === "waiting") expect(detection.prompt.confidence).toBe("low");
  expect(isCut(again)).toBe(true);
});

test("Codex's ^a is a pager: its page holds neither the question nor the end of the command", () => {
  const { first, pager } = shownIn("codex");
  expect(isCut(first)).toBe(true);
  expect(pager?.text).toContain("set -e");
  expect(pager?.text).not.toContain("rm -rf /srv/old");
  expect(pager?.text).not.toContain("Would you like");
  expect(pager?.detection).toMatchObject({ state: "waiting", prompt: { kind: "pager" } });
});

test("Gemini's ctrl+o draws all of it, and what it asks about begins above the screen", () => {
  const { first, expanded } = shownIn("gemini");
  expect(first?.text).toContain("hidden (Ctrl+O)");
  expect(isCut(first)).toBe(true);
  expect(expanded?.text).not.toContain("set -e");
  expect(isCut(expanded)).toBe(true);
});
