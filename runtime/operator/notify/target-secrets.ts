/** Where the secrets of notification targets are: the system's keychain, or a private file where there is none. */
import { limits } from "../../../contracts/limits.ts";
import { type NotifyTarget, targetName } from "../../../contracts/notify.ts";
import type { Keychain } from "../../keychain/keychain.ts";
import { readSecrets } from "../../keychain/secret-file.ts";

/** The keychain's entry: no name that a policy can ask for. */
export const entryOf = (target: string): string => `.notify-${target}`;

export const isTargetName = (name: string): boolean => targetName.safeParse(name).success;

export function needsSecret(target: NotifyTarget): boolean {
  return target.type !== "ntfy" || target.token === true;
}

/** Null where it is nowhere, or the keychain does not give it out. Throws `home_unusable` for a file that others can read. */
export async function readTargetSecret(
  target: string,
  { keychain, file }: { keychain: Keychain; file: string },
): Promise<string | null> {
  const kept = readSecrets(file, isTargetName).get(target);
  if (kept !== undefined) return kept;
  const read = await keychain.read(entryOf(target), { withinMs: limits.keychainReadMs });
  if (!read.ok || read.secret === null) return null;
  const secret = new TextDecoder().decode(read.secret);
  read.secret.fill(0);
  return secret;
}
