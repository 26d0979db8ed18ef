/** The secret that signs uploads: in the system's keychain, or where there is none in a file that is the operator's alone. */
import { secretFaultOf } from "../../../contracts/api-key.ts";
import { AtlasError } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import { sayTrouble } from "../../../runtime/keychain/keychain.ts";
import { sha256 } from "../../../runtime/upload/hashes.ts";
import { readSecrets, writeSecrets } from "../../../runtime/keychain/secret-file.ts";
import type { Cli } from "../cli.ts";
import { keychainOf } from "../secrets/keychain.ts";

/** The keychain's entry: no name that a policy can ask for. */
const entryOf = (keyId: string): string => `.cloud-${keyId}`;

/** Returns where it is kept. Durable on return. Throws `keychain_unavailable` for a keychain that is there and locked. */
export async function keepSecret(
  cli: Cli,
  keyId: string,
  secret: string,
): Promise<"keychain" | "file"> {
  const written = await keychainOf(cli).write(entryOf(keyId), new TextEncoder().encode(secret));
  if (written.ok) return "keychain";
  if (written.trouble === "locked" || written.trouble === "full") {
    throw new AtlasError("keychain_unavailable", sayTrouble(written));
  }
  const file = cli.paths.signingSecretFile;
  writeSecrets(file, new Map([...readSecrets(file), [keyId, secret]]));
  return "file";
}

/** Throws `not_found`, or `keychain_unavailable`. */
export async function secretOf(cli: Cli, keyId: string): Promise<string> {
  const kept =
    readSecrets(cli.paths.signingSecretFile).get(keyId) ?? (await inKeychain(cli, keyId));
  if (secretFaultOf(kept, sha256) === null) return kept;
  throw new AtlasError("not_found", `the secret of ${keyId} is damaged; enrol again with it`);
}

async function inKeychain(cli: Cli, keyId: string): Promise<string> {
  const read = await keychainOf(cli).read(entryOf(keyId), { withinMs: limits.keychainAskMs });
  if (!read.ok) throw new AtlasError("keychain_unavailable", sayTrouble(read));
  if (read.secret === null) {
    const message = `the secret of ${keyId} is not in the keychain, or that is locked; unlock it, or enrol again: atlasbridge cloud enroll`;
    throw new AtlasError("not_found", message);
  }
  const text = new TextDecoder().decode(read.secret);
  read.secret.fill(0);
  return text;
}

/** From wherever it is. What a keychain does not answer stays there: told in words, null when it is gone. */
export async function forgetSecret(cli: Cli, keyId: string): Promise<string | null> {
  const file = cli.paths.signingSecretFile;
  const kept = readSecrets(file);
  if (kept.delete(keyId)) {
    writeSecrets(file, kept);
    return null;
  }
  const removed = await keychainOf(cli).remove(entryOf(keyId));
  return removed.ok ? null : sayTrouble(removed);
}
