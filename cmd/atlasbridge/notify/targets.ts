/** The targets in `config.yaml`, how they are changed and found, and the secrets that belong to them. */
import { AtlasError } from "../../../contracts/errors.ts";
import type { NotifyTarget } from "../../../contracts/notify.ts";
import { parseConfig, readConfig } from "../../../runtime/config-file.ts";
import { sayTrouble } from "../../../runtime/keychain/keychain.ts";
import { entryOf, isTargetName } from "../../../runtime/operator/notify/target-secrets.ts";
import { readSecrets, writeSecrets } from "../../../runtime/keychain/secret-file.ts";
import type { Cli } from "../cli.ts";
import { changed, textOf, write } from "../config/change.ts";
import { keychainOf } from "../secrets/keychain.ts";
import { visible } from "../visible.ts";

/** Throws `not_found`. */
export function targetOf(targets: readonly NotifyTarget[], name: string): NotifyTarget {
  const found = targets.find((one) => one.name === name);
  if (found !== undefined) return found;
  const message = `there is no target "${visible(name)}"; see: atlasbridge notify list`;
  throw new AtlasError("not_found", message);
}

/** As the file has them: a variable that goes before it is not written into it. */
export function writtenTargets({ paths }: Cli): NotifyTarget[] {
  return readConfig(paths, { variables: {} }).notify.targets;
}

/** Throws `config_invalid` for too many, or `home_unusable`. */
export function writeTargets({ paths: { configFile } }: Cli, targets: readonly NotifyTarget[]) {
  const value = targets.length === 0 ? null : JSON.stringify(targets);
  const text = changed(textOf(configFile), { key: "notify.targets", value });
  parseConfig(text, configFile);
  write(configFile, text);
}

/** Returns where it is kept. Throws `keychain_unavailable` for a keychain that is there and locked. */
export async function keepTargetSecret(
  cli: Cli,
  name: string,
  secret: string,
): Promise<"keychain" | "file"> {
  const written = await keychainOf(cli).write(entryOf(name), new TextEncoder().encode(secret));
  const file = cli.paths.notifySecretsFile;
  const kept = readSecrets(file, isTargetName);
  if (written.ok) {
    // What the file holds of it would go before the keychain.
    if (kept.delete(name)) writeSecrets(file, kept);
    return "keychain";
  }
  if (written.trouble === "locked" || written.trouble === "full") {
    throw new AtlasError("keychain_unavailable", sayTrouble(written));
  }
  writeSecrets(file, kept.set(name, secret));
  return "file";
}

/** From wherever it is; what a keychain does not answer stays there: told in words, null when it is gone. */
export async function forgetTargetSecret(cli: Cli, name: string): Promise<string | null> {
  const file = cli.paths.notifySecretsFile;
  const kept = readSecrets(file, isTargetName);
  if (kept.delete(name)) {
    writeSecrets(file, kept);
    return null;
  }
  const removed = await keychainOf(cli).remove(entryOf(name));
  return removed.ok ? null : sayTrouble(removed);
}

/** Where it goes, without what is secret of it. */
export function whereOf(target: NotifyTarget): string {
  switch (target.type) {
    case "webhook":
    case "ntfy":
      return target.url;
    case "slack":
      return "the address is a secret";
    case "telegram":
      return `chat ${target.chat}${target.url === undefined ? "" : ` by ${target.url}`}`;
  }
}
