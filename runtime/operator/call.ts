/** Calls the person to a prompt that waits for them: a bell at once, further away when nobody comes, then louder. */
import type { Config } from "../../contracts/config.ts";
import type { SessionId } from "../../contracts/ids.ts";
import type { NotifyMessage } from "../../contracts/notify.ts";
import { entryContent, type StoredEntry } from "../../contracts/trace.ts";
import type { OnStroke } from "../inject/inject.ts";
import type { Clock, Timer } from "../clock.ts";

export type CallOptions = {
  clock: Pick<Clock, "after" | "now" | "monotonicMs">;
  settings: Config["notify"];
  sessionId: SessionId;
  tool: string;
  label: string | null;
  ring(): void;
  /** With all that is known of the prompt: how much of it may be told where is for others to say. Must not throw or wait. */
  send(message: NotifyMessage): void;
  /** Somebody has come. Must not throw or wait. */
  withdraw(): void;
};

type Detected = Extract<StoredEntry, { kind: "prompt.detected" }>;

export class Calls {
  readonly #options: CallOptions;
  #detected: Detected | null = null;
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
        this.#detected = entry;
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
    if (this.#called === null) return;
    for (const timer of this.#timers.splice(0)) timer.cancel();
    this.#called = null;
    this.#options.withdraw();
  }

  #call(id: string): void {
    this.seen();
    this.#called = id;
    const { clock, settings, ring } = this.#options;
    const since = clock.monotonicMs();
    if (settings.bell) ring();
    if (!settings.desktop && settings.targets.length === 0) return;
    const told = this.#detected?.data.prompt_id === id ? this.#detected : null;
    const at = (seconds: number, urgency: NotifyMessage["urgency"]): void => {
      const call = (): void => {
        if (settings.bell && urgency !== "first") ring();
        this.#options.send(this.#message(told, { since, urgency }));
      };
      this.#timers.push(clock.after(seconds * 1_000, call));
    };
    const { after_seconds: after, again_seconds: again, long_seconds: long } = settings;
    at(after, "first");
    if (again > 0) at(after + again, "again");
    if (long > 0) at(long, "long");
  }

  #message(
    detected: Detected | null,
    { since, urgency }: { since: number; urgency: NotifyMessage["urgency"] },
  ): NotifyMessage {
    const { clock, sessionId, tool, label } = this.#options;
    const content = entryContent["prompt.detected"].safeParse(detected?.content).data ?? null;
    return {
      type: "prompt.waiting",
      urgency,
      at: clock.now(),
      session_id: sessionId,
      prompt_id: detected?.data.prompt_id ?? null,
      tool,
      prompt_kind: detected?.data.prompt_kind ?? null,
      waited_seconds: Math.round((clock.monotonicMs() - since) / 1_000),
      label,
      question: content?.question ?? null,
      options: content?.options.map((one) => one.label) ?? [],
    };
  }
}
