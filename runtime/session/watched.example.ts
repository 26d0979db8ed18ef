/** A lookout over a screen that a test paints, with a detector of its own: what it tells of the dialogs there. */
import { promptId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import { manualClock } from "../manual-clock.ts";
import type { Announcement, Detection } from "../prompt/detected.ts";
import { fingerprintOf } from "../prompt/fingerprint.ts";
import { openScreen } from "../screen/screen.ts";
import type { Snapshot } from "../screen/snapshot.ts";
import { Lookout } from "./lookout.ts";
import type { Sight } from "./state.ts";

/** A detector of the test's own: rows from `Run …?` to `[no]`, and what a title or `OSC 7501` announces. */
function detect(snapshot: Snapshot): Detection {
  const texts = snapshot.screen.map(({ text }) => text);
  const top = texts.findLastIndex((text) => /^Run .*\?/.test(text));
  const bottom = texts.findLastIndex((text) => text.includes("[no]"));
  const announced = announcementOf(snapshot);
  if (top < 0 || bottom < top) {
    return { state: "idle", why: "its input box stands there", announced };
  }
  const question = texts[top] ?? "";
  return {
    state: "waiting",
    prompt: { ...promptOf(question), context: texts[top - 1] ?? "" },
    place: { row: top, top, bottom, dialog: true, stillMs: limits.dialogStillMs },
    announced,
    disagrees: announced !== null && announced.state !== "blocked",
  };
}

function announcementOf({ announced }: Snapshot): Announcement | null {
  const state = /state=(\w+)/.exec(announced ?? "")?.[1];
  if (state !== "working" && state !== "blocked" && state !== "idle") return null;
  return { state, by: "osc7501", app: null, message: "approve it" };
}

function promptOf(question: string): Prompt {
  const labels = ["yes", "no"];
  return {
    kind: "yes_no",
    question,
    options: labels.map((label) => ({
      label,
      key: label.slice(0, 1),
      meaning: label === "yes" ? "yes" : "no",
      selected: label === "yes",
      checked: null,
    })),
    default: null,
    single_key: true,
    prefilled: null,
    subject: null,
    cut: false,
    confidence: "high",
    evidence: [],
    fingerprint: fingerprintOf({ kind: "yes_no", question, labels, subject: null }),
  };
}

export function watch(stillMs: "still" | "as it comes" = "still") {
  const clock = manualClock();
  const met: (Extract<Sight, { what: "new" }> & { atMs: number })[] = [];
  const sights: string[] = [];
  let count = 0;
  let isBusy = false;
  const seen = (snapshot: Snapshot): Detection => {
    const detection = detect(snapshot);
    if (detection.state !== "waiting" || stillMs === "still") return detection;
    const { stillMs: _, ...place } = detection.place;
    return { ...detection, place };
  };
  let isBehind = false;
  const screen = openScreen({
    size: { cols: 80, rows: 24 },
    reply: () => undefined,
    answersQueries: false,
  });
  const lookout = new Lookout({
    screen,
    clock,
    detect: (snapshot) => (isBusy ? { state: "working", why: "busy" } : seen(snapshot)),
    evidence: (quietMs) => ({ kernel: null, termios: null, quietMs }),
    behind: () => isBehind,
    unread: () => false,
    newPromptId: () => {
      count += 1;
      return promptId.parse(`01890000-0000-7000-8000-${String(count).padStart(12, "0")}`);
    },
    personTyping: () => false,
    onSight: (sight) => {
      if (sight.what === "new") met.push({ ...sight, atMs: clock.monotonicMs() });
      if (sights.at(-1) !== sight.what || sight.what === "new") sights.push(sight.what);
    },
  });
  const write = (text: string): void => lookout.output(new TextEncoder().encode(text));
  const busy = (to: boolean): void => {
    isBusy = to;
  };
  const behind = (to: boolean): void => {
    isBehind = to;
  };
  return { clock, met, sights, lookout, screen, write, busy, behind };
}

export const announce = (state: string): string => `\u001b]7501;state=${state}\u0007`;
/** Painted below row 10, the rest of the screen untouched. */
export const dialog = (question: string, row = 10): string =>
  `\u001b[${row};1H${question}\r\n > yes [y]\r\n   no  [no]`;
export const wipe = "\u001b[10;1H\u001b[J";
export const above = (text: string, row = 5): string => `\u001b7\u001b[${row};1H${text}\u001b8`;
