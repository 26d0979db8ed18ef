/** The agent's own key, by which its checkpoints are signed: had from its file at once, from the keychain when it answers. */
import { AtlasError } from "../../contracts/errors.ts";
import { type KeyPair, newPrivateKeyPem, readKeyPair } from "./ed25519.ts";
import {
  createKeyFile,
  type KeyPlace,
  nextFile,
  promoteNext,
  publicKeysAt,
  readKeyFile,
} from "./key-file.ts";

/** What a store asks for the key by which it signs. Neither call waits. */
export interface KeySource {
  /** The public key for a trace that names none yet; the key is made where there is none. */
  own(): string;
  /**
   * Public keys of this agent: the one that is here, and the next one while it is brought in. Throws for a file that is
   * no key, or that others can read.
   */
  known(): string[];
  /** The pair of this public key, 64 hex digits; null while it is not to be had: then nothing is signed. */
  pair(publicKey: string): KeyPair | null;
}

/** What the keychain holds under a name, as text; null for nothing. A failure is told in words. */
export type ReadVault = (entry: string) => Promise<{ text: string | null } | { trouble: string }>;

export type AgentKeyOptions = {
  readVault: ReadVault;
  /** Told at most once of each thing that keeps the trace from being signed, in one line. */
  tell: (line: string) => void;
};

const noVault: ReadVault = async () => {
  return { trouble: "no keychain is asked here" };
};

export class AgentKey implements KeySource {
  readonly #file: string;
  readonly #options: AgentKeyOptions;
  readonly #told = new Set<string>();
  readonly #asked = new Map<string, Promise<void>>();
  #held: KeyPair | null = null;

  constructor(file: string, options: Partial<AgentKeyOptions> = {}) {
    this.#file = file;
    this.#options = { readVault: noVault, tell: () => undefined, ...options };
  }

  own(): string {
    const place = readKeyFile(this.#file) ?? this.#made();
    this.#from(place);
    return place.publicKey;
  }

  known(): string[] {
    return publicKeysAt(this.#file);
  }

  pair(publicKey: string): KeyPair | null {
    if (this.#held?.publicKey.toHex() === publicKey) return this.#held;
    try {
      const place = this.#placeOf(publicKey);
      return place === null ? null : this.#from(place);
    } catch (error) {
      // Found out amid the writing of an entry: that is to be written all the same.
      if (!(error instanceof AtlasError)) throw error;
      this.#tell(`${error.message}; until then the trace is recorded, and nothing of it signed`);
      return null;
    }
  }

  /** As `pair`, for those who can wait for the keychain. */
  async had(publicKey: string): Promise<KeyPair | null> {
    const now = this.pair(publicKey);
    if (now !== null) return now;
    await this.#asked.get(publicKey);
    return this.pair(publicKey);
  }

  #made(): KeyPlace {
    createKeyFile(this.#file, newPrivateKeyPem());
    const made = readKeyFile(this.#file);
    if (made !== null) return made;
    throw new AtlasError("trace_unwritable", `the agent's key ${this.#file} was removed again`);
  }

  #placeOf(publicKey: string): KeyPlace | null {
    const place = readKeyFile(this.#file);
    if (place?.publicKey === publicKey) return place;
    const next = readKeyFile(nextFile(this.#file));
    if (next?.publicKey === publicKey) {
      // Whoever brought it in was stopped before he could finish.
      promoteNext(this.#file);
      return next;
    }
    const what =
      place === null
        ? `the agent's key ${this.#file} is not there`
        : `${this.#file} is another key than the one that the trace names`;
    this.#tell(
      `${what}, so nothing is signed; put the right one back, or go on with a new one: atlasbridge trace key rotate --lost`,
    );
    return null;
  }

  #from(place: KeyPlace): KeyPair | null {
    if (this.#held?.publicKey.toHex() === place.publicKey) return this.#held;
    if (place.at === "file") {
      this.#held = place.pair;
      return place.pair;
    }
    // Once: where it did not answer, the person is not to be asked to unlock it again and again.
    if (!this.#asked.has(place.publicKey)) this.#asked.set(place.publicKey, this.#ask(place));
    return null;
  }

  async #ask({ entry, publicKey }: Extract<KeyPlace, { at: "keychain" }>): Promise<void> {
    const read = await this.#options.readVault(entry);
    const pair = "text" in read && read.text !== null ? readKeyPair(read.text) : null;
    if (pair?.publicKey.toHex() === publicKey) {
      this.#held = pair;
      return;
    }
    const why =
      "trouble" in read
        ? read.trouble
        : read.text === null
          ? "the keychain does not hold the agent's key, or is locked; unlock it"
          : "what the keychain holds is not the agent's key";
    this.#tell(`${why}; until then the trace is recorded, and nothing of it signed`);
  }

  #tell(line: string): void {
    if (this.#told.has(line)) return;
    this.#told.add(line);
    this.#options.tell(line);
  }
}
