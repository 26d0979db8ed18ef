/** Hashes, MACs and signatures of this machine, as `contracts` wants them handed in. */
import { createHmac, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { generateKeyPairSync } from "node:crypto";
import type { Sha256Hex } from "../contracts/chain.ts";
import type { Sha256 } from "../contracts/merkle.ts";
import type { Ed25519Sign, Ed25519Verify } from "../contracts/note.ts";
import type { HmacSha256 } from "../contracts/signature.ts";

/** FIPS 180-4, of bytes or of UTF-8 text, as 64 lower-case hex digits. */
export const sha256Hex: Sha256Hex = (data) => Bun.SHA256.hash(data, "hex");

/** The same of bytes, as 32 bytes. */
export const sha256: Sha256 = (data) => {
  const digest = new Uint8Array(32);
  Bun.SHA256.hash(data, digest);
  return digest;
};

/** RFC 2104. */
export const hmacSha256: HmacSha256 = (key, message) =>
  new Uint8Array(createHmac("sha256", key).update(message).digest());

/** RFC 8410 §4: what stands before the raw key in a SubjectPublicKeyInfo. */
const spkiHead = Uint8Array.fromHex("302a300506032b6570032100");
const keyBytes = 32;

/** The same of ASCII text, as bytes: for many short ones by one key. */
export const hmacOfText = (key: Uint8Array, text: string): Uint8Array =>
  new Bun.CryptoHasher("sha256", key).update(text).digest();

/** RFC 8032. */
export const ed25519Verify: Ed25519Verify = (publicKey, message, signature) => {
  if (publicKey.length !== keyBytes) return false;
  const key = Buffer.concat([spkiHead, publicKey]);
  try {
    return verify(null, message, createPublicKey({ key, format: "der", type: "spki" }), signature);
  } catch {
    // 32 bytes that are no point of the curve.
    return false;
  }
};

export type KeyPair = { publicKey: Uint8Array; sign: Ed25519Sign };

/** A new Ed25519 private key, as PKCS #8 in PEM (RFC 8410 §7). */
export function newPrivateKeyPem(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  return privateKey.export({ format: "pem", type: "pkcs8" }).toString();
}

/** Null for what is no Ed25519 private key in PEM. */
export function readKeyPair(pem: string): KeyPair | null {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType !== "ed25519") return null;
    const spki = createPublicKey(key).export({ format: "der", type: "spki" });
    return {
      publicKey: new Uint8Array(spki.subarray(-keyBytes)),
      sign: (message) => new Uint8Array(sign(null, message, key)),
    };
  } catch {
    return null;
  }
}
