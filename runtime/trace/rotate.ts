/** Brings in another key for the agent: recorded in the trace, vouched for by the one before, then put in its place. */
import { AtlasError } from "../../contracts/errors.ts";
import { keyInForce } from "./checkpoints.ts";
import { type KeyPair, readKeyPair } from "./ed25519.ts";
import { nextFile, pointerText, promoteNext, readKeyFile, replaceKeyFile } from "./key-file.ts";
import type { OwnTrace } from "./own-trace.ts";

export type Rotation = {
  keyFile: string;
  /** Private key in PEM. Where it is to lie in the keychain, it must be there by now. */
  next: string;
  at: "file" | "keychain";
  /** The key in force; null where it is lost, which is then written down. */
  old: KeyPair | null;
};

/**
 * From the return on the new key is the agent's; another process that signs takes it on by itself. Wherever this is
 * cut off, either the old key is in force or the new one, and it is there. Throws what the store throws, `usage` when
 * `old` is not the key in force.
 */
export function rotateKey(trace: OwnTrace, { keyFile, next, at, old }: Rotation): void {
  const pair = readKeyPair(next);
  if (pair === null) throw new AtlasError("internal", "the next key is not one");
  const publicKey = pair.publicKey.toHex();
  trace.upkeep(({ connection, append }) => {
    const inForce = keyInForce(connection, keyFile);
    finishEarlier(keyFile, inForce);
    if (old !== null && inForce !== old.publicKey.toHex()) {
      const message =
        "the key that is here is not the one that the trace names: put that one back, or go on without it: atlasbridge trace key rotate --lost";
      throw new AtlasError("usage", message);
    }
    // Before the trace names it: a key that is in force is never one that nobody has.
    replaceKeyFile(nextFile(keyFile), at === "file" ? next : pointerText(publicKey));
    const isLost = old === null && inForce !== null;
    const data = { public_key: publicKey, ...(isLost ? { lost: true as const } : {}) };
    append([{ kind: "key.changed", data }], old === null ? [pair] : [old, pair]);
  });
  promoteNext(keyFile);
}

/** An earlier rotation may have been cut off behind its entry. */
function finishEarlier(keyFile: string, inForce: string | null): void {
  if (inForce !== null && readKeyFile(nextFile(keyFile))?.publicKey === inForce) {
    promoteNext(keyFile);
  }
}
