/** What a person can do about the prompt that waits for them, besides typing into the tool. */
import { planAnswer, type LocalAnswer } from "./local-answer.ts";
import type { Pending, SessionEvent, State } from "./state.ts";
import type { Suggestions } from "./suggestions.ts";

type PersonAnswersOptions = {
  stage: () => State;
  /** Keys of theirs stand in the terminal unsent, or came a moment ago. */
  typing: () => boolean;
  suggestions: Pick<Suggestions, "confirmable">;
  answered: (event: SessionEvent) => void;
};

export class PersonAnswers {
  readonly #options: PersonAnswersOptions;

  constructor(options: PersonAnswersOptions) {
    this.#options = options;
  }

  /** The prompt that they have to answer, now. */
  get asked(): Pending | null {
    const stage = this.#options.stage();
    return stage.name === "asking" ? stage.pending : null;
  }

  /** They have pressed the key that confirms. `no`: nothing is suggested, so it is a key like any other. */
  confirm(): "yes" | "no" | "too early" {
    const answer = this.#options.suggestions.confirmable(this.#options.stage());
    if (answer === "yes") this.#options.answered({ type: "confirmed" });
    return answer;
  }

  /** An answer from elsewhere than the terminal. Null when it is on its way, else why it is not. */
  give(answer: LocalAnswer): string | null {
    const planned = planAnswer(this.#options.stage(), answer, this.#options.typing());
    if (typeof planned === "string") return planned;
    this.#options.answered(planned);
    return null;
  }
}
