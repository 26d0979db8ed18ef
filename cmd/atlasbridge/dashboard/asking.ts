/** What waits in each running session, as it says itself: asked when it has recorded something, and now and then. */
import type { SessionId } from "../../../contracts/ids.ts";
import { limits } from "../../../contracts/limits.ts";
import type { WaitingPrompt } from "../../../contracts/operator.ts";
import type { Clock } from "../../../runtime/clock.ts";
import type { Waiting } from "../prompts/waiting.ts";

/** What a session answers, or why it did not. */
export type Answer = { prompt: WaitingPrompt | null } | { why: string };

export type AskingOptions = {
  clock: Pick<Clock, "after" | "monotonicMs">;
  ask(id: SessionId): Promise<Answer>;
  /** An answer has come that nobody waited for any more. */
  late(): void;
};

type Asked = {
  prompt: WaitingPrompt | null;
  why: string | null;
  /** When it last recorded something. */
  touchedMs: number;
  /** When it was last asked, and when it was last asked and did answer. */
  begunMs: number;
  heardMs: number;
  isAsked: boolean;
};

/** One that does not answer keeps nobody waiting: the others are told meanwhile. */
export class Asking {
  readonly #options: AskingOptions;
  #sessions = new Map<SessionId, Asked>();

  constructor(options: AskingOptions) {
    this.#options = options;
  }

  /** It has recorded something, or does something else. */
  touch(id: SessionId): void {
    const session = this.#sessions.get(id);
    if (session !== undefined) session.touchedMs = this.#options.clock.monotonicMs();
  }

  /** Asks those that are due. Resolves when they have answered, or when that takes too long to be waited for. */
  async ask(ids: readonly SessionId[]): Promise<void> {
    this.#keep(ids);
    const nowMs = this.#options.clock.monotonicMs();
    const due = [...this.#sessions].filter(([, one]) => !one.isAsked && nowMs >= dueMs(one));
    if (due.length === 0) return;
    let isOver = false;
    const answers = due.map(async ([id, session]) => {
      await this.#askOne(id, session);
      if (isOver) this.#options.late();
    });
    const over = Promise.withResolvers<void>();
    const timer = this.#options.clock.after(limits.dashboardLookMs, over.resolve);
    await Promise.race([Promise.all(answers), over.promise]);
    isOver = true;
    timer.cancel();
  }

  /** How long it may be waited for something to happen. */
  get patienceMs(): number {
    const nowMs = this.#options.clock.monotonicMs();
    const free = [...this.#sessions.values()].filter(({ isAsked }) => !isAsked);
    const soonest = Math.min(...free.map(dueMs), nowMs + limits.dashboardAskMs);
    return Math.max(0, soonest - nowMs);
  }

  /** Longest waiting first. */
  get said(): Waiting {
    const all = [...this.#sessions];
    const prompts = all.flatMap(([, { prompt }]) => prompt ?? []);
    return {
      prompts: prompts.toSorted((a, b) => a.since - b.since),
      unreachable: all.flatMap(([id, { why }]) => (why === null ? [] : { session_id: id, why })),
    };
  }

  #keep(ids: readonly SessionId[]): void {
    const kept = ids.map((id) => [id, this.#sessions.get(id) ?? unasked()] as const);
    this.#sessions = new Map(kept);
  }

  async #askOne(id: SessionId, session: Asked): Promise<void> {
    const begunMs = this.#options.clock.monotonicMs();
    session.isAsked = true;
    session.begunMs = begunMs;
    const answer = await this.#options.ask(id);
    session.isAsked = false;
    if ("why" in answer) {
      session.why = answer.why;
      /*
       * One that is too busy to answer still asks what it asked, as long as it has recorded nothing since: what a person
       * is about to answer must not go and come back under their hands.
       */
      if (session.touchedMs > session.heardMs) session.prompt = null;
    } else {
      session.heardMs = begunMs;
      session.why = null;
      session.prompt = answer.prompt;
    }
  }
}

const never = Number.NEGATIVE_INFINITY;

const unasked = (): Asked => ({
  ...{ prompt: null, why: null, isAsked: false },
  ...{ touchedMs: never, begunMs: never, heardMs: never },
});

/**
 * What is recorded has its effect a moment later: until then often, and once after it. Else nothing is to be expected,
 * unless it said nothing the last time.
 */
function dueMs({ why, touchedMs, begunMs }: Asked): number {
  if (begunMs < touchedMs + limits.dashboardAskAgainMs) return begunMs + limits.dashboardLookMs;
  return begunMs + (why === null ? limits.dashboardAskAllMs : limits.dashboardAskMs);
}
