/** The wire between a runtime and the cloud: a batch of entries out, an acknowledgement back, and nothing else. */
import * as z from "zod";
import { agentId, sessionId, sha256Hex } from "./ids.ts";
import { moment } from "./moment.ts";
import { signatureLimits } from "./signature.ts";

export const uploadSchemas = ["atlasbridge.trace/1"] as const;

export const uploadLimits = {
  entriesMax: 500,
  /** Of the body once it is decoded. */
  decodedBytesMax: 1_048_576,
  /** Of the body as sent. */
  sentBytesMax: 1_048_576,
  nestingMax: 16,
  createdSkewSeconds: 300,
} as const;

/**
 * Any JSON. What a reader has from `JSON.parse` is that, and looking at each of its values again takes longer than all else of
 * a batch. What has no canonical form (an infinite number, half a character) no hash is of.
 */
const json: z.ZodType<z.core.util.JSONType> = z.any();

const nameCharsMax = 64;

const namedJson: z.ZodType<Record<string, z.core.util.JSONType>> = z
  .any()
  .refine((value: unknown) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    for (const name in value) if (name.length > nameCharsMax) return false;
    return true;
  })
  .meta({ type: "object", propertyNames: { type: "string", maxLength: nameCharsMax } });

/** A checkpoint's text with its signatures. */
const noteText = z.string().max(4_096);

/** In base64, 32 bytes. */
const treeHash = z.string().regex(/^[A-Za-z0-9+/]{43}=$/);

/**
 * An entry as it travels. Its kind and data are not looked at here beyond their form: a service must take what a newer
 * runtime writes, since fields and kinds are added within `v: 1`, and its hash covers whatever there is.
 */
export const uploadEntry = z.strictObject({
  v: z.literal(1),
  agent_id: agentId,
  seq: z.int().min(1),
  at: moment,
  session_id: sessionId.nullable(),
  kind: z
    .string()
    .max(64)
    .regex(/^[a-z][a-z_]*(?:\.[a-z][a-z_]*)+$/),
  data: namedJson,
  content_hash: sha256Hex.nullable(),
  prev: sha256Hex,
  hash: sha256Hex,
  /** HMAC-SHA256 over the entry's agent, number and hash (`entryMacText`). */
  mac: treeHash,
  /** Both or neither: what `content_hash` commits to, and its salt. */
  content: json.optional(),
  salt: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
  /**
   * In place of them, where the operator shares less than all of it: some of its fields, texts without their secrets, or
   * fingerprints (`hmac-sha256:` and 64 hex digits, equal for equal texts of one agent). Nothing proves it; it is content all
   * the same.
   */
  shown: json.optional(),
});
export type UploadEntry = z.infer<typeof uploadEntry>;

export const uploadBatch = z.strictObject({
  schema: z.enum(uploadSchemas),
  batch_id: z.uuidv7(),
  agent: z.strictObject({
    id: agentId,
    version: z.string().max(64),
    platform: z.string().max(64),
  }),
  /** Consecutive. */
  entries: z.array(uploadEntry).min(1).max(uploadLimits.entriesMax),
  /** Signed by the agent's key, over exactly the entries up to the last one of this batch. */
  checkpoint: noteText,
  /** That the tree of the last checkpoint that was cosigned (`from_size`, 0: none was) is the beginning of this one. */
  consistency: z.strictObject({
    from_size: z.int().min(0),
    proof: z.array(treeHash).max(64),
  }),
});
export type UploadBatch = z.infer<typeof uploadBatch>;

export const acknowledgementSchema = "atlasbridge.ack/1";

/**
 * What the cloud says when it has taken a batch: everything up to `acked_seq` is durable. The whole vocabulary; unknown
 * fields are discarded, and no field has a meaning for sessions, policy or the terminal.
 */
export const acknowledgement = z.object({
  schema: z.literal(acknowledgementSchema),
  batch_id: z.uuidv7(),
  accepted: z.int().min(0),
  duplicates: z.int().min(0),
  acked_seq: z.int().min(0),
  acked_hash: sha256Hex,
  /** One line of a signed note: the witness's signature on the batch's checkpoint (C2SP tlog-cosignature). */
  cosignature: z.string().max(1_024).nullable(),
  server_time: moment,
  /** The key that signed this request stops working then; null: never. */
  key_expires_at: moment.nullable().optional(),
});
export type Acknowledgement = z.infer<typeof acknowledgement>;

/** `GET /v1/contract`: what a client needs to know before it sends, for anyone to read. */
export const contractDocument = z.object({
  schemas: z.array(z.string().max(64)).min(1).max(16),
  encodings: z.array(z.enum(["zstd", "gzip", "identity"])).max(3),
  limits: z.object({
    entries_max: z.int().min(1),
    sent_bytes_max: z.int().min(1),
    decoded_bytes_max: z.int().min(1),
    created_skew_seconds: z.int().min(1),
  }),
  /** Verifier key (C2SP signed-note) of the witness that cosigns checkpoints. */
  witness_key: z.string().max(1_024).nullable(),
});
export type ContractDocument = z.infer<typeof contractDocument>;

/** The document of a service with these limits. */
export function contractOf(witnessKey: string | null): ContractDocument {
  return {
    schemas: [...uploadSchemas],
    encodings: ["zstd", "gzip", "identity"],
    limits: {
      entries_max: uploadLimits.entriesMax,
      sent_bytes_max: uploadLimits.sentBytesMax,
      decoded_bytes_max: uploadLimits.decodedBytesMax,
      created_skew_seconds: uploadLimits.createdSkewSeconds,
    },
    witness_key: witnessKey,
  };
}

/** `POST /v1/keys/successor`, signed with the key that was rotated: the one that comes after it, told once. */
export const keySuccessor = z.object({
  key_id: z.string().max(signatureLimits.keyIdCharsMax),
  secret: z.string().max(128),
  /** When the old one stops working. */
  old_expires_at: moment,
});
export type KeySuccessor = z.infer<typeof keySuccessor>;
