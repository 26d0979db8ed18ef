/** Covers what a terminal shows of a secret while it is typed, up to the line end behind its Enter. */
import { starred } from "./secret-text.ts";

export class SecretEcho {
  #stage: "none" | "begun" | "sent" = "none";

  /** Something of a secret may be shown now. */
  get active(): boolean {
    return this.#stage !== "none";
  }

  /** Keys of a secret, where what is typed is shown. */
  typed(keys: string): void {
    this.#stage = /[\r\n]/.test(keys) ? "sent" : "begun";
  }

  /** Another question stands there: what is shown from here on is not of that secret. */
  over(): void {
    this.#stage = "none";
  }

  /** What was shown, with stars in place of what may be the secret. */
  covered(text: string): string {
    if (this.#stage === "none") return text;
    const end = this.#stage === "sent" ? text.search(/[\r\n]/) : -1;
    if (end === -1) return starred(text);
    this.#stage = "none";
    return starred(text.slice(0, end)) + text.slice(end);
  }
}
