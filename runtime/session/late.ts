/** Replies that were typed before they could be recorded, as `audit_mode: best_effort` allows. */
import type { PromptId } from "../../contracts/ids.ts";
import type { EntryDraft } from "../../contracts/trace.ts";
import type { Clock } from "../clock.ts";

/** What the store takes at once: with a reply, the claim to its prompt. */
export type Batch = { given: EntryDraft[]; drafts: EntryDraft[]; claim?: PromptId };

export class Late {
  readonly #clock: Clock;
  readonly #typedAtMs = new Map<EntryDraft, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** It is typed now, and recorded some time later. */
  typed(injected: EntryDraft): void {
    this.#typedAtMs.set(injected, this.#clock.monotonicMs());
  }

  recorded(drafts: readonly EntryDraft[]): void {
    for (const draft of drafts) this.#typedAtMs.delete(draft);
  }

  /** In order, each with one reply at most; a late reply says how late it is. */
  batches(drafts: readonly EntryDraft[]): Batch[] {
    const batches: Batch[] = [];
    let open: Batch = { given: [], drafts: [] };
    for (const draft of drafts) {
      open.given.push(draft);
      open.drafts.push(this.#marked(draft));
      if (draft.kind !== "reply.injected") continue;
      batches.push({ ...open, claim: draft.data.prompt_id });
      open = { given: [], drafts: [] };
    }
    return open.given.length === 0 ? batches : [...batches, open];
  }

  #marked(draft: EntryDraft): EntryDraft {
    const typedAtMs = this.#typedAtMs.get(draft);
    if (typedAtMs === undefined || draft.kind !== "reply.injected") return draft;
    const late_ms = Math.max(0, Math.round(this.#clock.monotonicMs() - typedAtMs));
    return { ...draft, data: { ...draft.data, late_ms } };
  }
}
