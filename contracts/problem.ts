/** What the cloud says when it refuses: the closed list of problems (RFC 9457), and what a client does about each. */
import * as z from "zod";

/** `retry`: the same again later, with jitter. `tell`: nothing more is sent until the operator has acted. */
export type ClientAct = "tell" | "rewind" | "incident" | "halve" | "without_content" | "retry";

const table = {
  "invalid-signature": [401, "tell", "the request is not signed as it must be"],
  "digest-mismatch": [401, "tell", "the body is not the one that was signed"],
  "stale-signature": [401, "tell", "the request was signed too long ago, or in the future"],
  "replayed-nonce": [401, "tell", "a request with this nonce was taken already"],
  "unknown-key": [401, "tell", "there is no such key"],
  "revoked-key": [401, "tell", "the key was revoked"],
  "expired-key": [401, "tell", "the key has expired"],
  "agent-mismatch": [403, "tell", "the key is not this agent's"],
  "agent-revoked": [403, "tell", "the agent was revoked"],
  "sequence-gap": [409, "rewind", "entries before these are missing"],
  "chain-fork": [409, "incident", "another entry of that number was taken before"],
  "inconsistent-checkpoint": [409, "incident", "the checkpoint contradicts what was seen before"],
  "payload-too-large": [413, "halve", "the request is larger than it may be"],
  "unsupported-media-type": [415, "tell", "the body is not of a kind that is read"],
  "malformed-payload": [400, "tell", "the body is not a batch"],
  "unsupported-schema": [422, "tell", "batches of this schema are not read"],
  "content-not-allowed": [422, "without_content", "this tenant takes no content"],
  "rate-limited": [429, "retry", "too many requests"],
  unavailable: [503, "retry", "it cannot be taken at the moment"],
} as const satisfies Record<string, readonly [number, ClientAct, string]>;

export type ProblemName = keyof typeof table;
export const problemNames = Object.keys(table) as ProblemName[];

export const problemStatus = (name: ProblemName): number => table[name][0];
export const clientAct = (name: ProblemName): ClientAct => table[name][1];
export const problemTitle = (name: ProblemName): string => table[name][2];

/** A relative reference: resolved against the service's address it is a page that explains the problem. */
export const problemType = (name: ProblemName): string => `/problems/${name}`;

const count = z.int().min(0);

/** `application/problem+json`. Unknown fields are discarded: none has a meaning. */
export const problem = z.object({
  type: z.string().max(256),
  title: z.string().max(256),
  status: z.int().min(400).max(599),
  /** One sentence about this case; no content, no secret. */
  detail: z.string().max(1_024).optional(),
  /** For the operator to name when asking. */
  request_id: z.string().max(64).optional(),
  /** `sequence-gap`: the entry to go on with. */
  expected_seq: count.optional(),
  /** `chain-fork`: the first entry that is another one. */
  seq: count.optional(),
  /** `stale-signature`: the service's clock, seconds since 1970-01-01T00:00:00Z. */
  server_time: count.optional(),
  /** `unsupported-schema`: what is read. */
  supported: z.array(z.string().max(64)).max(16).optional(),
  /** `payload-too-large`: what would be taken. */
  bytes_max: count.optional(),
});
export type Problem = z.infer<typeof problem>;

/** The name of a problem that was received; null for one that is not on the list. */
export function problemNameOf({ type }: Pick<Problem, "type">): ProblemName | null {
  const name = /(?:^|\/)problems\/([a-z-]{1,64})$/.exec(type)?.[1];
  return problemNames.find((one) => one === name) ?? null;
}
