/** Watches the screen for one session: decides when to look, and whether what it sees is the prompt it knows. */
import type { PromptId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import type { Timer } from "../clock.ts";
import type { Detection } from "../prompt/detected.ts";
import type { WaitEvidence } from "../prompt/evidence.ts";
import type { Snapshot } from "../screen/snapshot.ts";
import { Answered } from "./answered.ts";
import { behind, type Echo } from "./echo.ts";
import { BlockedUnseen } from "./blocked.ts";
import {
  placeOf,
  type Followed,
  hasScrolledOff,
  type Met,
  metAt,
  presumedMs,
  shift,
  type Sameness,
  samenessOf,
  type Sighted,
  type Waiting,
} from "./followed.ts";
import { Glimpses } from "./glimpses.ts";
import { asDecided, standsUntouched, judge, readerOf, readsAsQuestion } from "./judge.ts";
import { encodingOf } from "./layout.ts";
import { nextLookMs } from "./looks.ts";
import type { LookoutOptions } from "./lookout-options.ts";
import type { Pending, Sight } from "./state.ts";
import { type Patience, rowsOf, Stillness } from "./still.ts";
import { Readers } from "./readers.ts";
import { Sleepers } from "./sleepers.ts";
import { sentInto } from "./twin.ts";

/** Output after this much silence begins a burst; within one, a look at every piece would only cost time. */
const burstGapMs = 5;

export class Lookout {
  readonly #options: LookoutOptions;
  #followed: Followed | null = null;
  #lastOutputMs: number;
  /** When something last happened that looks are counted from. */
  #wokenMs: number;
  #outputs = 0;
  /** Who was seen reading at the last look, and how often it had slept; null where only polling, or nothing, is seen. */
  #waiter: string | null = null;
  readonly #glimpses = new Glimpses();
  readonly #answered = new Answered();
  #timer: Timer | null = null;
  #closed = false;
  #resizedMs = Number.NEGATIVE_INFINITY;
  readonly #still = new Stillness();
  readonly #sleepers = new Sleepers();
  readonly #readers = new Readers();
  readonly #blocked = new BlockedUnseen();

  constructor(options: LookoutOptions) {
    this.#options = options;
    this.#lastOutputMs = options.clock.monotonicMs();
    this.#wokenMs = this.#lastOutputMs;
  }

  /** Milliseconds since the tool last wrote anything. */
  get quietMs(): number {
    return this.#options.clock.monotonicMs() - this.#lastOutputMs;
  }

  /** Output comes without end: what is asked by now cannot be told. */
  get amidFlood(): boolean {
    return this.#options.behind() || this.quietMs < limits.settleFirstMs;
  }

  /** How often output has come. */
  get outputs(): number {
    return this.#outputs;
  }

  /** Takes the tool's output onto the screen. */
  output(bytes: Uint8Array): void {
    const { screen, clock } = this.#options;
    const first = this.quietMs >= burstGapMs;
    this.#answered.feed(screen, bytes, this.#followed);
    this.#lastOutputMs = clock.monotonicMs();
    if (first) this.#sleepers.written(this.#lastOutputMs);
    this.#outputs += 1;
    if (this.#options.behind()) this.#missScrolledOff();
    if (first) this.#glance();
    else this.wake();
  }

  /** In a flood no look is possible until it ends: what it carries off is told at once, and the rest may be left out. */
  #missScrolledOff(): void {
    if (this.#followed === null || !hasScrolledOff(this.#followed)) return;
    this.#followed.left = "yes";
    this.#tell({ what: "nothing" });
  }

  /** Deals with output that scrolls off before its end: how many bytes of it need not come by `output`. */
  skip(bytes: Uint8Array): number {
    // A prompt that is followed may leave and come back within it.
    if (this.#followed !== null) return 0;
    const skipped = this.#options.screen.skip(bytes);
    if (skipped > 0) this.#outputs += 1;
    return skipped;
  }

  /**
   * The first of the two looks that a prompt needs, at once: a question most often comes whole, after a silence. The
   * second comes when the event loop has turned, because only then is all read that had come by now.
   */
  #glance(): void {
    const { clock } = this.#options;
    this.#wokenMs = clock.monotonicMs();
    this.#timer?.cancel();
    const sight = this.#look();
    if (sight.what !== "new" || this.#patience(sight.pending).wait > limits.settleFirstMs) {
      this.#schedule(limits.settleFirstMs);
    } else if (!this.#closed) {
      this.#timerMs = limits.secondLookUs / 1_000;
      const leftMs = Math.max(0, this.#timerMs - this.quietMs);
      this.#timer = clock.soon(leftMs, () => this.#onTimer(limits.secondLookUs / 1_000));
    }
  }

  /** The terminal has another size: until the tool has drawn for it, what it asks may be unreadable. */
  resized(): void {
    this.#resizedMs = this.#options.clock.monotonicMs();
    this.wake();
  }

  /** A key of the person goes to the tool. */
  personTyped(): void {
    this.#still.touch();
  }

  /** Looks soon and then less and less often: something happened that may have changed what is asked. */
  wake(): void {
    this.#wokenMs = this.#options.clock.monotonicMs();
    if (this.#timer === null) this.#schedule(limits.settleFirstMs);
    else if (this.#timerMs > limits.settleFirstMs) {
      this.#timer.cancel();
      this.#schedule(limits.settleFirstMs);
    }
  }

  /**
   * Keys went to the tool: from now on the followed prompt may be asked anew with the same words. `moving`: they only
   * move its highlight. `any`: a person's, of which nobody knows what it does.
   */
  keysSent(canonical: boolean, keys: "answering" | "moving" | "any" = "answering"): void {
    const followed = this.#followed;
    this.#readers.keySent();
    if (followed !== null) {
      const snapshot = this.#options.screen.snapshot();
      const when = { outputs: this.#outputs, atMs: this.#options.clock.monotonicMs() };
      this.#answered.keysInto(followed, this.#options.screen, when);
      if (keys !== "any") followed.keys = keys;
      if (canonical) followed.left = "armed";
      else if (keys !== "moving") {
        followed.sent ??= sentInto(snapshot, followed.place);
      }
    }
    this.wake();
  }

  /**
   * One look, now, without telling anybody: is this prompt, the followed one, still asked, as far as the output goes
   * that has been read? `woke`: who reads has woken since the last look and may have written more, or is at work.
   * `unseen`: nobody is seen reading, so that cannot be told. In these cases let the event loop turn and ask again.
   */
  stillAsked(id: PromptId): "yes" | "no" | "woke" | "unseen" {
    const before = this.#waiter;
    const followed = this.#followed;
    const snapshot = this.#options.screen.snapshot();
    if (followed?.pending.id !== id) return "no";
    if (snapshot.synchronizing || this.#options.behind()) return "woke";
    const sight = this.#look();
    if (this.#stale) return "woke";
    // It draws, or reads what its terminal reports, and will wait again: the dialog stands there untouched.
    if (sight.what === "nothing" && standsUntouched(followed, snapshot)) return "woke";
    if (sight.what !== "same" || !asDecided(followed, sight.prompt, snapshot)) return "no";
    if (this.#waiter === null) return "unseen";
    return this.#waiter === before ? "yes" : "woke";
  }

  /** As `stillAsked`, for the Enter behind a key: it is for those alone who took the key. */
  stillWantsEnter(id: PromptId): ReturnType<Lookout["stillAsked"]> {
    const standing = this.stillAsked(id);
    return this.#readers.areStill ? standing : "no";
  }

  /** The session is done with the prompt it followed. */
  forget(): void {
    this.#followed?.mark.dispose();
    this.#followed = null;
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#answered.close();
    this.forget();
  }

  #timerMs = 0;

  #schedule(ms: number): void {
    if (this.#closed) return;
    this.#timerMs = ms;
    const { clock } = this.#options;
    // On a busy machine a timer comes before what had arrived: without a turn the screen would be older than the wait.
    this.#timer = clock.after(ms, () => {
      this.#timer = clock.soon(0, () => this.#onTimer(limits.settleFirstMs));
    });
  }

  /** `leastMs`: of silence; output that came meanwhile is given its time. */
  #onTimer(leastMs: number): void {
    this.#timer = null;
    if (this.#closed) return;
    if (this.quietMs >= leastMs) this.#lookAround();
    else this.#schedule(Math.max(limits.settleFirstMs - this.quietMs, 0.1));
  }

  #lookAround(): void {
    const sight = this.#look();
    if (this.#detection !== null) this.#options.onDetection?.(this.#detection);
    if (sight.what === "new") {
      const patience = this.#patience(sight.pending);
      if (patience.wait > 0) {
        this.#schedule(patience.wait);
        // Something else stands where the followed prompt stood; while that settles, it has gone all the same.
        const replaced = this.#followed !== null && this.#met?.sameness === "other";
        if (replaced && this.#met?.waits === true) this.#tell({ what: "nothing" });
        return;
      }
    }
    // Schedule before telling: what follows may wake us or close us.
    this.#scheduleNext();
    this.#tell(sight);
  }

  #scheduleNext(): void {
    const nowMs = this.#options.clock.monotonicMs();
    const nextMs = nextLookMs(nowMs - this.#wokenMs, this.#detection?.stands === true);
    this.#schedule(this.#still.isPending(nowMs) ? Math.min(nextMs, limits.busyLookMs) : nextMs);
  }

  /** How long until a prompt that was just seen may be acted upon; what is known against it is put down in it. */
  #patience(pending: Pending): Patience {
    const met = this.#met;
    if (met === null || !met.waits) {
      const { fingerprint } = pending.prompt;
      const seen = { fingerprint, outputs: this.#outputs, waiter: this.#waiter };
      const believed = this.#glimpses.isSecond(seen);
      return believed ? { wait: 0, as: "settled" } : { wait: limits.settleFirstMs, as: "unsure" };
    }
    const nowMs = this.#options.clock.monotonicMs();
    const patience = this.#still.see(
      {
        key: `${pending.prompt.fingerprint} ${met.sameness}`,
        rows: met.rows,
        stillMs: met.place.stillMs ?? (met.sameness === "twin" ? limits.dialogStillMs : 0),
        disagrees: met.disagrees !== null,
      },
      { nowMs, changedMs: Math.max(this.#lastOutputMs, this.#resizedMs) },
    );
    judge(pending, patience.as, met.disagrees);
    return patience;
  }

  #tell(sight: Sight): void {
    const followed = this.#followed;
    if (sight.what === "nothing" && followed !== null && !this.#goneForGood(followed)) return;
    if (sight.what === "same" && followed !== null) this.#stays(followed, sight.prompt);
    if (sight.what === "nothing") this.forget();
    if (sight.what === "new") this.#follow(sight.pending);
    if (sight.what !== "same" || followed === null || followed.place.dialog) {
      this.#options.onSight(sight);
    } else this.#options.onSight({ ...sight, echo: this.#echo(followed) });
  }

  #echo({ head, place, mark }: Followed): Echo {
    const by = (mark.row() ?? place.row) - place.row;
    const untouchedMs = this.#answered.untouchedMs(
      this.#outputs,
      this.#options.clock.monotonicMs(),
    );
    const sameReader = this.#readers.areStill;
    return { behind: behind(head, this.#options.screen.snapshot(), by), untouchedMs, sameReader };
  }

  #goneForGood(followed: Followed): boolean {
    const nowMs = this.#options.clock.monotonicMs();
    const resizedAgoMs = nowMs - this.#resizedMs;
    const snapshot = this.#options.screen.snapshot();
    const times = { nowMs, quietMs: this.quietMs, resizedAgoMs };
    const againMs = presumedMs(followed, { snapshot, ...times });
    if (againMs === 0) return true;
    if (againMs < this.#timerMs) {
      this.#timer?.cancel();
      this.#schedule(Math.max(againMs, limits.settleFirstMs));
    }
    return false;
  }

  #stays(followed: Followed, prompt: Prompt): void {
    followed.goneSinceMs = null;
    followed.pending = { ...followed.pending, prompt };
    const row = followed.place.dialog ? null : followed.mark.row();
    const place = row === null ? followed.place : shift(followed.place, row);
    followed.rows = rowsOf(this.#options.screen.snapshot(), place);
  }

  /** The last `new` sight, kept until the prompt is followed. */
  #met: (Met & Sighted) | null = null;
  #afterSecret: Pick<WaitEvidence, "afterSecret"> = {};
  /** What the last look made of the screen; null where that could not be told. */
  #detection: Detection | null = null;

  #follow(pending: Pending): void {
    this.forget();
    this.#still.told();
    if (this.#met === null) return;
    const rest = { left: "no", goneSinceMs: null, sent: null, keys: "none" } as const;
    this.#followed = { pending, ...this.#met, ...rest };
    this.#afterSecret = pending.prompt.kind === "password" ? { afterSecret: true } : {};
    this.#met = null;
  }

  /** At the last look the tool had written what was not read yet: the screen was older than the wait. */
  #stale = false;

  #look(): Sight {
    const { screen, detect, evidence } = this.#options;
    const asBefore = this.#asBefore();
    this.#detection = null;
    const nowMs = this.#options.clock.monotonicMs();
    this.#readers.see("unknown", nowMs);
    if (this.#options.behind()) return asBefore;
    const snapshot = screen.snapshot();
    if (snapshot.synchronizing) return asBefore;
    this.#answered.see(snapshot);
    const facts = { ...evidence(this.quietMs), ...this.#afterSecret };
    // Asked after the evidence: who waits now has written all that it says before it waits.
    this.#stale = this.#options.unread();
    if (this.#stale) return asBefore;
    this.#waiter = readerOf(facts);
    this.#sleepers.see(facts, nowMs);
    this.#readers.see(facts, nowMs);
    const standing = placeOf(this.#followed, snapshot, { ...facts, reader: this.#waiter });
    if (standing === "asked") return asBefore;
    const detection = this.#blocked.judge(detect(snapshot, facts), snapshot, nowMs);
    this.#detection = detection;
    // Something was printed below while the same read goes on: no new question, unless it reads as one.
    if (standing === "above" && !readsAsQuestion(detection)) return asBefore;
    // Whoever reads has not woken since the last question: what is written now is not theirs to be answered.
    this.#sleepers.overheard = standing === "above";
    if (detection.state !== "waiting") {
      if (this.#met !== null) this.#still.miss(rowsOf(snapshot, this.#met.place));
      return { what: "nothing" };
    }
    const resizedAgoMs = nowMs - this.#resizedMs;
    const sameness = samenessOf(this.#followed, detection, { snapshot, resizedAgoMs });
    if (sameness === "same") {
      if (detection.place.dialog && this.#followed !== null) {
        this.#followed.place = detection.place;
      }
      return { what: "same", prompt: detection.prompt };
    }
    return this.#meet(detection, { snapshot, sameness, facts });
  }

  #asBefore(): Sight {
    const known = this.#followed;
    return known === null ? { what: "nothing" } : { what: "same", prompt: known.pending.prompt };
  }

  #meet(
    detection: Waiting,
    { snapshot, sameness, facts }: { snapshot: Snapshot; sameness: Sameness; facts: WaitEvidence },
  ): Sight {
    const { prompt, place, keyPresumed } = detection;
    const encoding = encodingOf({ prompt, place, keyPresumed }, snapshot, facts);
    this.#met?.mark.dispose();
    this.#met = metAt(detection, {
      snapshot,
      sameness,
      mark: this.#options.screen.mark(place.row),
      reader: this.#waiter,
    });
    const id = this.#options.newPromptId();
    const doubt = this.#blocked.doubt ?? this.#sleepers.doubt;
    const pending: Pending = { id, prompt, encoding, ...(doubt === null ? {} : { doubt }) };
    const repeated = this.#answered.isAgain({ prompt, place }, snapshot, this.#outputs);
    const personTyping = this.#options.personTyping() || this.#still.touched;
    return { what: "new", pending, personTyping, repeated };
  }
}
