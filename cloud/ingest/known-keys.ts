/** Ids of keys that somebody was believed with here lately: requests that name another one are counted by their address. */
import { bounds } from "../limits/bounds.ts";

export class KnownKeys {
  readonly #ids = new Set<string>();

  has(keyId: string): boolean {
    return this.#ids.has(keyId);
  }

  /** The one that was believed longest ago is forgotten when there are too many. */
  add(keyId: string): void {
    this.#ids.delete(keyId);
    this.#ids.add(keyId);
    if (this.#ids.size <= bounds.knownKeysMax) return;
    const [oldest] = this.#ids;
    if (oldest !== undefined) this.#ids.delete(oldest);
  }
}
