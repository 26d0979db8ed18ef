/** The promises of the keychain: the system's own store of secrets, and nothing else. */
import { limits } from "../../contracts/limits.ts";

/** What stands between us and an answer. Fixed words: they may be recorded, what the system itself says may not. */
export type KeychainTrouble =
  /** There is none on this machine. */
  | "none"
  /** There is one, and it cannot be reached from here. */
  | "unreachable"
  | "locked"
  /** It holds as many of our entries as it may. */
  | "full"
  /** It did not answer in time, or its answer was none. */
  | "silent";

export type KeychainFailure = {
  ok: false;
  trouble: KeychainTrouble;
  /** The system's own words, for the person alone; may be empty. */
  said: string;
};

export type SecretRead =
  /** The bytes are the caller's, to be overwritten as soon as they have served. */
  | { ok: true; secret: Uint8Array }
  /** No entry of that name. Some systems say the same of a keychain that is locked. */
  | { ok: true; secret: null }
  | KeychainFailure;

/** Each call asks the system anew, may repeat, and fails within the time that it was given. Names are `secretName`s, or an `ownEntry`. */
export interface Keychain {
  read(name: string, options: { withinMs: number; signal?: AbortSignal }): Promise<SecretRead>;
  /** Durable on return. Replaces an entry of the same name. The bytes are overwritten. */
  write(name: string, secret: Uint8Array): Promise<{ ok: true } | KeychainFailure>;
  /** `removed`: there was one. */
  remove(name: string): Promise<{ ok: true; removed: boolean } | KeychainFailure>;
  /** Of the secrets that were written by us, in order; entries of our own are not among them. */
  names(options: { withinMs: number }): Promise<{ ok: true; names: string[] } | KeychainFailure>;
}

/** What is wrong and what to do, in one line for the person. */
export function sayTrouble({ trouble, said }: KeychainFailure): string {
  const quoted = said === "" ? "" : ` (${said})`;
  switch (trouble) {
    case "none":
      return `there is no keychain on this machine${quoted}; on Debian: apt-get install gnome-keyring`;
    case "unreachable":
      return `the keychain cannot be reached${quoted}; log in to a desktop, or start one: dbus-run-session and gnome-keyring-daemon --unlock`;
    case "locked":
      return `the keychain is locked${quoted}; unlock it, then try again`;
    case "full":
      return `the keychain holds ${limits.secretsMax} secrets already; remove one`;
    case "silent":
      return `the keychain did not answer${quoted}; unlock it, then try again`;
  }
}
