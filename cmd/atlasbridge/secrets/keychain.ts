/** The keychain as the commands use it: names are checked before it is asked, and its failures are errors. */
import { AtlasError } from "../../../contracts/errors.ts";
import { secretName } from "../../../contracts/secret.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { systemKeychain } from "../../../runtime/keychain/ask.ts";
import {
  type Keychain,
  type KeychainFailure,
  sayTrouble,
} from "../../../runtime/keychain/keychain.ts";
import type { Cli } from "../cli.ts";
import { visible } from "../visible.ts";

export function keychainOf({ environment }: Cli): Keychain {
  return systemKeychain({ clock: systemClock, variables: environment.variables });
}

/** Throws `usage` when nothing can be stored under it. */
export function checkedName(name: string): string {
  const parsed = secretName.safeParse(name);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const why = issue?.code === "invalid_format" ? issue.message : "has 1 to 64 characters";
  throw new AtlasError("usage", `"${visible(name)}" is no name for a secret: it ${why}`);
}

/** Throws `keychain_unavailable` for a failure. */
export function assertDone<T extends { ok: true }>(
  result: T | KeychainFailure,
): asserts result is T {
  if (!result.ok) throw new AtlasError("keychain_unavailable", sayTrouble(result));
}
