/** SHA-256 as the chain wants it: what `contracts/chain.ts` is handed on this machine. */
import type { Sha256Hex } from "../../contracts/chain.ts";

/** FIPS 180-4, of bytes or of UTF-8 text, as 64 lower-case hex digits. */
export const sha256: Sha256Hex = (data) => Bun.SHA256.hash(data, "hex");
