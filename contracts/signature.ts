/** Signed requests: RFC 9421 HTTP message signatures with HMAC-SHA256, over a body that is named by its RFC 9530 digest. */
import { isInnerList, parseDictionary, serializeInnerList } from "structured-headers";
import type { Sha256 } from "./merkle.ts";

/** HMAC-SHA256 (RFC 2104, FIPS 180-4), 32 bytes; passed in so that this file runs anywhere. */
export type HmacSha256 = (key: Uint8Array, message: Uint8Array) => Uint8Array;

/** What a signature can be over: a request without its body, which is named by `content-digest`. */
export type SignedRequest = {
  method: string;
  /** RFC 9421 §2.2.6: the absolute path, without a query; `/` when empty. */
  path: string;
  /** By lower-case name; null where there is none. Several fields of one name are joined by `, ` (RFC 9421 §2.1). */
  header(name: string): string | null;
};

/** What every signature covers, in this order; the last one when the body is encoded. */
const covered = ["@method", "@path", "content-digest", "content-type"] as const;
const coveredWhenEncoded = [...covered, "content-encoding"] as const;

const algorithm = "hmac-sha256";
/** A dictionary's key, by which the two fields belong together; any will do, this is the one we use. */
const label = "sig1";

export const signatureLimits = {
  nonceCharsMin: 16,
  nonceCharsMax: 128,
  keyIdCharsMax: 128,
  /** Of `Signature-Input`, `Signature` and `Content-Digest`, each. */
  fieldCharsMax: 2_048,
  hmacBytes: 32,
} as const;

const encoder = new TextEncoder();

export type SignWith = {
  keyId: string;
  /** The secret as it is written: its characters are the key. */
  secret: string;
  /** Seconds since 1970-01-01T00:00:00Z. */
  created: number;
  /** Never used before with this key: 16 to 128 printable characters. */
  nonce: string;
  hmac: HmacSha256;
};

/** The two fields that make it a signed request. `Content-Digest` must be among its headers already. */
export function signRequest(
  request: SignedRequest,
  { keyId, secret, created, nonce, hmac }: SignWith,
): { "signature-input": string; signature: string } {
  const isEncoded = request.header("content-encoding") !== null;
  const items = (isEncoded ? coveredWhenEncoded : covered).map(asItem);
  const parameters = new Map<string, string | number>([
    ["created", created],
    ["nonce", nonce],
    ["keyid", keyId],
    ["alg", algorithm],
  ]);
  const params = serializeInnerList([items, parameters]);
  const base = signatureBase(request, { names: isEncoded ? coveredWhenEncoded : covered, params });
  if (base === null) throw new TypeError("a request is signed when it has all that is covered");
  const signature = hmac(encoder.encode(secret), encoder.encode(base)).toBase64();
  return { "signature-input": `${label}=${params}`, signature: `${label}=:${signature}:` };
}

function asItem(name: string): [string, Map<string, string>] {
  return [name, new Map()];
}

/** What is signed (RFC 9421 §2.5): a line for each component, then the parameters; null where a component is missing. */
export function signatureBase(
  request: SignedRequest,
  { names, params }: { names: readonly string[]; params: string },
): string | null {
  const lines: string[] = [];
  for (const name of names) {
    const value = componentOf(request, name);
    if (value === null) return null;
    lines.push(`"${name}": ${value}`);
  }
  return [...lines, `"@signature-params": ${params}`].join("\n");
}

function componentOf(request: SignedRequest, name: string): string | null {
  if (name === "@method") return request.method;
  if (name === "@path") return request.path === "" ? "/" : request.path;
  const value = request.header(name);
  // §2.1: without white space around it; obsolete line folding never gets through an HTTP parser.
  return value === null ? null : value.trim();
}

/** What a request says of its signature: checked in form, not yet in truth. */
export type ReadSignature = {
  keyId: string;
  created: number;
  nonce: string;
  /** What the HMAC is over. */
  base: Uint8Array;
  signature: Uint8Array;
};

/**
 * Reads `Signature-Input` and `Signature`. One signature, over exactly the components of `signRequest` in their order,
 * with `created`, `nonce` and `keyid`; anything else is refused with a sentence that says what is wrong.
 */
export function readSignature(
  request: SignedRequest,
): ({ ok: true } & ReadSignature) | { ok: false; why: string } {
  const input = only(request.header("signature-input"));
  const given = only(request.header("signature"));
  if (input === null || given === null)
    return no("one Signature-Input and one Signature are needed");
  if (input.key !== given.key) return no("Signature-Input and Signature have different labels");
  if (!isInnerList(input.member)) return no("Signature-Input is not a list of components");
  const [items, parameters] = input.member;
  const isEncoded = request.header("content-encoding") !== null;
  const expected = isEncoded ? coveredWhenEncoded : covered;
  const names = items.map(([name, ofItem]) => (ofItem.size === 0 ? name : null));
  if (names.length !== expected.length || names.some((name, at) => name !== expected[at])) {
    return no(
      `the signature must cover ${expected.map((name) => `"${name}"`).join(" ")}, in this order`,
    );
  }
  const read = readParameters(parameters);
  if (typeof read === "string") return no(read);
  const signature = signatureIn(given.member, request.header("signature"));
  if (signature === null) return no("the signature is not 32 bytes in canonical base64");
  const base = signatureBase(request, {
    names: expected,
    params: serializeInnerList(input.member),
  });
  if (base === null) return no("a component that the signature covers is missing");
  return { ok: true, ...read, base: encoder.encode(base), signature };
}

/** Of several spellings of the same bytes one is read: else a changed request could pass as the one that was signed. */
function signatureIn(member: Member, field: string | null): Uint8Array | null {
  const bytes = bytesOf(member);
  if (bytes?.length !== signatureLimits.hmacBytes) return null;
  return field?.trimEnd().endsWith(`=:${bytes.toBase64()}:`) === true ? bytes : null;
}

function no(why: string): { ok: false; why: string } {
  return { ok: false, why };
}

type Parameters = ReadonlyMap<string, unknown>;

function readParameters(
  parameters: Parameters,
): Pick<ReadSignature, "keyId" | "created" | "nonce"> | string {
  const unknown = [...parameters.keys()].find(
    (name) => !["created", "nonce", "keyid", "alg"].includes(name),
  );
  if (unknown !== undefined)
    return `the signature has the parameter "${unknown}", which is not known`;
  const created = parameters.get("created");
  const nonce = parameters.get("nonce");
  const keyId = parameters.get("keyid");
  if (parameters.has("alg") && parameters.get("alg") !== algorithm)
    return `alg must be "${algorithm}"`;
  if (typeof created !== "number" || !Number.isSafeInteger(created)) return "created is missing";
  const { nonceCharsMin, nonceCharsMax, keyIdCharsMax } = signatureLimits;
  if (typeof nonce !== "string" || nonce.length < nonceCharsMin || nonce.length > nonceCharsMax) {
    return `nonce must have ${nonceCharsMin} to ${nonceCharsMax} characters`;
  }
  if (typeof keyId !== "string" || keyId === "" || keyId.length > keyIdCharsMax) {
    return "keyid is missing";
  }
  return { created, nonce, keyId };
}

/** `Content-Digest` of a body (RFC 9530 §2), as it is sent: after any content coding. */
export function contentDigest(body: Uint8Array, sha256: Sha256): string {
  return `sha-256=:${sha256(body).toBase64()}:`;
}

/** The SHA-256 that `Content-Digest` names; null when there is none. Other algorithms beside it are not looked at. */
export function readContentDigest(field: string | null): Uint8Array | null {
  const member = dictionary(field)?.get("sha-256");
  const bytes = member === undefined ? null : bytesOf(member);
  return bytes?.length === 32 ? bytes : null;
}

type Dictionary = ReturnType<typeof parseDictionary>;
type Member = Dictionary extends Map<string, infer M> ? M : never;

/** RFC 9651; null for what is none, or longer than it may be. */
function dictionary(field: string | null): Dictionary | null {
  if (field === null || field.length > signatureLimits.fieldCharsMax) return null;
  try {
    return parseDictionary(field);
  } catch {
    return null;
  }
}

/**
 * The only member of a dictionary. Of a key that comes twice a reader takes the last (RFC 9651 §3.2), so the first is
 * read under another name: then both are there, and two are too many.
 */
function only(field: string | null): { key: string; member: Member } | null {
  const [first, ...others] = dictionary(field === null ? null : `x-${field.trimStart()}`) ?? [];
  if (first === undefined || others.length > 0) return null;
  return { key: first[0].slice("x-".length), member: first[1] };
}

function bytesOf(member: Member): Uint8Array | null {
  if (isInnerList(member)) return null;
  const [value] = member;
  return value instanceof ArrayBuffer ? new Uint8Array(value) : null;
}

/** Compares without telling by its time where two differ; their length is no secret. */
export function isSameSecret(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let at = 0; at < a.length; at += 1) difference |= (a[at] ?? 0) ^ (b[at] ?? 0);
  return difference === 0;
}

/** What an entry's own MAC is over, so that a stored entry can be checked alone, years later. ASCII. */
export function entryMacText(agent: string, { seq, hash }: { seq: number; hash: string }): string {
  return `atlasbridge-entry/1\n${agent}\n${seq}\n${hash}`;
}

/** The MAC of one entry, base64. `secret`: as for requests. */
export function entryMac(
  agent: string,
  entry: { seq: number; hash: string },
  { secret, hmac }: { secret: string; hmac: HmacSha256 },
): string {
  return hmac(encoder.encode(secret), encoder.encode(entryMacText(agent, entry))).toBase64();
}
