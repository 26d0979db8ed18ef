/** Believes what is on the screen at the second look that shows it. */

export type Glimpse = {
  fingerprint: string;
  /** How often output has come. */
  outputs: number;
  /** Who reads, and how often that one has slept. */
  waiter: string | null;
};

/**
 * The kernel tells of now, the screen of what has been read so far: when the tool already waits with its next
 * question unread, the two together are a lie. So a prompt is believed at the second look, the event loop having
 * turned in between, when no output came and who reads has not woken.
 */
export class Glimpses {
  #last: Glimpse | null = null;

  /** Takes one look's prompt: is it the same as at the look before, with nothing in between? */
  isSecond(glimpse: Glimpse): boolean {
    const before = this.#last;
    this.#last = glimpse;
    return (
      before !== null &&
      before.outputs === glimpse.outputs &&
      before.waiter === glimpse.waiter &&
      before.fingerprint === glimpse.fingerprint
    );
  }
}
