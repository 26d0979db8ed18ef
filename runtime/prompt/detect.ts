/** Joins the two questions, does it wait and what does it ask, into what the session acts on; pure. */
import { limits } from "../../contracts/limits.ts";
import { type Confidence, contextCharsMax, type Prompt } from "../../contracts/prompt.ts";
import type { Snapshot } from "../screen/snapshot.ts";
import { mayBeAtWork } from "./at-work.ts";
import { contextAbove } from "./context.ts";
import { hiddenFact } from "./unseen.ts";
import type { Detection } from "./detected.ts";
import type { WaitEvidence } from "./evidence.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { recogniseRest, saysAtWork } from "./full-screen.ts";
import { isCommandBox } from "./input-box.ts";
import { isLibraryLine } from "./line-prompt.ts";
import { type Reading, readingOf, type Scene, TAIL_CHARS_MAX, type Told } from "./reading.ts";
import { recognise } from "./recognise.ts";
import { readRegion } from "./region.ts";
import { withoutAnswer } from "./secrets.ts";
import { findBlock } from "./tools/block.ts";
import { corroborated } from "./tools/corroborate.ts";
import { recogniseDialogForm, recogniseToolDialog } from "./tools/dialog.ts";
import {
  asksHidden,
  isUnaskedAlone,
  judgeWait,
  restedMs,
  waitsAlone,
  type WaitJudgement,
} from "./waiting.ts";

function sceneOf(snapshot: Snapshot, evidence: WaitEvidence, told?: Told): Scene {
  const region = readRegion(snapshot);
  const line = (region.before + region.after).trimEnd();
  const raw = evidence.termios?.canonical === false;
  const waits = evidence.kernel?.waits ?? [];
  // Line editors poll without end, or as Node does: with timers, on a terminal that sends no signals.
  const polls = waits.some(
    (wait) =>
      wait.foreground &&
      wait.via === "poll" &&
      (!wait.timed || waitsAlone(wait) || evidence.termios?.signals === false),
  );
  const alone = waits.some(
    (wait) =>
      wait.foreground &&
      (wait.beside?.errands.length ?? 0) === 0 &&
      (wait.via === "read" || !wait.timed || waitsAlone(wait)),
  );
  // A library leaves the cursor anywhere in the line that it draws; the whole line is its question.
  const drawn = raw && isLibraryLine(line);
  return {
    region,
    termios: evidence.termios,
    polls,
    alone,
    line: line.slice(-limits.questionCharsMax),
    tail: (drawn ? line : region.before).slice(-TAIL_CHARS_MAX),
    afterSecret: evidence.afterSecret === true,
    ...(told === undefined ? {} : { told }),
  };
}

/** How sure: the strength of the text against how much the evidence of waiting leaves to it. */
function confidenceOf(reading: Reading, scene: Scene, judgement: WaitJudgement): Confidence {
  const { strength } = reading;
  if (isGuess(reading, scene, judgement)) return "low";
  switch (judgement.reliesOnText) {
    case "none":
      return strength === "weak" ? "medium" : "high";
    case "some":
      return strength === "strong" ? "high" : "medium";
    case "much":
      return strength === "weak" ? "low" : "medium";
    case "most":
      // Whoever works with its keys unread looks the same as one that asks: only a tool's whole dialog is enough.
      return strength === "strong" && reading.facts?.tool && !looksIdle(judgement)
        ? "medium"
        : "low";
  }
}

/** Whatever was read: a person must look before anything is typed. */
function isGuess(reading: Reading, scene: Scene, judgement: WaitJudgement): boolean {
  // A program at rest asks nothing.
  if (reading.rule.startsWith("screen:")) return true;
  if (mayBeAtWork(reading, scene, judgement)) return true;
  if (mayBePassedOn(reading, scene, judgement)) return true;
  return isRelayed(reading, scene, judgement) || isDoubted(reading, scene, judgement);
}

/**
 * A line prompt on a full screen, drawn by a program that always listens: most likely a terminal multiplexer,
 * which waits whether or not the program inside it does.
 */
function isRelayed(reading: Reading, scene: Scene, judgement: WaitJudgement): boolean {
  const { reliesOnText, evidence } = judgement;
  const weakWait = reliesOnText === "much" || reliesOnText === "most";
  return (
    (weakWait || evidence.includes("kernel:settled-poll")) &&
    scene.region.snapshot.alternate &&
    !reading.dialog
  );
}

/**
 * A program that has other things going on may have left any text behind, and still be at work. A tool's dialog is
 * another matter: it owns its part of the screen, and tools of that kind always have a timer or a connection.
 */
function isDoubted(reading: Reading, scene: Scene, judgement: WaitJudgement): boolean {
  const ownsScreen = reading.dialog && /^(?:dialog|tool):/.test(reading.rule);
  return judgement.doubtfulForMs !== null && !ownsScreen && !isDrawnList(reading, scene, judgement);
}

/** A list with its pointer and no cursor: one thread draws it, another takes its keys, and nobody else writes such. */
function isDrawnList(
  { rule }: Reading,
  { region, termios }: Scene,
  judgement: WaitJudgement,
): boolean {
  const isDrawn = rule.startsWith("menu:") && !region.snapshot.cursor.visible;
  return isDrawn && termios?.canonical === false && isUnaskedAlone(judgement.evidence);
}

/** Work that may bring text from elsewhere to the screen. A timer alone brings nothing: it blinks. */
const BRINGS_TEXT = /^work:(?!timer$)/;

/**
 * Whoever draws a dialog hides the cursor, in every recording. Text that a program at work lets through, its keys
 * being listened to besides, leaves it behind its last line.
 */
function mayBePassedOn(reading: Reading, scene: Scene, judgement: WaitJudgement): boolean {
  const { cursor } = scene.region.snapshot;
  if (reading.facts === undefined || !cursor.visible) return false;
  return judgement.evidence.some((fact) => BRINGS_TEXT.test(fact));
}

/** Line mode with echo is how a terminal stands when nobody asks: beside an unseen kernel it proves nothing. */
function looksIdle(judgement: WaitJudgement): boolean {
  return judgement.evidence.includes("termios:line") || judgement.evidence.length < 2;
}

/** Whether a key acts at once; `presumed` where that is concluded from the terminal's mode alone. */
function singleKey(reading: Reading, scene: Scene): "yes" | "presumed" | "no" {
  if (reading.keys === "key") return "yes";
  if (reading.keys === "line" || scene.termios?.canonical !== false) return "no";
  // Words are read to their end.
  if (reading.options.some(({ key }) => key !== null && key.length > 1)) return "no";
  if (/^Display all \d+ possibilities\?/.test(reading.question)) return "yes";
  const { snapshot } = scene.region;
  if (snapshot.alternate) return "yes";
  return snapshot.bracketedPaste || scene.polls || isLibraryLine(scene.line) ? "no" : "presumed";
}

function promptOf(reading: Reading, scene: Scene, judgement: WaitJudgement): Prompt {
  const question = reading.question.slice(-limits.questionCharsMax);
  const options = reading.options.slice(0, limits.optionsMax);
  const subject = reading.facts?.subject ?? null;
  const context = contextOf(reading, scene);
  const hidden = hiddenFact(scene.region.snapshot, {
    reading,
    question,
    options,
    subject,
    context,
  });
  const facts = [...judgement.evidence, ...hidden, reading.rule];
  return {
    kind: reading.kind,
    question,
    options,
    default: reading.default,
    single_key: singleKey(reading, scene) !== "no",
    prefilled: reading.prefilled,
    refuse_key: reading.facts?.refuseKey ?? null,
    subject,
    context,
    cut: hidden.length > 0 || reading.facts?.cut === true || isCut(reading, scene),
    confidence:
      reading.kind === "unknown" || hidden.length > 0
        ? "low"
        : confidenceOf(reading, scene, judgement),
    evidence: facts.slice(0, limits.evidenceItemsMax),
    fingerprint: fingerprintOf({
      kind: reading.kind,
      question,
      labels: options.map((option) => option.label),
      subject,
    }),
  };
}

/** The question begins above the screen, or was longer than is kept. */
function isCut(reading: Reading, scene: Scene): boolean {
  const first = scene.region.snapshot.lines[reading.firstLine];
  const beginsAbove = first !== undefined && first.top < 0;
  const tooLong = (first?.text.length ?? 0) > limits.questionCharsMax;
  const bodyTooLong = (reading.body?.length ?? 0) > contextCharsMax;
  return beginsAbove || tooLong || bodyTooLong || reading.question.length > limits.questionCharsMax;
}

function contextOf({ body, firstLine }: Reading, { region }: Scene): string {
  if (body !== undefined) return body.slice(-contextCharsMax);
  const rows = region.snapshot.lines.map((one) => one.text);
  return contextAbove(rows, firstLine);
}

function waiting(reading: Reading, scene: Scene, judgement: WaitJudgement): Detection {
  const { lines, cursor } = scene.region.snapshot;
  const top = lines[reading.firstLine]?.top ?? cursor.y;
  const bottom = lines[reading.lastLine]?.bottom ?? cursor.y;
  const at = Math.max(0, top);
  const row = Math.max(at, lines[reading.askedLine ?? reading.firstLine]?.top ?? at);
  return {
    state: "waiting",
    prompt: promptOf(reading, scene, judgement),
    place: {
      row,
      top: at,
      bottom,
      dialog: reading.dialog,
      ...stillOf(reading),
      ...countsOf(reading),
    },
    ...(singleKey(reading, scene) === "presumed" ? { keyPresumed: true } : {}),
    ...(reading.facts?.tool ? { tool: reading.facts.tool } : {}),
  };
}

/** How long a tool's dialog must stand before it is believed. */
function stillOf({ facts }: Reading): { stillMs?: number } {
  if (facts === undefined) return {};
  if (facts.unpainted === true) return { stillMs: limits.unpaintedStillMs };
  return { stillMs: facts.besideMotion ? limits.besideMotionStillMs : limits.dialogStillMs };
}

function countsOf({ facts }: Reading): { counts?: true } {
  return facts?.counts === true ? { counts: true } : {};
}

function unknownReading(scene: Scene): Reading {
  return readingOf(scene, "unknown", { strength: "weak", rule: "text:not-recognised" });
}

function working(why: string): Extract<Detection, { state: "working" }> {
  return { state: "working", why };
}

/**
 * Detects a prompt on one picture of the screen. Same inputs, same answer, whether or not it is told to anybody;
 * never throws.
 */
export function detect(snapshot: Snapshot, evidence: WaitEvidence, told?: Told): Detection {
  const judgement = judgeWait(evidence);
  told?.({ step: "judged", judgement });
  if (judgement.waits === "no") return nobodyWaits(snapshot, evidence);
  if (snapshot.synchronizing) return working("the screen is half painted");
  const scene = sceneOf(snapshot, evidence, told);
  const dialog = asksHidden(evidence) ? null : toolDialog(scene);
  // A dialog stands still by itself while something blinks elsewhere: the session sees to its own rows.
  if (dialog === null && evidence.quietMs < judgement.needsQuietMs) {
    return unsettled(scene, evidence, judgement);
  }
  told?.({ step: "seen", scene });
  if (asksHidden(evidence)) return waiting(hiddenReading(scene), scene, judgement);
  const reading = dialog ?? recognise(scene);
  const detection = read(reading, { scene, evidence, judgement });
  return corroborated(detection, snapshot, reading?.facts ?? null);
}

function nobodyWaits(snapshot: Snapshot, { termios }: WaitEvidence): Detection {
  const unseen = working("nobody waits for the terminal");
  const stands = termios?.canonical === false && findBlock(snapshot) !== null;
  return stands ? { ...unseen, stands } : unseen;
}

function unsettled(scene: Scene, evidence: WaitEvidence, judgement: WaitJudgement): Detection {
  const { snapshot } = scene.region;
  const reading = asksHidden(evidence) ? null : besideMotion(scene);
  if (reading === null) return corroborated(askedAmid(scene, judgement), snapshot, null);
  const detection = notAsking(reading, scene) ?? waiting(reading, scene, judgement);
  return corroborated(detection, snapshot, reading.facts ?? null);
}

/** A dialog of any tool beside something that never rests, such as a spinner: its own rows have to, for long. */
function besideMotion(scene: Scene): Reading | null {
  const { cursor } = scene.region.snapshot;
  const reading = cursor.visible ? null : recogniseDialogForm(scene);
  const { facts } = reading ?? {};
  if (reading === null || facts === undefined) return null;
  return { ...reading, facts: { ...facts, besideMotion: true } };
}

/**
 * A library that asks while the steps around its question go on turning: the screen is never still. What it asks is
 * known by its sign; that nobody else may have written it is not, so a person is asked.
 */
function askedAmid(scene: Scene, judgement: WaitJudgement): Detection {
  const moving = working("output has not settled");
  const { evidence, doubtfulForMs } = judgement;
  const turns = evidence.includes("work:timer") && !evidence.some((fact) => BRINGS_TEXT.test(fact));
  if (!turns || doubtfulForMs === null || scene.termios?.canonical !== false) return moving;
  const reading = recognise(scene);
  if (reading === null || reading.strength === "weak") return moving;
  const asked = scene.region.snapshot.lines[reading.firstLine]?.text ?? "";
  const isOwn = isLibraryLine(asked) && notAsking(reading, scene) === null;
  return isOwn ? waiting(reading, scene, judgement) : moving;
}

function toolDialog(scene: Scene): Reading | null {
  const reading = recogniseToolDialog(scene);
  scene.told?.({ step: "tried", rule: "tool-dialog", reading });
  return reading;
}

function hiddenReading(scene: Scene): Reading {
  const question = withoutAnswer(scene.line).trim();
  const reading = readingOf(scene, "password", { question, rule: "termios:password" });
  scene.told?.({ step: "tried", rule: "hidden-input", reading });
  return reading;
}

const WEAK_QUIET_MS = 900;
/** A full-screen program that has painted nothing for so long is at rest. */
const REST_QUIET_MS = 500;

type Seen = { scene: Scene; evidence: WaitEvidence; judgement: WaitJudgement };

function read(reading: Reading | null, { scene, evidence, judgement }: Seen): Detection {
  const own = reading === null ? null : notAsking(reading, scene);
  if (own !== null) return own;
  if (reading === null || isTooLittle(reading, { scene, evidence, judgement })) {
    const rest = evidence.quietMs < REST_QUIET_MS ? null : recogniseRest(scene);
    if (rest !== null) return waiting(rest, scene, judgement);
    return unrecognised(scene, evidence, judgement);
  }
  const settlesMs = isDoubted(reading, scene, judgement) ? (judgement.doubtfulForMs ?? 0) : 0;
  if (evidence.quietMs < settlesMs) return working("the program has something else going on");
  return waiting(reading, scene, judgement);
}

/** A shape alone beside a wait that proves little. After much silence a person may look at it all the same. */
function isTooLittle({ strength }: Reading, { scene, evidence, judgement }: Seen): boolean {
  const isStill = evidence.quietMs >= WEAK_QUIET_MS && !scene.region.hanging;
  return strength === "weak" && judgement.reliesOnText === "much" && !isStill;
}

/** What looks asked and is the tool's own: its box for the next request, or what it shows at work. */
function notAsking(reading: Reading, scene: Scene): Detection | null {
  if (isCommandBox(reading, scene)) {
    return { state: "idle", why: "the tool's own input box stands within its screen" };
  }
  if (!reading.dialog || !saysAtWork(scene)) return null;
  return working("the tool says that it can be interrupted");
}

function unrecognised(scene: Scene, evidence: WaitEvidence, judgement: WaitJudgement): Detection {
  const { unknownQuietMs } = judgement;
  if (unknownQuietMs !== null && restedMs(evidence) >= unknownQuietMs) {
    return waiting(unknownReading(scene), scene, judgement);
  }
  return working("nothing at the cursor looks like a prompt");
}
