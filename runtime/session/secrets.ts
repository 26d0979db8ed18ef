/** What the person typed at a secret's prompt, kept in memory only so that no later record repeats it. */
import type { EntryDraft } from "../../contracts/trace.ts";

// Shorter ones would blot out ordinary words; more than these are not typed in one session.
const secretCharsMin = 3;
const secretsMax = 64;
const secretCharsMax = 4_096;
const blot = "•••";

const backspaces = new Set(["\u007f", "\b"]);

export class Secrets {
  #typing = "";
  #known: string[] = [];

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
    const secrets = [...this.#known, this.#typing]
      .filter((secret) => secret.length >= secretCharsMin)
      .toSorted((a, b) => b.length - a.length);
    if (secrets.length === 0) return [...drafts];
    const clean = (text: string): string =>
      secrets.reduce((rest, secret) => rest.replaceAll(secret, blot), text);
    return drafts.map((draft) => withheld(draft, clean));
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
      subject:
        subject === null
          ? null
          : {
              type: subject.type,
              command: maybe(subject.command),
              path: maybe(subject.path),
              host: maybe(subject.host),
            },
    },
  };
}
