/** Whether there is a keychain that secrets could be typed from. */
import { limits } from "../../../contracts/limits.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { systemKeychain } from "../../../runtime/keychain/ask.ts";
import { sayTrouble } from "../../../runtime/keychain/keychain.ts";
import type { Finding } from "./finding.ts";

/** Without one, passwords are a person's: a warning to those who have a rule that names a secret. */
export async function keychainFinding(
  variables: Readonly<Record<string, string>>,
): Promise<Finding> {
  const name = "keychain";
  const keychain = systemKeychain({ clock: systemClock, variables });
  const found = await keychain.names({ withinMs: limits.keychainReadMs });
  if (found.ok) {
    const count = found.names.length;
    const detail = `it answers, with ${count === 1 ? "1 secret" : `${count} secrets`} for policies`;
    return { name, status: "ok", detail, fix: null };
  }
  const [what = "", fix = null] = sayTrouble(found).split("; ");
  return { name, status: "warning", detail: `${what}: passwords are yours to type`, fix };
}
