/** What the runtime relies on: each batch it sends, each reply of the service to it, and what it then does. */
import type { Problem, ProblemName } from "../contracts/problem.ts";
import { uploadSchemas, type UploadBatch } from "../contracts/upload.ts";
import { sameMoment } from "./same.ts";
import type { Done, SampleWish } from "./sample.ts";

export type Reply =
  | { taken: { accepted: number; duplicates: number; keyEndsAt: number | null } }
  /** `exactly`: fields that are just so; `count`: one that is a number, which may be another one. */
  | { refused: ProblemName; exactly: Partial<Problem>; count: keyof Problem | null };

export type Interaction = {
  /** Of the request; never changed, since older pacts name it. */
  description: string;
  /** What is so at the service (`states.ts`). */
  given: string;
  sample: SampleWish;
  reply: (sent: UploadBatch) => Reply;
  does: (sent: UploadBatch) => PartOf<Done>;
};

/** What must hold of it; the rest may be anything. */
type PartOf<T> = { [Name in keyof T]?: T[Name] extends object | null ? object | null : T[Name] };

const lastOf = ({ entries }: UploadBatch): number => entries.at(-1)?.seq ?? 0;
const firstOf = ({ entries }: UploadBatch): number => entries[0]?.seq ?? 0;

/** In the pact that says that the key ends. */
const keyEndsAt = sameMoment + 86_400_000;

const goesOn = (sent: UploadBatch): PartOf<Done> => ({
  ...{ sent: sent.entries.length, ackedSeq: lastOf(sent), cosignedTo: lastOf(sent) },
  ...{ trouble: null, incident: null, next: null, keyExpiresAt: null },
});

type Accepted = { sample?: SampleWish; areDuplicates?: boolean; keyEndsAt?: number | null };

function accepted(
  [description, given]: [string, string],
  { sample = {}, areDuplicates = false, keyEndsAt: endsAt = null }: Accepted = {},
): Interaction {
  return {
    ...{ description, given, sample },
    reply: ({ entries: { length } }) => {
      const [fresh, known] = areDuplicates ? [0, length] : [length, 0];
      return { taken: { accepted: fresh, duplicates: known, keyEndsAt: endsAt } };
    },
    does: (sent) => ({ ...goesOn(sent), keyExpiresAt: endsAt }),
  };
}

type Refused = {
  given: string;
  sample?: SampleWish;
  exactly?: (sent: UploadBatch) => Partial<Problem>;
  count?: keyof Problem;
  does: Interaction["does"];
};

function refused(
  name: ProblemName,
  { given, sample = {}, exactly = () => ({}), count, does }: Refused,
): Interaction {
  return {
    ...{ description: `entries that are refused: ${name}`, given, sample, does },
    reply: (sent) => ({ refused: name, exactly: exactly(sent), count: count ?? null }),
  };
}

/** Nothing more is sent until the operator has acted. */
const stops = (name: ProblemName, given: string, more: Partial<Refused> = {}): Interaction =>
  refused(name, {
    given,
    does: () => ({ trouble: { problem: name, stopped: true }, ackedSeq: 0, next: null }),
    ...more,
  });

/** The same is sent again later. */
const waits = (name: ProblemName, given: string): Interaction =>
  refused(name, {
    given,
    does: (sent) => ({
      trouble: { problem: name, stopped: false },
      ...{ ackedSeq: 0, next: { first: 1, count: sent.entries.length } },
    }),
  });

export const interactions: readonly Interaction[] = [
  accepted(["the first entries of a trace", "the agent was never seen"]),
  accepted(["entries that were taken before", "the same entries were taken before"], {
    areDuplicates: true,
  }),
  accepted(["entries that continue a trace, with proof", "the entries before these were taken"], {
    sample: { goesOn: true },
  }),
  accepted(["entries with their content", "the tenant takes content"], {
    sample: { showsContent: true },
  }),
  accepted(["entries signed by a key that was rotated", "the key has a successor and ends soon"], {
    keyEndsAt,
  }),
  stops("invalid-signature", "the key has another secret"),
  stops("digest-mismatch", "the body is changed on its way"),
  stops("stale-signature", "the runtime's clock is ten minutes behind", { count: "server_time" }),
  stops("replayed-nonce", "a request with this nonce was taken before"),
  stops("unknown-key", "there is no such key"),
  stops("revoked-key", "the key was revoked"),
  stops("expired-key", "the key has expired"),
  stops("agent-mismatch", "the key is for another agent"),
  stops("agent-revoked", "the agent was revoked"),
  refused("sequence-gap", {
    given: "the agent was never seen",
    sample: { goesOn: true },
    exactly: () => ({ expected_seq: 1 }),
    does: () => ({ ackedSeq: 0, sent: 0, next: { first: 1 } }),
  }),
  refused("chain-fork", {
    given: "another history of the agent was taken",
    exactly: () => ({ seq: 1 }),
    does: () => ({ incident: "chain-fork", ackedSeq: 0, next: null }),
  }),
  refused("inconsistent-checkpoint", {
    given: "the entries before these were taken, and their checkpoint was never cosigned",
    sample: { goesOn: true },
    exactly: (sent) => ({ seq: lastOf(sent) }),
    does: (sent) => ({
      ...{ incident: "inconsistent-checkpoint", ackedSeq: firstOf(sent) - 1, next: null },
    }),
  }),
  refused("payload-too-large", {
    given: "the body is larger than the service takes",
    count: "bytes_max",
    does: ({ entries: { length } }) => ({
      ...{ ackedSeq: 0, next: { first: 1, count: Math.floor(length / 2) } },
    }),
  }),
  stops("unsupported-media-type", "the service does not read the coding of the body"),
  stops("malformed-payload", "the body is cut short before it is signed"),
  stops("unsupported-schema", "the service does not read the schema of the batch", {
    exactly: () => ({ supported: [...uploadSchemas] }),
  }),
  refused("content-not-allowed", {
    given: "the tenant takes no content",
    sample: { showsContent: true },
    does: ({ entries: { length } }) => ({
      ...{ ackedSeq: 0, next: { first: 1, count: length, hasContent: false } },
    }),
  }),
  waits("rate-limited", "the key has used up its allowance"),
  waits("unavailable", "the service cannot reach its database"),
];
