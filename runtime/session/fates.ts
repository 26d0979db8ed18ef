/** Remembers what became of a session's latest prompts, and since when and why the one that waits does, from its entries. */
import type { PromptFate } from "../../contracts/operator.ts";
import type { Moment } from "../../contracts/moment.ts";
import type { StoredEntry } from "../../contracts/trace.ts";
import type { OnStroke } from "../inject/inject.ts";

/** So many are remembered: whoever answered one asks within seconds. */
const rememberedMax = 64;

type Escalated = { since: Moment; reason: string };

export class Fates {
  /** Oldest first. */
  readonly #fates = new Map<string, PromptFate>();
  readonly #escalated = new Map<string, Escalated>();

  /** At the moment it is durable. */
  entry(entry: StoredEntry): void {
    switch (entry.kind) {
      case "prompt.escalated": {
        const { prompt_id: id, reason = "for you" } = entry.data;
        this.#escalated.set(id, { since: entry.at, reason });
        this.#set(id, { state: "waiting", outcome: null, reason });
        return;
      }
      case "reply.injected":
        this.#set(entry.data.prompt_id, { state: "accepted", outcome: null, reason: null });
        return;
      case "prompt.closed": {
        const { prompt_id: id, outcome, reason = null } = entry.data;
        this.#escalated.delete(id);
        this.#set(id, { state: "ended", outcome, reason });
        return;
      }
      default:
    }
  }

  /** Follows what is written to the tool, besides another that does. */
  listener(beside: OnStroke | undefined): OnStroke {
    return (writer, bytes) => {
      beside?.(writer, bytes);
      if (writer !== "terminal" && writer !== "terminal_reply") this.#stroke();
    };
  }

  /** Keys of a reply have gone out: it is the one that was accepted last. */
  #stroke(): void {
    const [id, fate] = [...this.#fates].at(-1) ?? [];
    if (id !== undefined && fate?.state === "accepted") this.#set(id, { ...fate, state: "typed" });
  }

  of(id: string): PromptFate {
    return this.#fates.get(id) ?? { state: "unknown", outcome: null, reason: null };
  }

  /** Null where it was not left to a person. */
  escalated(id: string): Escalated | null {
    return this.#escalated.get(id) ?? null;
  }

  #set(id: string, fate: PromptFate): void {
    // Anew, so that the one that stands still longest goes first.
    this.#fates.delete(id);
    this.#fates.set(id, fate);
    const [oldest] = this.#fates.keys();
    if (this.#fates.size > rememberedMax && oldest !== undefined) {
      this.#fates.delete(oldest);
      this.#escalated.delete(oldest);
    }
  }
}
