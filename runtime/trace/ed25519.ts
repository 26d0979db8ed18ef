/** Ed25519 (RFC 8032) of this machine, between raw 32-byte keys and OpenSSL's forms of them. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { Ed25519Sign, Ed25519Verify } from "../../contracts/note.ts";

/** RFC 8410 §4: what stands before the raw key in a SubjectPublicKeyInfo. */
const spkiHead = Uint8Array.fromHex("302a300506032b6570032100");
const keyBytes = 32;

export const ed25519Verify: Ed25519Verify = (publicKey, message, signature) => {
  if (publicKey.length !== keyBytes) return false;
  return verify(null, message, keyObjectOf(publicKey), signature);
};

/** The last one: a trace is signed by one key thousands of times, and reading it costs as much as checking with it. */
let last: { hex: string; key: KeyObject } | null = null;

function keyObjectOf(publicKey: Uint8Array): KeyObject {
  const hex = publicKey.toHex();
  if (last?.hex === hex) return last.key;
  const der = Buffer.concat([spkiHead, publicKey]);
  const key = createPublicKey({ key: der, format: "der", type: "spki" });
  last = { hex, key };
  return key;
}

export type KeyPair = { publicKey: Uint8Array; sign: Ed25519Sign };

/** A new private key, as PKCS #8 in PEM (RFC 8410 §7). */
export function newPrivateKeyPem(): string {
  return generateKeyPairSync("ed25519")
    .privateKey.export({ format: "pem", type: "pkcs8" })
    .toString();
}

/** Null for what is no Ed25519 private key in PEM. */
export function readKeyPair(pem: string): KeyPair | null {
  const privateKey = privateKeyOf(pem);
  if (privateKey?.asymmetricKeyType !== "ed25519") return null;
  const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return {
    publicKey: new Uint8Array(spki.subarray(-keyBytes)),
    sign: (message) => new Uint8Array(sign(null, message, privateKey)),
  };
}

function privateKeyOf(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    return null;
  }
}
