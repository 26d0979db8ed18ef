/** A secret between the keychain and the keystroke: bytes for one prompt, overwritten whatever becomes of it. */
import { secretFault } from "../../contracts/secret.ts";
import type { Pen } from "../inject/inject.ts";
import type { ReadSecret, SecretHad } from "./parts.ts";
import type { Effect, SessionEvent, State } from "./state.ts";

export type HeldSecretOptions = {
  read: ReadSecret;
  /** Told of the keys, an Enter at their end, just before they are typed. Must not keep them. */
  lent: (keys: Uint8Array) => void;
};

/** As on a keyboard. */
const enter = 0x0d;

export class HeldSecret {
  readonly #options: HeldSecretOptions;
  #secret: Uint8Array | null = null;
  #asking: AbortController | null = null;

  constructor(options: HeldSecretOptions) {
    this.#options = options;
  }

  /** Asks for the entry; `tell` is called in a later turn, and not at all once this has been dropped. */
  fetch(
    { entry, promptId }: Extract<Effect, { do: "fetch_secret" }>,
    tell: (event: SessionEvent) => void,
  ): void {
    this.#drop();
    const asking = new AbortController();
    this.#asking = asking;
    const take = (had: SecretHad): void => {
      if (this.#asking !== asking) {
        if (had.had === "yes") had.secret.fill(0);
        return;
      }
      this.#asking = null;
      const checked = typable(had, entry);
      if (checked.had === "yes") this.#secret = checked.secret;
      tell(
        checked.had === "yes"
          ? { type: "fetched", promptId }
          : { type: "not_fetched", promptId, why: checked.why, advice: checked.advice },
      );
    };
    const why = "the keychain could not be asked";
    this.#options.read(entry, asking.signal).then(take, (error: unknown) => {
      take({ had: "no", why, advice: `${why}: ${String(error)}` });
    });
  }

  /** Types it; the pen overwrites what it has typed. */
  write(pen: Pen | null): void {
    const secret = this.#secret;
    if (secret === null) throw new Error("a secret was to be typed, and none is held");
    const keys = new Uint8Array(secret.length + 1);
    keys.set(secret);
    keys[secret.length] = enter;
    this.#drop();
    this.#options.lent(keys);
    pen?.write("keychain", keys);
  }

  /** The session stands here now: what cannot be typed any more is overwritten, what is asked for given up. */
  settle({ name }: State): void {
    if (name !== "fetching" && name !== "recording" && name !== "typing") this.#drop();
  }

  #drop(): void {
    this.#secret?.fill(0);
    this.#secret = null;
    this.#asking?.abort();
    this.#asking = null;
  }
}

/** What the system keeps may have been written by another program: here it has to be one line. */
function typable(had: SecretHad, entry: string): SecretHad {
  const fault = had.had === "yes" ? secretFault(had.secret) : null;
  if (had.had === "no" || fault === null) return had;
  had.secret.fill(0);
  const why = `the keychain's entry cannot be typed: ${fault}`;
  return { had: "no", why, advice: `${why}; run: atlasbridge secrets set ${entry}` };
}
