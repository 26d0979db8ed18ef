/** Chain unbroken: entries of every trace, and rows of every tenant, are numbered without gaps and hashed and linked as they say. */
import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { Checker } from "../facts.ts";

type Link = { seq: number; hash: string; entry: Record<string, unknown> };

const genesis = "0".repeat(64);

/** Put together here anew, from what the format says: RFC 8785 of all fields but the hash. */
function hashOf(entry: Record<string, unknown>): string {
  return createHash("sha256")
    .update(canonicalize(entry) ?? "")
    .digest("hex");
}

function chainFault(links: readonly Link[]): string | null {
  let before = genesis;
  for (const [at, { seq, hash, entry }] of links.entries()) {
    if (seq !== at + 1 || entry["seq"] !== seq) return `entry ${at + 1} has the number ${seq}`;
    if (entry["prev"] !== before) return `entry ${seq} does not follow the one before it`;
    if (hashOf(entry) !== hash) return `entry ${seq} is not what its hash says`;
    before = hash;
  }
  return null;
}

export function chainUnbroken(): Checker {
  const found: string[] = [];
  return {
    name: "chain unbroken",
    end({ machines, rows }) {
      for (const { name, trace, verdict } of machines) {
        const fault = chainFault(trace);
        if (fault !== null) found.push(`trace of ${name}: ${fault}`);
        found.push(...verdict.map((line) => `trace of ${name}: it says of itself: ${line}`));
      }
      const agents = Map.groupBy(rows, ({ agent }) => agent);
      for (const [agent, mine] of agents) {
        // In the order of their numbers, each once: what is missing or there twice is another checker's.
        const bySeq = new Map(mine.map((row) => [row.seq, row]));
        const fault = chainFault([...bySeq.values()].toSorted((a, b) => a.seq - b.seq));
        if (fault !== null) found.push(`rows of agent ${agent}: ${fault}`);
      }
    },
    violations: () => found,
  };
}
