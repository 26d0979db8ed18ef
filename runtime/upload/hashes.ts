/** The hashes and MACs of this machine, as `contracts` wants them passed in. */
import { createHash, createHmac } from "node:crypto";
import type { Sha256 } from "../../contracts/merkle.ts";
import type { HmacSha256 } from "../../contracts/signature.ts";

export const sha256: Sha256 = (data) => new Uint8Array(createHash("sha256").update(data).digest());

export const hmacSha256: HmacSha256 = (key, message) =>
  new Uint8Array(createHmac("sha256", key).update(message).digest());
