/** SHA-256 as the chain and the tree want it: what `contracts` is handed on this machine. */
import type { Sha256Hex } from "../../contracts/chain.ts";
import type { Sha256 } from "../../contracts/merkle.ts";

/** FIPS 180-4, of bytes or of UTF-8 text, as 64 lower-case hex digits. */
export const sha256: Sha256Hex = (data) => Bun.SHA256.hash(data, "hex");

/** The same of bytes, as 32 bytes. */
export const sha256Bytes: Sha256 = (data) => {
  const digest = new Uint8Array(32);
  Bun.SHA256.hash(data, digest);
  return digest;
};

/** The same into 32 bytes that are there already, for very many of them. */
export function sha256Into(data: Uint8Array | string, into: Uint8Array): void {
  Bun.SHA256.hash(data, into);
}
