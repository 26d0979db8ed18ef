/** Plays a recording in its own time on an emulated screen: faster, without long pauses, step by step. */
import { limits } from "../../contracts/limits.ts";
import type { Clock, Timer } from "../clock.ts";
import type { Cast, CastEvent } from "../pty/asciicast.ts";
import type { Screen } from "../screen/screen.ts";
import { screenFor, showOn } from "./stills.ts";

export type PlayerOptions = {
  cast: Cast;
  clock: Clock;
  /** 2 is twice as fast. */
  speed: number;
  /** No pause of the recording lasts longer, in milliseconds of the recording. */
  idleMsMax: number;
  /** Whether it stands still at prompts. */
  pauses: boolean;
  /** Something has changed: the screen, or what it is doing. */
  changed(): void;
};

type PromptEvent = Extract<CastEvent, { kind: "prompt" }>;

export type Playing =
  | { doing: "playing" }
  /** `prompt`: which it stands at; null where a person stopped it. */
  | { doing: "standing"; prompt: PromptEvent | null }
  | { doing: "over"; cut: string | null };

export class Player {
  readonly screen: Screen;
  readonly #options: PlayerOptions;
  readonly #events: Iterator<CastEvent>;
  #next: CastEvent | null;
  #state: Playing = { doing: "playing" };
  #timer: Timer | null = null;
  #playedMs = 0;
  #dueMs: number;
  #cut: string | null = null;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.screen = screenFor(options.cast);
    this.#events = options.cast.events[Symbol.iterator]();
    this.#next = this.#read();
    this.#dueMs = options.clock.monotonicMs();
  }

  get state(): Playing {
    return this.#state;
  }

  /** How far it has come, in the recording's own time. */
  get playedMs(): number {
    return this.#playedMs;
  }

  /** Goes on from where it stands, or begins. */
  play(): void {
    if (this.#state.doing === "over") return;
    this.#state = { doing: "playing" };
    this.#dueMs = this.#options.clock.monotonicMs() + this.#gapMs();
    this.#wait();
    this.#options.changed();
  }

  stand(): void {
    if (this.#state.doing === "playing") this.#stop({ doing: "standing", prompt: null });
  }

  /** The next thing that can be seen, and stands still there. */
  step(): void {
    this.#skip((event) => event.kind === "output" || event.kind === "resized");
  }

  /** To the next prompt, without the time between. */
  toPrompt(): void {
    this.#skip((event) => event.kind === "prompt");
  }

  close(): void {
    this.#timer?.cancel();
    this.screen.close();
  }

  #read(): CastEvent | null {
    const next = this.#events.next();
    return next.done === true ? null : next.value;
  }

  /** A little at a time: keys and signals have their turn. */
  #skip(isWanted: (event: CastEvent) => boolean): void {
    if (this.#state.doing === "over") return;
    const { clock, changed } = this.#options;
    const untilMs = clock.monotonicMs() + limits.intakeTurnMs;
    for (let event = this.#take(); event !== null; event = this.#take()) {
      if (isWanted(event)) {
        this.#stop({ doing: "standing", prompt: event.kind === "prompt" ? event : null });
        return;
      }
      if (clock.monotonicMs() <= untilMs) continue;
      this.#timer?.cancel();
      this.#timer = clock.after(0, () => this.#skip(isWanted));
      this.#state = { doing: "playing" };
      changed();
      return;
    }
    this.#stop({ doing: "over", cut: this.#cut });
  }

  #stop(state: Playing): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#state = state;
    this.#options.changed();
  }

  /** Plays one event. Null at the end. */
  #take(): CastEvent | null {
    const event = this.#next;
    if (event === null) return null;
    this.#playedMs = event.atMs;
    showOn(this.screen, event);
    if (event.kind === "cut") this.#cut = event.why;
    this.#next = this.#read();
    return event;
  }

  #gapMs(): number {
    const { idleMsMax, speed } = this.#options;
    const gapMs = Math.max(0, (this.#next?.atMs ?? this.#playedMs) - this.#playedMs);
    return Math.min(gapMs, idleMsMax) / speed;
  }

  #wait(): void {
    const { clock } = this.#options;
    this.#timer?.cancel();
    this.#timer = clock.after(Math.max(0, this.#dueMs - clock.monotonicMs()), () => this.#turn());
  }

  /** All that is due, as far as one turn goes. */
  #turn(): void {
    const { clock, pauses, changed } = this.#options;
    const untilMs = clock.monotonicMs() + limits.intakeTurnMs;
    while (this.#dueMs <= clock.monotonicMs()) {
      const event = this.#take();
      if (event === null) return this.#stop({ doing: "over", cut: this.#cut });
      if (event.kind === "prompt" && pauses) {
        return this.#stop({ doing: "standing", prompt: event });
      }
      this.#dueMs += this.#gapMs();
      if (clock.monotonicMs() > untilMs) break;
    }
    this.#wait();
    changed();
  }
}
