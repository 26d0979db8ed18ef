/** The check of proofs as a page brings it along: with hashes and Ed25519 in JavaScript, and nothing of Bun or Node. */
import { hashes, verify } from "@noble/ed25519";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { consistencyFile, verifyConsistency } from "./consistency.ts";
import { entryProof, type ProofTools, verifyProof } from "./proof.ts";

hashes.sha512 = sha512;
const encoder = new TextEncoder();

const tools: ProofTools = {
  sha256,
  sha256Hex: (data) => sha256(typeof data === "string" ? encoder.encode(data) : data).toHex(),
  // RFC 8032 as strictly as OpenSSL.
  verify: (publicKey, message, signature) => {
    try {
      return verify(signature, message, publicKey, { zip215: false });
    } catch {
      return false;
    }
  },
};

type Trust = { trusted: string | null; witnesses?: readonly string[] };

/** What the page calls: texts in, a verdict in JSON out. */
Object.assign(globalThis, {
  checkProof: (text: string, trust: Trust): string => {
    return JSON.stringify(verifyProof(entryProof.parse(JSON.parse(text)), { ...tools, ...trust }));
  },
  checkConsistency: (text: string, trusted: readonly string[] | null): string => {
    const file = consistencyFile.parse(JSON.parse(text));
    return JSON.stringify(verifyConsistency(file, { ...tools, trusted }));
  },
});
