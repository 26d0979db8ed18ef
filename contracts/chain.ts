/** The hash chain over trace entries: computing one link, and checking a run of them. */
import { canonicalJson } from "./canonical.ts";
import { genesisHash } from "./ids.ts";
import type { Entry } from "./trace.ts";

/** SHA-256 of bytes (or of UTF-8 text) as 64 lower-case hex digits; passed in so that this file runs anywhere. */
export type Sha256Hex = (data: string | Uint8Array) => string;

/** Omit that keeps a union's members apart. */
type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type Unhashed = Without<Entry, "hash">;

/** hash = SHA-256(JCS(entry without "hash")). Anything else on the object must be stripped by the caller. */
export function entryHash(unhashed: Unhashed, sha256: Sha256Hex): string {
  return sha256(canonicalJson(unhashed));
}

/** content_hash = SHA-256(salt || JCS(content)). `salt` is 16 bytes. */
export function contentHash(content: unknown, salt: Uint8Array, sha256: Sha256Hex): string {
  const text = new TextEncoder().encode(canonicalJson(content));
  const joined = new Uint8Array(salt.length + text.length);
  joined.set(salt);
  joined.set(text, salt.length);
  return sha256(joined);
}

/** Where a chain stands: the last entry's number and hash. */
export type ChainHead = { seq: number; hash: string };
export const emptyHead: ChainHead = { seq: 0, hash: genesisHash };

export type ChainFault = {
  seq: number;
  fault: "gap" | "order" | "prev_mismatch" | "hash_mismatch" | "agent_mismatch";
  message: string;
};

/** Checks that `next` follows `head`; null when it does. `agentId` is the agent of the entries before it. */
export function checkLink(
  head: ChainHead,
  next: Entry,
  check: { sha256: Sha256Hex; agentId: string },
): ChainFault | null {
  const { hash, ...unhashed } = next;
  const { seq } = next;
  if (seq !== head.seq + 1) {
    const fault = seq > head.seq ? "gap" : "order";
    return { seq, fault, message: `expected entry ${head.seq + 1}, found entry ${seq}` };
  }
  if (next.agent_id !== check.agentId) {
    return { seq, fault: "agent_mismatch", message: `entry ${seq} belongs to another agent` };
  }
  if (next.prev !== head.hash) {
    const message = `entry ${seq} does not follow entry ${head.seq}: its prev is not that entry's hash`;
    return { seq, fault: "prev_mismatch", message };
  }
  if (entryHash(unhashed, check.sha256) !== hash) {
    const message = `entry ${seq} was changed after it was written: its hash does not match its fields`;
    return { seq, fault: "hash_mismatch", message };
  }
  return null;
}
