/** Fetches the key that was made to follow the one in use, and puts it in its place. */
import { isKeyId, secretFaultOf } from "../../../contracts/api-key.ts";
import { AtlasError } from "../../../contracts/errors.ts";
import { problem, problemNameOf, problemTitle } from "../../../contracts/problem.ts";
import { keySuccessor } from "../../../contracts/upload.ts";
import type { Cloud, SigningKey } from "../../../runtime/upload/cloud.ts";
import { sha256 } from "../../../runtime/upload/hashes.ts";
import type { Exchange } from "../../../runtime/upload/reply.ts";
import type { Cli } from "../cli.ts";
import { recordNewKey } from "../trace/append-own.ts";
import { visible } from "../visible.ts";
import { writeEnrolment } from "./enrolled.ts";
import { forgetSecret, keepSecret } from "./secret.ts";

/**
 * Asked for with the old key, kept before it is used. Throws `cloud_unreachable`, `cloud_refused`, and what keeping it
 * throws; the old key then stays in use.
 */
export async function fetchSuccessor(
  cli: Cli,
  { cloud, keyId: old }: { cloud: Cloud; keyId: string },
): Promise<SigningKey> {
  const body = new TextEncoder().encode("{}");
  const answer = await cloud.post("/v1/keys/successor", { body, isCompressed: false });
  const { keyId, secret } = successorIn(answer);
  await keepSecret(cli, keyId, secret);
  recordNewKey(cli, { action: "cloud rotate-key" });
  writeEnrolment(cli, { key_id: keyId });
  const trouble = await forgetSecret(cli, old);
  if (trouble !== null) cli.note(`warning: the secret of ${old} is still there: ${trouble}`);
  return { keyId, secret };
}

function successorIn(answer: Exchange): SigningKey {
  if (answer.got === "nothing") {
    const message = `the next key was not fetched, the old one stays: ${visible(answer.detail)}`;
    throw new AtlasError("cloud_unreachable", message);
  }
  const parsed = keySuccessor.safeParse(jsonOf(answer.body));
  if (answer.status !== 200 || !parsed.success) throw refused(answer);
  const { key_id: keyId, secret } = parsed.data;
  if (!isKeyId(keyId) || secretFaultOf(secret, sha256) !== null) {
    const message = "the service gave a next key that is none; the old one stays";
    throw new AtlasError("cloud_refused", message);
  }
  return { keyId, secret };
}

function refused({ status, body }: Exchange & { got: "reply" }): AtlasError {
  const told = problem.safeParse(jsonOf(body)).data;
  const name = told === undefined ? null : problemNameOf(told);
  const title = name === null ? `it answered with status ${status}` : problemTitle(name);
  const detail = told?.detail === undefined ? "" : `: ${visible(told.detail)}`;
  const message = `the service gave no next key, the old one stays: ${title}${detail}; was it rotated there?`;
  return new AtlasError("cloud_refused", message);
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return null;
  }
}
