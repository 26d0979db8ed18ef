/** `cloud enroll`: says where the trace is sent and by which key it is signed; the secret is asked for or read from a pipe. */
import { isKeyId, secretFaultOf } from "../../../contracts/api-key.ts";
import { AtlasError } from "../../../contracts/errors.ts";
import { type NoteKey, parseVerifierKey, verifierKey } from "../../../contracts/note.ts";
import {
  type ContractDocument,
  contractDocument,
  uploadSchemas,
} from "../../../contracts/upload.ts";
import type { CloudEnrollView } from "../../../contracts/upload-state.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { systemRandom } from "../../../runtime/random.ts";
import { cloudOrigin, openCloud } from "../../../runtime/upload/cloud.ts";
import { sha256 } from "../../../runtime/upload/hashes.ts";
import { assertByPerson } from "../by-person.ts";
import { type Cli, print } from "../cli.ts";
import { HiddenKeyboard } from "../secrets/hidden-keyboard.ts";
import { recordNewKey } from "../trace/append-own.ts";
import { trustWitness } from "../trace/witness.ts";
import { visible } from "../visible.ts";
import { type Enrolled, enrolledIn, writeEnrolment } from "./enrolled.ts";
import { forgetSecret, keepSecret } from "./secret.ts";

export type EnrollOptions = { url: string; keyId: string };

export async function enroll(cli: Cli, { url, keyId }: EnrollOptions): Promise<number> {
  assertByPerson(cli);
  const origin = cloudOrigin(url);
  assertKeyId(keyId);
  const before = enrolledWith(cli, origin);
  const secret = await givenSecret(keyId);
  const witnessKey = await witnessOf(origin);
  const witness = witnessKey === null ? null : verifierKey(witnessKey, sha256);
  const trusted = before?.witness_key ?? null;
  if (trusted !== null && trusted !== witness) {
    const message = `${origin} has another witness key than the one that was trusted; if that is rightly so, leave and enrol again: atlasbridge cloud leave`;
    throw new AtlasError("cloud_refused", message);
  }
  const kept = await keepSecret(cli, keyId, secret);
  recordNewKey(cli, { action: "cloud enroll" });
  if (witnessKey !== null) trustWitness(cli, witnessKey);
  writeEnrolment(cli, { url: origin, key_id: keyId, witness_key: witness });
  if (before !== null && before.key_id !== keyId) await forgetSecret(cli, before.key_id);
  const view: CloudEnrollView = {
    format: outputFormat,
    url: origin,
    key_id: keyId,
    kept,
    witness_key: witness,
  };
  return print(cli, view, () => told({ cli, origin, kept, witness }));
}

function assertKeyId(keyId: string): void {
  if (isKeyId(keyId)) return;
  const message = `"${visible(keyId)}" is no key id: one begins with "abk_" and has 21 characters; the secret is asked for separately`;
  throw new AtlasError("usage", message);
}

/** As it was until now; null where it was with nobody. Throws `usage` where it is with another one. */
function enrolledWith(cli: Cli, origin: string): Enrolled | null {
  const before = enrolledIn(cli);
  if (before === null || before.origin === origin) return before;
  const message = `this machine is enrolled with ${before.origin}; leave that first: atlasbridge cloud leave`;
  throw new AtlasError("usage", message);
}

type Told = { cli: Cli; origin: string; kept: "keychain" | "file"; witness: string | null };

function told({ cli, origin, kept, witness }: Told): string {
  const where =
    kept === "keychain"
      ? "the system's keychain"
      : `${cli.paths.signingSecretFile} (there is no keychain here)`;
  return [
    `enrolled with ${origin}; the secret is in ${where}`,
    witness === null
      ? "it has no witness: it does not sign what it has seen of the trace"
      : `its witness is trusted from now on, compare it with what its owner says:\n  ${witness}`,
    'what is sent is metadata alone, unless cloud.content says otherwise; begin with "atlasbridge cloud sync"',
    "",
  ].join("\n");
}

async function givenSecret(keyId: string): Promise<string> {
  const text = process.stdin.isTTY ? await askedFor(keyId) : (await Bun.stdin.text()).trim();
  const fault = secretFaultOf(text, sha256);
  if (fault === null) return text;
  throw new AtlasError("usage", `${fault}; nothing was changed`);
}

async function askedFor(keyId: string): Promise<string> {
  const keyboard = new HiddenKeyboard();
  try {
    const typed = await keyboard.ask(`Secret of ${keyId}: `);
    if (typed === null) throw new AtlasError("usage", "nothing was changed: you stopped");
    return new TextDecoder().decode(typed).trim();
  } finally {
    keyboard.close();
  }
}

/** The service's witness, when it is one that this runtime can send to. */
async function witnessOf(origin: string): Promise<NoteKey | null> {
  const contract = await contractOf(origin);
  const isKnown = contract.schemas.some((one) => uploadSchemas.some((ours) => ours === one));
  if (!isKnown || !contract.encodings.includes("zstd")) {
    const message = `${origin} does not take what this version sends (${uploadSchemas.join(", ")}; zstd); bring the older of the two up to date`;
    throw new AtlasError("cloud_refused", message);
  }
  const { witness_key: witness } = contract;
  if (witness === null) return null;
  const key = parseVerifierKey(witness, sha256);
  if (key?.type === "cosignature") return key;
  throw new AtlasError("cloud_refused", `${origin} names a witness key that is none`);
}

async function contractOf(origin: string): Promise<ContractDocument> {
  const noKey = (): never => {
    throw new AtlasError("internal", "the contract is asked for without a signature");
  };
  const cloud = openCloud({ origin, key: noKey, clock: systemClock, random: systemRandom });
  const answer = await cloud.get("/v1/contract");
  if (answer.got === "nothing") {
    const message = `${visible(answer.detail)}; nothing was changed: check the address and the network, then try again`;
    throw new AtlasError("cloud_unreachable", message);
  }
  const parsed = contractDocument.safeParse(jsonOf(answer.body));
  if (answer.status === 200 && parsed.success) return parsed.data;
  const message = `${origin} answers, but not as an AtlasBridge cloud (status ${answer.status}); check the address`;
  throw new AtlasError("cloud_refused", message);
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return null;
  }
}
