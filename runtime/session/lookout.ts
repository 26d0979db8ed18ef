/** Watches the screen for one session: decides when to look, and whether what it sees is the prompt it knows. */
import type { PromptId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import type { Clock, Timer } from "../clock.ts";
import type { KeyEncoding } from "../inject/keystrokes.ts";
import type { Detection, PromptPlace } from "../prompt/detected.ts";
import type { WaitEvidence } from "../prompt/evidence.ts";
import type { Mark, Screen } from "../screen/screen.ts";
import type { Snapshot } from "../screen/snapshot.ts";
import { type Head, headOf, type Standing, standingOf } from "./head.ts";
import { outputSlices } from "./slices.ts";
import type { Pending, Sight } from "./state.ts";

/** Output after this much silence begins a burst; within one, a look at every piece would only cost time. */
const burstGapMs = 5;

export type LookoutOptions = {
  screen: Screen;
  clock: Clock;
  detect: (snapshot: Snapshot, evidence: WaitEvidence) => Detection;
  /** What the kernel and the line discipline say now. */
  evidence: (quietMs: number) => WaitEvidence;
  newPromptId: () => PromptId;
  /** The person has typed without having sent it off. */
  personTyping: () => boolean;
  onSight: (sight: Sight) => void;
};

/** The prompt that is being followed, and where it stood. */
type Followed = {
  pending: Pending;
  place: PromptPlace;
  mark: Mark;
  /** The prompt's text when it was met, to notice that it left in the middle of a burst of output. */
  text: string;
  /** What stood before the cursor then. What comes behind it is typed, echoed, or none of the question. */
  head: Head;
  /** Who was reading then; null where only polling, or nothing, was seen. */
  reader: string | null;
  /** Keys went to a program that reads lines, and since then the text was gone for a moment. */
  left: "no" | "armed" | "yes";
  goneSinceMs: number | null;
};

export class Lookout {
  readonly #options: LookoutOptions;
  #followed: Followed | null = null;
  #lastOutputMs: number;
  #looks = 0;
  #outputs = 0;
  /** Who was seen reading at the last look, and how often it had slept; null where only polling, or nothing, is seen. */
  #waiter: string | null = null;
  #glimpse: { fingerprint: string; outputs: number; waiter: string | null } | null = null;
  /** The prompt that keys were sent into last, and how often output had come by then. */
  #answered: { fingerprint: string; outputs: number } | null = null;
  #timer: Timer | null = null;
  #closed = false;

  constructor(options: LookoutOptions) {
    this.#options = options;
    this.#lastOutputMs = options.clock.monotonicMs();
  }

  /** Milliseconds since the tool last wrote anything. */
  get quietMs(): number {
    return this.#options.clock.monotonicMs() - this.#lastOutputMs;
  }

  /** How often output has come. */
  get outputs(): number {
    return this.#outputs;
  }

  /** Takes the tool's output onto the screen. */
  output(bytes: Uint8Array): void {
    const { screen, clock } = this.#options;
    const first = this.quietMs >= burstGapMs;
    if (this.#followed?.left === "armed") this.#feedWatching(this.#followed, bytes);
    else screen.feed(bytes);
    this.#lastOutputMs = clock.monotonicMs();
    this.#outputs += 1;
    if (first) this.#glance();
    else this.wake();
  }

  /**
   * The first of the two looks that a prompt needs, at once: a question most often comes whole, after a silence. The
   * second is a fresh timer away, because only an idle event loop is sure to have read what had come by then.
   */
  #glance(): void {
    this.#looks = 0;
    this.#timer?.cancel();
    const sight = this.#look();
    if (sight.what === "new") this.#isBelieved(sight.pending);
    this.#schedule(limits.settleFirstMs);
  }

  /** Looks soon and then less and less often: something happened that may have changed what is asked. */
  wake(): void {
    this.#looks = 0;
    if (this.#timer === null) this.#schedule(limits.settleFirstMs);
    else if (this.#timerMs > limits.settleFirstMs) {
      this.#timer.cancel();
      this.#schedule(limits.settleFirstMs);
    }
  }

  /** Keys went to the tool: from now on the followed prompt may be asked anew with the same words. */
  keysSent(canonical: boolean): void {
    const followed = this.#followed;
    if (followed !== null) {
      const { fingerprint } = followed.pending.prompt;
      this.#answered = { fingerprint, outputs: this.#outputs };
      if (canonical) followed.left = "armed";
    }
    this.wake();
  }

  /**
   * One look, now, without telling anybody: is this prompt, the followed one, still asked, as far as the output goes
   * that has been read? `woke`: who reads has woken since the last look and may have written more. `unseen`: nobody
   * is seen reading, so that cannot be told. In both cases let the event loop turn and ask again.
   */
  stillAsked(id: PromptId): "yes" | "no" | "woke" | "unseen" {
    const before = this.#waiter;
    if (this.#followed?.pending.id !== id || this.#look().what !== "same") return "no";
    if (this.#waiter === null) return "unseen";
    return this.#waiter === before ? "yes" : "woke";
  }

  /** The session is done with the prompt it followed. */
  forget(): void {
    this.#followed?.mark.dispose();
    this.#followed = null;
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.forget();
  }

  #timerMs = 0;

  #schedule(ms: number): void {
    if (this.#closed) return;
    this.#timerMs = ms;
    this.#timer = this.#options.clock.after(ms, () => this.#onTimer());
  }

  #onTimer(): void {
    this.#timer = null;
    if (this.#closed) return;
    const early = limits.settleFirstMs - this.quietMs;
    if (early > 0) {
      this.#schedule(Math.max(early, 0.1));
      return;
    }
    this.#looks += 1;
    const sight = this.#look();
    if (sight.what === "new" && !this.#isBelieved(sight.pending)) {
      this.#schedule(limits.settleFirstMs);
      return;
    }
    // Schedule before telling: what follows may wake us or close us.
    this.#schedule(Math.min(2 ** this.#looks, limits.settleLastMs));
    this.#tell(sight);
  }

  /**
   * The kernel tells of now, the screen of what has been read so far: when the tool already waits with its next
   * question unread, the two together are a lie. So a prompt is believed at the second look, the event loop having
   * turned in between, when no output came and who reads has not woken.
   */
  #isBelieved({ prompt }: Pending): boolean {
    const glimpse = {
      fingerprint: prompt.fingerprint,
      outputs: this.#outputs,
      waiter: this.#waiter,
    };
    const before = this.#glimpse;
    this.#glimpse = glimpse;
    return (
      before !== null &&
      before.outputs === glimpse.outputs &&
      before.waiter === glimpse.waiter &&
      before.fingerprint === glimpse.fingerprint
    );
  }

  #tell(sight: Sight): void {
    const followed = this.#followed;
    if (sight.what === "nothing" && followed !== null && !this.#goneForGood(followed)) return;
    if (sight.what === "same" && followed !== null) followed.goneSinceMs = null;
    if (sight.what === "nothing") this.forget();
    if (sight.what === "new") this.#follow(sight.pending);
    this.#options.onSight(sight);
  }

  /** A tool that repaints takes its dialog away for a moment: only a lasting absence counts, unless keys were sent. */
  #goneForGood(followed: Followed): boolean {
    if (followed.left !== "no") return true;
    const now = this.#options.clock.monotonicMs();
    followed.goneSinceMs ??= now;
    if (now - followed.goneSinceMs >= limits.goneMs) return true;
    this.#looks = Math.min(this.#looks, 4);
    return false;
  }

  /** The place of the last `new` sight, kept until the prompt is followed. */
  #met: Pick<Followed, "place" | "mark" | "text" | "head" | "reader"> | null = null;

  #follow(pending: Pending): void {
    this.forget();
    if (this.#met === null) return;
    this.#followed = { pending, ...this.#met, left: "no", goneSinceMs: null };
    this.#met = null;
  }

  #look(): Sight {
    const { screen, detect, evidence } = this.#options;
    const snapshot = screen.snapshot();
    const asBefore = this.#asBefore();
    if (snapshot.synchronizing) return asBefore;
    const facts = evidence(this.quietMs);
    this.#waiter = readerOf(facts);
    const standing = this.#standing(snapshot, facts);
    if (standing === "asked") return asBefore;
    const detection = detect(snapshot, facts);
    // Something was printed below while the same read goes on: no new question, unless it reads as one.
    if (standing === "above" && !readsAsQuestion(detection)) return asBefore;
    if (detection.state !== "waiting") return { what: "nothing" };
    if (this.#isSame(detection)) return { what: "same", prompt: detection.prompt };
    return this.#meet(detection, snapshot, facts.termios?.canonical ?? null);
  }

  #asBefore(): Sight {
    const known = this.#followed;
    return known === null ? { what: "nothing" } : { what: "same", prompt: known.pending.prompt };
  }

  #meet(
    { prompt, place }: Extract<Detection, { state: "waiting" }>,
    snapshot: Snapshot,
    canonical: boolean | null,
  ): Sight {
    const { bracketedPaste, applicationCursorKeys } = snapshot;
    const encoding: KeyEncoding = { bracketedPaste, applicationCursorKeys, canonical };
    this.#met?.mark.dispose();
    this.#met = {
      place,
      mark: this.#options.screen.mark(place.row),
      text: textOf(snapshot, place),
      head: headOf(snapshot, place),
      reader: this.#waiter,
    };
    const pending: Pending = { id: this.#options.newPromptId(), prompt, encoding };
    const repeated = this.#isRepeated(prompt.fingerprint);
    return { what: "new", pending, personTyping: this.#options.personTyping(), repeated };
  }

  /** Keys went into a prompt like this one and the tool has written nothing since: no one could tell it from that one. */
  #isRepeated(fingerprint: string): boolean {
    const answered = this.#answered;
    return answered?.fingerprint === fingerprint && answered.outputs === this.#outputs;
  }

  /** Where the followed prompt stands, if there is one that is known by its line. */
  #standing(snapshot: Snapshot, { kernel }: WaitEvidence): Standing {
    const known = this.#followed;
    if (known === null || known.place.dialog || known.left === "yes") return "gone";
    if (kernel !== null && !kernel.blind && kernel.waits.length === 0) return "gone";
    const by = (known.mark.row() ?? known.place.row) - known.place.row;
    const standing = standingOf(known.head, snapshot, by);
    if (standing !== "above") return standing;
    const sameRead = known.reader !== null && known.reader === this.#waiter;
    return sameRead && known.pending.prompt.kind !== "unknown" ? "above" : "gone";
  }

  #isSame({ prompt, place }: Extract<Detection, { state: "waiting" }>): boolean {
    const followed = this.#followed;
    if (followed === null || followed.left === "yes") return false;
    if (prompt.fingerprint !== followed.pending.prompt.fingerprint) return false;
    // A cleared screen takes the mark with it: what stands where it stood, with no key sent, was redrawn.
    return place.dialog || (followed.mark.row() ?? followed.place.row) === place.row;
  }

  /** Feeds in small steps, so that a prompt that leaves and comes back within one burst is seen to have left. */
  #feedWatching(followed: Followed, bytes: Uint8Array): void {
    const { screen } = this.#options;
    for (const slice of outputSlices(bytes)) {
      screen.feed(slice);
      if (followed.left !== "armed") continue;
      const row = followed.mark.row();
      const moved = row === null ? null : shift(followed.place, row);
      if (moved === null || textOf(screen.snapshot(), moved) !== followed.text)
        followed.left = "yes";
    }
  }
}

function readsAsQuestion(detection: Detection): boolean {
  return detection.state === "waiting" && detection.prompt.kind !== "unknown";
}

function readerOf({ kernel }: WaitEvidence): string | null {
  const readers = kernel?.waits.filter((wait) => wait.foreground && wait.via === "read") ?? [];
  if (readers.length === 0) return null;
  return readers.map(({ tid, sleeps }) => `${tid}:${sleeps}`).join(" ");
}

function shift(place: PromptPlace, row: number): PromptPlace {
  const by = row - place.row;
  return { ...place, row, top: place.top + by, bottom: place.bottom + by };
}

/** What stands from the question's first row to its last, the line of the cursor cut off where the cursor is. */
function textOf(snapshot: Snapshot, { top, bottom }: PromptPlace): string {
  return snapshot.screen
    .slice(Math.max(0, top), Math.max(0, bottom + 1))
    .map((row) => row.text)
    .join("\n");
}
