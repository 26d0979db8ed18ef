/** What the session is doing, made steady enough to be shown, and written down where other processes can read it. */
import type { Activity } from "../../contracts/activity.ts";
import { limits } from "../../contracts/limits.ts";
import type { Clock, Timer } from "../clock.ts";
import type { Detection } from "../prompt/detected.ts";
import type { State } from "./state.ts";

type Doing = Omit<Activity, "since">;

/** Where nothing else is known a session works: it is never idle for want of evidence. */
export function doingOf(stage: State, detection: Detection | null): Doing {
  switch (stage.name) {
    case "asking":
    case "lingering":
      return waiting(stage.pending.prompt.kind, "for you");
    case "deciding":
    case "fetching":
    case "recording":
    case "typing":
    case "steering":
    case "confirming":
      return waiting(stage.pending.prompt.kind, "its answer is on the way");
    case "closed":
      return { state: "ended", reason: "the tool has ended", prompt_kind: null };
    case "watching":
      return seen(detection);
  }
}

function seen(detection: Detection | null): Doing {
  switch (detection?.state) {
    case "idle":
      return { state: "idle", reason: detection.why, prompt_kind: null };
    case "working":
      return { state: "working", reason: detection.why, prompt_kind: null };
    case "waiting":
      return waiting(detection.prompt.kind, "its question is being read");
    default:
      return { state: "working", reason: "nothing was seen yet", prompt_kind: null };
  }
}

function waiting(kind: Activity["prompt_kind"], reason: string): Doing {
  return { state: "waiting", reason, prompt_kind: kind };
}

export type PresenceOptions = {
  clock: Clock;
  /** Makes it known. Returns false where that could not be done at the moment. */
  publish: (activity: Activity) => boolean;
};

/** Follows what a session does: a change counts when it lasts, and is published at most once in a while. */
export class Presence {
  readonly #options: PresenceOptions;
  #now: Activity | null = null;
  #published: Activity | null = null;
  #publishedMs = Number.NEGATIVE_INFINITY;
  #timer: Timer | null = null;

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  /** As last told; null before anything was. */
  get activity(): Activity | null {
    return this.#now;
  }

  tell(doing: Doing): void {
    const now = this.#now;
    const sameState = now !== null && isSame(now, doing);
    if (sameState && now.reason === doing.reason) return;
    // Another reason for the same is no new beginning, and in working not worth a write.
    const since = sameState ? now.since : this.#options.clock.now();
    this.#now = { ...doing, since };
    if (!sameState || doing.state !== "working") this.#publishSoon();
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #publishSoon(): void {
    if (this.#timer !== null) return;
    const { clock } = this.#options;
    const sinceLastMs = clock.monotonicMs() - this.#publishedMs;
    const waitMs = Math.max(limits.activityLastsMs, limits.activityEveryMs - sinceLastMs);
    this.#timer = clock.after(waitMs, () => this.#publish());
  }

  #publish(): void {
    this.#timer = null;
    const now = this.#now;
    const before = this.#published;
    if (now === null) return;
    // It flickered and is back where it was.
    if (before !== null && isSame(before, now) && before.reason === now.reason) {
      this.#now = before;
      return;
    }
    this.#publishedMs = this.#options.clock.monotonicMs();
    if (this.#options.publish(now)) this.#published = now;
    else this.#publishSoon();
  }
}

function isSame(a: Doing, b: Doing): boolean {
  return a.state === b.state && a.prompt_kind === b.prompt_kind;
}
