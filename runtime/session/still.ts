/** Whether what is asked has stood still for long enough to be acted upon: dialogs lose keys that come too early. */
import { limits } from "../../contracts/limits.ts";
import { type ScreenRow, sameRow, type Snapshot } from "../screen/snapshot.ts";

/** A prompt as one look shows it. */
export type Sighting = {
  /** The prompt's fingerprint, or anything else that tells it from another. */
  key: string;
  rows: readonly ScreenRow[];
  /** How long the rows must have been the same; 0 where that does not matter. */
  stillMs: number;
  /** What the tool announces contradicts it. */
  disagrees: boolean;
};

/** When the look was, and when anything on the screen may have changed last. */
export type Times = { nowMs: number; changedMs: number };

export type Patience =
  /** Look again after this long. */
  | { wait: number; as: "unsure" }
  /** `unsettled`: it has been asked for long, and something in it never stands still. `disagreed`: for too long. */
  | { wait: 0; as: "settled" | "unsettled" | "disagreed" };

type Candidate = Sighting & {
  firstMs: number;
  sinceMs: number;
  disagreesSinceMs: number | null;
  touched: boolean;
};

export class Stillness {
  #candidate: Candidate | null = null;

  /** A person has pressed a key since the prompt of the last look was first seen. */
  get touched(): boolean {
    return this.#candidate?.touched === true;
  }

  /** A prompt stands on the screen that was not told yet, though its tool may be too busy to wait for it just now. */
  isPending(nowMs: number): boolean {
    const candidate = this.#candidate;
    return candidate !== null && nowMs - candidate.firstMs < limits.unsettledMs;
  }

  /** A key of the person goes to the tool: what is being waited for is theirs. */
  touch(): void {
    if (this.#candidate !== null) this.#candidate.touched = true;
  }

  /** The prompt was told: should it be met again, its time begins anew. */
  told(): void {
    this.#candidate = null;
  }

  /** A look showed no prompt: `rows` are now where the last one stood. What left the screen begins anew. */
  miss(rows: readonly ScreenRow[]): void {
    if (this.#candidate !== null && !sameRows(rows, this.#candidate.rows)) this.#candidate = null;
  }

  /** A look showed this prompt. */
  see(sighting: Sighting, times: Times): Patience {
    const candidate = this.#update(sighting, times);
    const { nowMs } = times;
    const disagreed = candidate.disagreesSinceMs;
    const stillAt = candidate.sinceMs + sighting.stillMs;
    if (disagreed !== null) {
      const due = Math.max(stillAt, disagreed + limits.announceGraceMs);
      return passed(due, nowMs)
        ? { wait: 0, as: "disagreed" }
        : { wait: due - nowMs, as: "unsure" };
    }
    if (passed(stillAt, nowMs)) return { wait: 0, as: "settled" };
    if (passed(candidate.firstMs + limits.unsettledMs, nowMs)) return { wait: 0, as: "unsettled" };
    return { wait: stillAt - nowMs, as: "unsure" };
  }

  #update(sighting: Sighting, { nowMs, changedMs }: Times): Candidate {
    const before = this.#candidate?.key === sighting.key ? this.#candidate : null;
    const same = before !== null && sameRows(before.rows, sighting.rows);
    const candidate: Candidate = {
      ...sighting,
      firstMs: before?.firstMs ?? nowMs,
      sinceMs: same ? before.sinceMs : Math.min(changedMs, nowMs),
      disagreesSinceMs: sighting.disagrees ? (before?.disagreesSinceMs ?? nowMs) : null,
      touched: before?.touched ?? false,
    };
    this.#candidate = candidate;
    return candidate;
  }
}

/** Timers may call a fraction of a millisecond early. */
const earlyMs = 0.25;

function passed(dueMs: number, nowMs: number): boolean {
  return dueMs - nowMs <= earlyMs;
}

/** The rows of a block of the screen; fewer where it reaches beyond. */
export function rowsOf(
  snapshot: Snapshot,
  { top, bottom }: { top: number; bottom: number },
): readonly ScreenRow[] {
  return snapshot.screen.slice(Math.max(0, top), Math.max(0, bottom + 1));
}

/** The same text and looks, wherever on the screen. */
export function sameRows(a: readonly ScreenRow[], b: readonly ScreenRow[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((row, at) => {
    const other = b[at];
    return other !== undefined && sameRow(row, other);
  });
}
