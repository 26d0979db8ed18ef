/** Proves that a dialog painted by a tool that is then busy is acted upon soon after the tool has come back to it. */
import { expect, test } from "bun:test";
import { promptId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import { manualClock } from "../manual-clock.ts";
import { detect } from "../prompt/detect.ts";
import { evidences } from "../prompt/testing.ts";
import { openScreen } from "../screen/screen.ts";
import { Lookout } from "./lookout.ts";

/** As Gemini CLI paints it, before it loads what a first approval needs: nobody waits for the terminal meanwhile. */
const dialog = [
  "╭──────────────────────────────────────────────────────────╮",
  "│ ? Shell  rm -rf ./build                                  │",
  "│ ╭──────────────────────────────────────────────────────╮ │",
  "│ │ rm -rf ./build                                       │ │",
  "│ ╰──────────────────────────────────────────────────────╯ │",
  "│ Allow execution of [Shell]?                              │",
  "│                                                          │",
  "│ ● 1. Allow once                                          │",
  "│   2. Allow for this session                              │",
  "│   3. No, suggest changes (esc)                           │",
  "╰──────────────────────────────────────────────────────────╯",
].join("\r\n");

function seenAfterMs(text: string, busyMs: number): number | null {
  const clock = manualClock();
  const { rawTimedPoll, nobody } = evidences;
  let seen: number | null = null;
  const lookout = new Lookout({
    screen: openScreen({
      size: { cols: 80, rows: 24 },
      reply: () => undefined,
      answersQueries: false,
    }),
    clock,
    detect,
    evidence: (quietMs) => {
      const { kernel } = clock.monotonicMs() - startMs < busyMs ? nobody : rawTimedPoll;
      return { kernel, termios: rawTimedPoll.termios, quietMs };
    },
    behind: () => false,
    unread: () => false,
    newPromptId: () => promptId.parse("01890000-0000-7000-8000-000000000001"),
    personTyping: () => false,
    onSight: ({ what }) => {
      if (what === "new") seen ??= clock.monotonicMs() - startMs;
    },
  });
  const startMs = clock.monotonicMs();
  lookout.output(new TextEncoder().encode(`\u001b[?25l${text}`));
  clock.advance(busyMs + 3_000);
  lookout.close();
  return seen;
}

test("a dialog whose tool is busy for a second is seen a tenth of that later, not at the next rare look", () => {
  for (const busyMs of [520, 1_100, 2_500]) {
    const seen = seenAfterMs(dialog, busyMs);
    expect(seen).toBeGreaterThanOrEqual(busyMs);
    expect(seen).toBeLessThanOrEqual(busyMs * 1.1 + limits.dialogStillMs + 2);
  }
});

test("a screen without a dialog is looked at as rarely as ever", () => {
  expect(seenAfterMs("Continue? [y/n] ", 2_100)).toBeGreaterThan(3_000);
});
