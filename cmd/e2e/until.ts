/** Waits for something to come true, by looking often until a deadline: end-to-end tests never sleep and hope. */

const lookEveryMs = 5;
const deadlineMsDefault = 15_000;

export type UntilOptions = {
  /** After this long the wait fails. */
  deadlineMs?: number;
  /** Told with the failure: what could be seen instead. */
  seen?: () => string;
};

/** Resolves with the first value of `look` that is neither null nor false. Throws, naming `what`, at the deadline. */
export async function until<T>(
  what: string,
  look: () => T | null | false | Promise<T | null | false>,
  { deadlineMs = deadlineMsDefault, seen }: UntilOptions = {},
): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== null && found !== false) return found;
    if (performance.now() > deadline) {
      const instead = seen === undefined ? "" : `; instead:\n${seen()}`;
      throw new Error(`not within ${deadlineMs} ms: ${what}${instead}`);
    }
    await Bun.sleep(lookEveryMs);
  }
}

/** For what must not happen: looks for the whole of `ms` and throws as soon as it does. */
export async function never(what: string, ms: number, look: () => boolean): Promise<void> {
  const end = performance.now() + ms;
  while (performance.now() < end) {
    if (look()) throw new Error(`happened: ${what}`);
    await Bun.sleep(lookEveryMs);
  }
}
