/** Calls the person to a prompt that waits for them: a bell at once, the desktop when nobody comes, once more, louder. */
import type { Config } from "../../contracts/config.ts";
import type { PromptKind } from "../../contracts/prompt.ts";
import type { StoredEntry } from "../../contracts/trace.ts";
import type { OnStroke } from "../inject/inject.ts";
import type { Clock, Timer } from "../clock.ts";

export type Call = {
  /** What waits, without a word of what it asks: notifications are shown where others may look. */
  title: string;
  body: string;
  urgent: boolean;
};

export type CallOptions = {
  clock: Pick<Clock, "after">;
  settings: Config["notify"];
  tool: string;
  label: string | null;
  ring(): void;
  /** Must not throw, and not wait. */
  send(call: Call): void;
};

export class Calls {
  readonly #options: CallOptions;
  readonly #kinds = new Map<string, PromptKind>();
  /** The prompt that was called for, until somebody comes. */
  #called: string | null = null;
  #timers: Timer[] = [];

  constructor(options: CallOptions) {
    this.#options = options;
  }

  /** At the moment it is durable. */
  entry(entry: StoredEntry): void {
    switch (entry.kind) {
      case "prompt.detected":
        this.#kinds.clear();
        this.#kinds.set(entry.data.prompt_id, entry.data.prompt_kind);
        return;
      case "prompt.escalated":
        // They have just taken it over themselves.
        if (entry.data.by === "policy") this.#call(entry.data.prompt_id);
        return;
      case "prompt.closed":
        // What had no effect still stands there, and nobody else answers it.
        if (entry.data.prompt_id === this.#called && entry.data.outcome !== "no_effect")
          this.seen();
        return;
      case "reply.received":
      case "session.ended":
        this.seen();
        return;
      default:
    }
  }

  /** Follows what is written to the tool, besides another that does: a key of the person's is their coming. */
  listener(beside: OnStroke | undefined): OnStroke {
    return (writer, bytes) => {
      beside?.(writer, bytes);
      if (writer === "terminal") this.seen();
    };
  }

  /** Somebody is there: they have pressed a key, or answered from elsewhere. */
  seen(): void {
    for (const timer of this.#timers.splice(0)) timer.cancel();
    this.#called = null;
  }

  #call(id: string): void {
    this.seen();
    this.#called = id;
    const { clock, settings, ring } = this.#options;
    if (settings.bell) ring();
    if (!settings.desktop) return;
    const kind = this.#kinds.get(id) ?? "unknown";
    const afterMs = settings.after_seconds * 1_000;
    this.#timers.push(clock.after(afterMs, () => this.#send(kind, false)));
    if (settings.again_seconds === 0) return;
    const againMs = afterMs + settings.again_seconds * 1_000;
    this.#timers.push(
      clock.after(againMs, () => {
        if (settings.bell) ring();
        this.#send(kind, true);
      }),
    );
  }

  #send(kind: PromptKind, urgent: boolean): void {
    const { tool, label, send } = this.#options;
    const who = label === null ? tool : `${tool} (${label})`;
    const title = urgent ? `${who} still waits for you` : `${who} waits for you`;
    send({ title, body: `${kinds[kind]}; atlasbridge prompts list`, urgent });
  }
}

const kinds: Readonly<Record<PromptKind, string>> = {
  yes_no: "it asks yes or no",
  confirm_enter: "it waits for Enter",
  multiple_choice: "it asks you to choose",
  free_text: "it asks for text",
  password: "it asks for a secret",
  pager: "it shows a page",
  editor: "it has opened an editor",
  unknown: "it waits",
};
