/** How a session asks the keychain, and what it is told when that comes to nothing. */
import { limits } from "../../../contracts/limits.ts";
import { type KeychainTrouble, sayTrouble } from "../../../runtime/keychain/keychain.ts";
import type { SessionParts } from "../../../runtime/session/parts.ts";
import type { Cli } from "../cli.ts";
import { keychainOf } from "../secrets/keychain.ts";

export function readSecretOf(cli: Cli): SessionParts["readSecret"] {
  const keychain = keychainOf(cli);
  return async (entry, signal) => {
    const found = await keychain.read(entry, { withinMs: limits.keychainReadMs, signal });
    if (!found.ok) {
      const advice = `the secret ${entry} was not typed: ${sayTrouble(found)}`;
      return { had: "no", why: troubles[found.trouble], advice };
    }
    if (found.secret !== null) return { had: "yes", secret: found.secret };
    const why = "the keychain holds no such entry, or is locked";
    const remedy = `unlock it, or run: atlasbridge secrets set ${entry}`;
    return { had: "no", why, advice: `the secret ${entry} was not typed: ${why}; ${remedy}` };
  };
}

/** For the record: without the entry's name, and without the system's own words. */
const troubles: Readonly<Record<KeychainTrouble, string>> = {
  none: "there is no keychain on this machine",
  unreachable: "the keychain cannot be reached",
  locked: "the keychain is locked",
  full: "the keychain is full",
  silent: `the keychain did not answer within ${limits.keychainReadMs} ms`,
};
