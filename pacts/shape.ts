/** How requests and replies are written into a pact: what is exactly so, and of what only the form is agreed. */
import { MatchersV3 } from "@pact-foundation/pact";
import { problemStatus, problemTitle, problemType } from "../contracts/problem.ts";
import { acknowledgementSchema, contractOf, type UploadBatch } from "../contracts/upload.ts";
import type { Reply } from "./interactions.ts";
import { sameKey, sameMoment } from "./same.ts";
import { cosign, witnessKey } from "./sample.ts";
import { unpackedField } from "./unpacked.ts";

const { integer, like, regex, string } = MatchersV3;

type Matched = Record<string, unknown>;
export type Template = {
  headers: Record<string, string | MatchersV3.Matcher<string>>;
  body: Matched;
};
export type ReplyTemplate = Template & { status: number };

const uuidv7 = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
const hash32 = "[A-Za-z0-9+/]{43}=";
const covered = '"@method" "@path" "content-digest" "content-type"';

/** What a signed request carries beside its body. */
function signedHeaders(isPacked: boolean): Template["headers"] {
  const components = isPacked ? `${covered} "content-encoding"` : covered;
  const { keyId } = sameKey;
  const example = `sig1=(${components});created=${sameMoment / 1_000};nonce="${"0".repeat(24)}";keyid="${keyId}";alg="hmac-sha256"`;
  const form = `sig1=\\(${components}\\);created=\\d+;nonce="[^"]{16,128}";keyid="${keyId}";alg="hmac-sha256"`;
  const none = new Uint8Array(32).toBase64();
  return {
    ...{ accept: "application/json", "Content-Type": "application/json" },
    ...(isPacked ? { [unpackedField]: "zstd" } : {}),
    "content-digest": regex(`^sha-256=:${hash32}:$`, `sha-256=:${none}:`),
    "signature-input": regex(`^${form}$`, example),
    signature: regex(`^sig1=:${hash32}:$`, `sig1=:${none}:`),
  };
}

/** Fields that are added to entries later are no breach. */
export function batchTemplate(batch: UploadBatch): Template {
  const { schema, batch_id, agent, entries, checkpoint, consistency } = batch;
  return {
    headers: signedHeaders(true),
    body: {
      schema,
      batch_id: regex(`^${uuidv7}$`, batch_id),
      agent: { id: agent.id, version: string(agent.version), platform: string(agent.platform) },
      entries: like(entries),
      checkpoint: regex("^atlasbridge/trace/[\\s\\S]+$", checkpoint),
      consistency: like(consistency),
    },
  };
}

export const successorRequest: Template = { headers: signedHeaders(false), body: {} };

export function replyTemplate(reply: Reply, sent: UploadBatch): ReplyTemplate {
  return "taken" in reply ? takenTemplate(reply, sent) : refusedTemplate(reply);
}

function takenTemplate(
  { taken }: Extract<Reply, { taken: unknown }>,
  sent: UploadBatch,
): ReplyTemplate {
  const last = sent.entries.at(-1);
  const { accepted, duplicates, keyEndsAt } = taken;
  const body = {
    ...{ schema: acknowledgementSchema, batch_id: sent.batch_id, accepted, duplicates },
    ...{ acked_seq: last?.seq, acked_hash: last?.hash },
    cosignature: regex("^— \\S+ [A-Za-z0-9+/]+={0,2}$", cosign(sent.checkpoint)),
    server_time: integer(sameMoment),
    key_expires_at: keyEndsAt === null ? null : integer(keyEndsAt),
  };
  return { status: 202, headers: jsonHeaders("application/json"), body };
}

function refusedTemplate(reply: Extract<Reply, { refused: unknown }>): ReplyTemplate {
  const { refused, exactly, count } = reply;
  const status = problemStatus(refused);
  const isLater = refused === "rate-limited" || refused === "unavailable";
  const body = {
    ...{ type: problemType(refused), title: string(problemTitle(refused)), status },
    ...{ detail: string("what was wrong with it"), request_id: string("01a0c450") },
    ...exactly,
    ...(count === null ? {} : { [count]: integer(sameMoment / 1_000) }),
  };
  const headers = jsonHeaders("application/problem+json");
  const later = isLater ? { "retry-after": regex("^\\d+$", "2") } : {};
  return { status, headers: { ...headers, ...later }, body };
}

function jsonHeaders(type: string): Template["headers"] {
  // In this spelling: else Pact adds one of its own.
  return { "Content-Type": regex(`^${type.replace("+", "\\+")}(; ?charset=utf-8)?$`, type) };
}

export function contractReply(): ReplyTemplate {
  const contract = contractOf(witnessKey);
  return {
    ...{ status: 200, headers: jsonHeaders("application/json") },
    body: {
      // A service that reads more is no breach, and one that reads something else is.
      ...{ schemas: MatchersV3.arrayContaining(...contract.schemas) },
      encodings: MatchersV3.arrayContaining("zstd"),
      limits: like(contract.limits),
      witness_key: string(witnessKey),
    },
  };
}

export function successorReply(): ReplyTemplate {
  return {
    ...{ status: 200, headers: jsonHeaders("application/json") },
    body: {
      key_id: regex("^abk_[0-9A-Za-z]{17}$", sameKey.keyId),
      secret: regex("^abs_[0-9A-Za-z]{49}$", sameKey.secret),
      old_expires_at: integer(sameMoment),
    },
  };
}
