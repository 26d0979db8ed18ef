/** Plays a case at its own speed to a whole session whose policy answers everything, and counts what is typed. */
import type { Decision } from "../../contracts/decision.ts";
import { sessionId } from "../../contracts/ids.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import type { StoredEntry } from "../../contracts/trace.ts";
import type { Clock } from "../clock.ts";
import { detect } from "../prompt/detect.ts";
import type { Detection } from "../prompt/detected.ts";
import type { KernelEvidence } from "../pty/kernel-wait.ts";
import { createPlayer } from "../pty/recorded.ts";
import { systemRandom } from "../random.ts";
import { openScreen } from "../screen/screen.ts";
import { thisHolder } from "../session/holder.ts";
import type { SessionOptions } from "../session/parts.ts";
import { Session } from "../session/session.ts";
import { tapped } from "../session/tap.ts";
import { openMemoryStore } from "../trace/memory.ts";
import type { ExpectedPrompt } from "./case.ts";
import type { Case } from "./case-files.ts";
import { evidenceName, type KernelSight, seenWith } from "./evidence.ts";
import type { FalseAlarm, FastResult, PromptResult } from "./fast.ts";
import { judge } from "./judge.ts";

/** Labels are in whole milliseconds, and some were taken a little after what they tell of. */
const slackMs = 5;

type Seen = { atMs: number; detection: Detection; evidence: string };
type Stroke = { atMs: number; detection: Detection };

/** Takes as long as the recording. */
export async function replayLive(
  one: Case,
  { sight, clock }: { sight: KernelSight; clock: Clock },
): Promise<FastResult> {
  const watch = new Watch(() => player.playedMs());
  const player = createPlayer(one.recording, {
    clock,
    pace: "recorded",
    resized: (size) => session?.resize(size),
  });
  let session: Session | null = null;
  const { parts } = tapped(
    {
      clock,
      random: systemRandom,
      store: openMemoryStore({ clock, random: systemRandom, runtimeVersion: "lab" }),
      startPty: player.start,
      openScreen,
      kernel: () => () => seenWith(sight, player.kernel()),
      detect,
      decide: answerEverything,
      readSecret: () => Promise.reject(new Error("a recording has no secrets")),
      heldBack: () => null,
      replied: () => undefined,
    },
    watch,
  );
  session = await Session.start(optionsOf(one, watch), parts);
  await session.ended;
  const prompts = one.expected.prompts.map((prompt) => resultOf(one, prompt, watch));
  return { prompts, alarms: alarmsOf(one, watch.strokes), looks: watch.looks };
}

class Watch {
  readonly seen: Seen[] = [];
  readonly strokes: Stroke[] = [];
  looks = 0;
  readonly #playedMs: () => number;
  #last: Detection = { state: "working", why: "nothing was looked at" };
  #evidence = "";

  /** `playedMs`: the recording's own time, so that a machine that is late does not matter. */
  constructor(playedMs: () => number) {
    this.#playedMs = playedMs;
  }

  looked(
    termios: { canonical: boolean; echo: boolean; signals: boolean } | null,
    kernel: KernelEvidence | null,
  ): void {
    this.looks += 1;
    this.#evidence = evidenceName({ kernel, termios, quietMs: 0 });
  }

  detected(detection: Detection): void {
    this.#last = detection;
  }

  typed(writer: string): void {
    if (writer === "policy") this.strokes.push({ atMs: this.#playedMs(), detection: this.#last });
  }

  entry({ kind }: StoredEntry): void {
    if (kind !== "prompt.detected") return;
    this.seen.push({ atMs: this.#playedMs(), detection: this.#last, evidence: this.#evidence });
  }
}

function optionsOf(one: Case, watch: Watch): SessionOptions {
  const { recording, expected } = one;
  return {
    id: sessionId.parse(systemRandom.uuidv7()),
    command: { argv: [expected.tool], cwd: "/", env: {}, size: recording.size },
    label: null,
    tool: expected.tool,
    policyHash,
    settings: { mode: "full", headless: false },
    holder: thisHolder(),
    answersQueries: true,
    inputEnded: () => false,
    rim: {
      show: () => undefined,
      drained: () => Promise.resolve(),
      suspend: () => Promise.resolve(),
      callPerson: () => undefined,
      warn: () => undefined,
    },
    onEntry: (entry) => watch.entry(entry),
  };
}

const policyHash = "0".repeat(64);

/** Whatever a policy could say, and a person for the rest. */
function answerEverything(prompt: Prompt): Decision {
  const value = prompt.confidence === "low" ? null : answerTo(prompt);
  const shared = { rule_id: null, risk: "low" as const, risk_factors: [], policy_hash: policyHash };
  return value === null
    ? { ...shared, action: "require_human", reason: "not to be answered by a rule", value: null }
    : { ...shared, action: "auto_reply", reason: "everything is answered", value };
}

function answerTo({ kind, options }: Prompt): string | null {
  const [first] = options;
  switch (kind) {
    case "yes_no":
      return "y";
    case "confirm_enter":
      return "\n";
    case "multiple_choice":
      return first?.key ?? first?.label ?? "1";
    case "free_text":
      return "x";
    case "pager":
      return "q";
    case "password":
    case "editor":
    case "unknown":
      return null;
  }
}

/** From when on an answer to this prompt is right. */
function fromOf(one: Case, prompt: ExpectedPrompt): number {
  if (prompt.from_ms !== undefined) return prompt.from_ms - slackMs;
  const before = [
    ...one.expected.prompts.map(({ until_ms: until }) => until),
    ...one.expected.negatives.map(({ to_ms: to }) => to),
    ...one.recording.events.flatMap(({ kind, atMs }) => (kind === "input" ? [atMs] : [])),
  ];
  return Math.max(0, ...before.filter((ms) => ms <= prompt.at_ms));
}

function isWithin(one: Case, prompt: ExpectedPrompt, atMs: number): boolean {
  return fromOf(one, prompt) <= atMs && atMs < prompt.until_ms;
}

/** The last that was made of the prompt while it waited. */
function resultOf(one: Case, prompt: ExpectedPrompt, watch: Watch): PromptResult {
  const seen = watch.seen.findLast(({ atMs }) => isWithin(one, prompt, atMs));
  const detection = seen?.detection ?? { state: "working", why: "it was not met while it waited" };
  const verdict = judge(prompt, detection);
  const isAnswered = watch.strokes.some(({ atMs }) => isWithin(one, prompt, atMs));
  const isLeft = isForPerson(detection);
  const recall = verdict.recall === null ? null : verdict.recall && (isAnswered || isLeft);
  const evidence = seen?.evidence ?? "never met";
  return { case: one, prompt, detection, verdict: { ...verdict, recall }, evidence, cursorRow: "" };
}

/** Seen for what it is, and rightly not answered. */
function isForPerson(detection: Detection): boolean {
  return detection.state === "waiting" && answerTo(detection.prompt) === null;
}

/** The keys of one recorded answer come at most so far apart. */
const keyGapMs = 1_000;

/**
 * When the last key of the recorded answer went in. The recorded tool waits for it, whatever is typed now: an answer
 * of several keys goes on in between.
 */
function answeredMs({ recording, expected }: Case, prompt: ExpectedPrompt): number {
  const next = Math.min(
    ...[...expected.prompts, ...expected.negatives]
      .map(({ from_ms: from, ...other }) => from ?? ("at_ms" in other ? other.at_ms : 0))
      .filter((ms) => ms > prompt.until_ms),
  );
  let last = prompt.until_ms;
  for (const { kind, atMs } of recording.events) {
    const isKey = kind === "input" && atMs >= last && atMs < next;
    if (isKey && atMs - last <= keyGapMs) last = atMs;
  }
  return last;
}

function alarmsOf(one: Case, strokes: readonly Stroke[]): FalseAlarm[] {
  const { prompts, negatives, unscored = [] } = one.expected;
  const open = [
    ...prompts
      .filter(({ kind }) => kind !== "idle")
      .map((prompt) => ({ from_ms: fromOf(one, prompt), to_ms: answeredMs(one, prompt) })),
    ...unscored,
  ];
  return strokes
    .filter(({ atMs }) => !open.some(({ from_ms: from, to_ms: to }) => from <= atMs && atMs < to))
    .map(({ atMs, detection }) => {
      const negative = negatives.find(({ from_ms: from, to_ms: to }) => from <= atMs && atMs <= to);
      const why = negative?.why ?? "outside of every question";
      return { case: one, atMs, why, detection, effect: "typed" };
    });
}
