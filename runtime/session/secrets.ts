/** What was typed at secrets' prompts, known only so that no later record repeats it. */
import type { Subject } from "../../contracts/prompt.ts";
import type { EntryDraft } from "../../contracts/trace.ts";
import type { Random } from "../random.ts";
import { SecretPrints } from "../secret-prints.ts";

// Shorter ones would blot out ordinary words; more than these are not typed in one session.
const secretCharsMin = 3;
const secretsMax = 64;
const secretCharsMax = 4_096;
const blot = "•••";

const backspaces = new Set(["\u007f", "\b"]);

export class Secrets {
  readonly #prints: SecretPrints;
  #typing = "";
  #known: string[] = [];

  constructor(random: Pick<Random, "bytes">) {
    this.#prints = new SecretPrints(random);
  }

  /** One of the keychain's is about to be typed, with an Enter behind it. */
  lent(keys: Uint8Array): void {
    this.#prints.add(keys.subarray(0, -1));
  }

  /** Keys at a secret's prompt. A line that is sent off becomes a known secret. */
  typed(bytes: Uint8Array): void {
    for (const key of new TextDecoder().decode(bytes)) {
      if (key === "\r" || key === "\n") this.#remember();
      else if (backspaces.has(key)) this.#typing = this.#typing.slice(0, -1);
      else if (key >= " " && this.#typing.length < secretCharsMax) this.#typing += key;
    }
  }

  /** The same drafts, with every known secret and what is being typed blotted out of what they quote. */
  withhold(drafts: readonly EntryDraft[]): EntryDraft[] {
    const clean = this.#cleaner();
    return drafts.map((draft) => withheld(draft, clean));
  }

  /** The same value, with all of that blotted out of every text in it. */
  withholdFrom<T>(value: T): T {
    const clean = this.#cleaner();
    const text = JSON.stringify(value, (_name, one: unknown) =>
      typeof one === "string" ? clean(one) : one,
    );
    // The same value but for its texts.
    return JSON.parse(text) as T;
  }

  #cleaner(): (text: string) => string {
    const secrets = [...this.#known, this.#typing]
      .filter((secret) => secret.length >= secretCharsMin)
      .toSorted((a, b) => b.length - a.length);
    return (text) => {
      const rest = secrets.reduce((left, secret) => left.replaceAll(secret, blot), text);
      return this.#prints.cover(rest, () => blot);
    };
  }

  #remember(): void {
    if (this.#typing.length >= secretCharsMin) {
      this.#known = [...this.#known, this.#typing].slice(-secretsMax);
    }
    this.#typing = "";
  }
}

function withheld(draft: EntryDraft, clean: (text: string) => string): EntryDraft {
  if (draft.kind !== "prompt.detected" || draft.content === undefined) return draft;
  const { question, options, default: preset, subject } = draft.content;
  const maybe = (text: string | null): string | null => (text === null ? null : clean(text));
  return {
    ...draft,
    content: {
      question: clean(question),
      options: options.map(({ label, key }) => ({ label: clean(label), key: maybe(key) })),
      default: maybe(preset),
      subject: subject === null ? null : withheldSubject(subject, maybe),
    },
  };
}

function withheldSubject(
  { detail, ...subject }: Subject,
  maybe: (text: string | null) => string | null,
): Subject {
  return {
    ...subject,
    command: maybe(subject.command),
    path: maybe(subject.path),
    host: maybe(subject.host),
    ...(detail === undefined ? {} : { detail: maybe(detail) }),
  };
}
