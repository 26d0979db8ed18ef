/** Secrets of the service itself: given by the environment, or made once and kept in files that only we can read. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AtlasError } from "../contracts/errors.ts";
import type { Settings } from "./config.ts";
import { newPrivateKeyPem } from "./crypto.ts";
import { newKeyRingText } from "./keys/ring.ts";
import type { Random } from "./random.ts";

export type Secrets = { keyRing: string; witnessKey: string; platformToken: string };

const tokenBytes = 32;
export const keyRingFile = "key-ring";
export const platformTokenFile = "platform-token";

/**
 * With a database of its own, the service keeps them beside it. With a real one they must be given: replicas share
 * them, and a key that one of them made up would be lost with its disk. Throws `AtlasError` that names what is missing.
 */
export function secretsOf(settings: Settings, random: Random): Secrets {
  const { home, databaseUrl, keyRing, witnessKey, platformToken } = settings;
  if (databaseUrl === null) {
    mkdirSync(home, { recursive: true, mode: 0o711 });
    return {
      keyRing: keyRing ?? kept(join(home, keyRingFile), () => newKeyRingText(random)),
      witnessKey: witnessKey ?? kept(join(home, "witness.key"), newPrivateKeyPem),
      platformToken: platformToken ?? kept(join(home, platformTokenFile), () => newToken(random)),
    };
  }
  const missing = [
    keyRing === null ? "ATLASBRIDGE_KEY_RING" : null,
    witnessKey === null ? "ATLASBRIDGE_WITNESS_KEY" : null,
  ].filter((name) => name !== null);
  if (keyRing === null || witnessKey === null) {
    const message = `with DATABASE_URL, ${missing.join(" and ")} must be set: every replica needs the same`;
    throw new AtlasError("config_invalid", message);
  }
  // Without a token nobody administers through this replica.
  return { keyRing, witnessKey, platformToken: platformToken ?? newToken(random) };
}

function newToken(random: Random): string {
  return `abp_${random.bytes(tokenBytes).toBase64({ alphabet: "base64url", omitPadding: true })}`;
}

function kept(file: string, make: () => string): string {
  if (!existsSync(file)) writeFileSync(file, `${make().trim()}\n`, { mode: 0o600, flag: "wx" });
  return readFileSync(file, "utf8").trim();
}
