/** What a new trace has to be told of a session that goes on in it, when the session's own was set aside. */
import type { PromptId } from "../../contracts/ids.ts";
import type { EntryDraft } from "../../contracts/trace.ts";

type OfPrompt = { detected: EntryDraft | null; claimed: boolean };

/** Remembers the session's beginning, and of each prompt that is open its question and whether it was typed into. */
export class Retold {
  #opening: readonly EntryDraft[] = [];
  readonly #prompts = new Map<PromptId, OfPrompt>();

  /** The session's first entries. */
  opened(drafts: readonly EntryDraft[]): void {
    this.#opening = drafts;
  }

  /** To be told of each draft that the trace has taken. */
  recorded(drafts: readonly EntryDraft[]): void {
    for (const draft of drafts) {
      if (draft.kind === "prompt.detected") this.#prompt(draft.data.prompt_id).detected = draft;
      // Once closed, a prompt is never typed into: what is known of it can go.
      if (draft.kind === "prompt.closed") this.#prompts.delete(draft.data.prompt_id);
    }
  }

  claimed(id: PromptId): void {
    this.#prompt(id).claimed = true;
  }

  isClaimed(id: PromptId): boolean {
    return this.#prompts.get(id)?.claimed ?? false;
  }

  /** The session's beginning, marked as a continuation, and the questions that are open. */
  get drafts(): EntryDraft[] {
    const opening = this.#opening.map((draft): EntryDraft => {
      if (draft.kind !== "session.started") return draft;
      return { ...draft, data: { ...draft.data, continued: true } };
    });
    const open = [...this.#prompts.values()].flatMap(({ detected }) => detected ?? []);
    return [...opening, ...open];
  }

  #prompt(id: PromptId): OfPrompt {
    const known = this.#prompts.get(id);
    if (known !== undefined) return known;
    const made: OfPrompt = { detected: null, claimed: false };
    this.#prompts.set(id, made);
    return made;
  }
}
