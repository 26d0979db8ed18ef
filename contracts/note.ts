/** Signed notes: a text and the signatures of those who vouch for it (C2SP signed-note, tlog-cosignature). */
import type { Sha256 } from "./merkle.ts";

/** Ed25519 (RFC 8032), passed in so that this file runs anywhere. Keys have 32 bytes, signatures 64. */
export type Ed25519Sign = (message: Uint8Array) => Uint8Array;
export type Ed25519Verify = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean;

/** Who signs: a name that no other key of the same reader has, and the public key. */
export type NoteKey = {
  /** Without white space and `+`. */
  name: string;
  publicKey: Uint8Array;
  /** What its signatures cover: the note's text alone, or with a time before it, as witnesses sign. */
  type: "ed25519" | "cosignature";
};

export type NoteSignature = { name: string; keyId: number; signature: Uint8Array };

/** `text` ends with a line feed; it is what is signed. */
export type Note = { text: string; signatures: readonly NoteSignature[] };

const typeBytes = { ed25519: 0x01, cosignature: 0x04 } as const;
const keyBytes = 32;
const signatureBytes = 64;
const timeBytes = 8;
const keyIdBytes = 4;
const cosignedAtMax = 2n ** 63n - 1n;
/** A note larger than this, or with more signatures, is not read. */
const noteCharsMax = 65_536;
const signaturesMax = 64;

const encoder = new TextEncoder();

/** The first 4 bytes of SHA-256(name || LF || type || key), big-endian. */
export function keyIdOf({ name, publicKey, type }: NoteKey, sha256: Sha256): number {
  const head = encoder.encode(`${name}\n`);
  const bytes = new Uint8Array(head.length + 1 + publicKey.length);
  bytes.set(head);
  bytes[head.length] = typeBytes[type];
  bytes.set(publicKey, head.length + 1);
  return viewOf(sha256(bytes)).getUint32(0);
}

/** `NAME+KEYID+BASE64`, as readers of notes are told whom to trust. */
export function verifierKey(key: NoteKey, sha256: Sha256): string {
  const id = keyIdOf(key, sha256).toString(16).padStart(8, "0");
  const bytes = new Uint8Array(1 + key.publicKey.length);
  bytes[0] = typeBytes[key.type];
  bytes.set(key.publicKey, 1);
  return `${key.name}+${id}+${bytes.toBase64()}`;
}

/** Null for what is no verifier key of a known type, or whose id is not that of its key. */
export function parseVerifierKey(text: string, sha256: Sha256): NoteKey | null {
  const parts = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text);
  const [, name, id, encoded] = parts ?? [];
  if (name === undefined || encoded === undefined) return null;
  const bytes = fromBase64(encoded);
  if (bytes?.length !== 1 + keyBytes) return null;
  const type = bytes[0] === typeBytes.ed25519 ? "ed25519" : "cosignature";
  if (bytes[0] !== typeBytes[type]) return null;
  const key: NoteKey = { name, publicKey: bytes.slice(1), type };
  return keyIdOf(key, sha256).toString(16).padStart(8, "0") === id ? key : null;
}

/** The note of one signature. Throws `RangeError` when the text does not end with a line feed. */
export function signNote(
  text: string,
  { key, sign, sha256 }: { key: NoteKey; sign: Ed25519Sign; sha256: Sha256 },
): string {
  if (!text.endsWith("\n") || hasControl(text)) {
    throw new RangeError("a note's text is whole lines without control characters");
  }
  const signature = sign(encoder.encode(text));
  return formatNote({
    text,
    signatures: [{ name: key.name, keyId: keyIdOf(key, sha256), signature }],
  });
}

export function formatNote({ text, signatures }: Note): string {
  return `${text}\n${signatures.map(lineOf).join("")}`;
}

function lineOf({ name, keyId, signature }: NoteSignature): string {
  const bytes = new Uint8Array(keyIdBytes + signature.length);
  viewOf(bytes).setUint32(0, keyId);
  bytes.set(signature, keyIdBytes);
  return `— ${name} ${bytes.toBase64()}\n`;
}

/**
 * The note with a witness's cosignature added (C2SP tlog-cosignature): it has seen no checkpoint of this log that
 * contradicts this one. Null for what is no signed note.
 */
export function cosign(
  note: string,
  atSeconds: number,
  { key, sign, sha256 }: { key: NoteKey; sign: Ed25519Sign; sha256: Sha256 },
): string | null {
  const parsed = parseNote(note);
  if (parsed === null) return null;
  const signature = new Uint8Array(timeBytes + signatureBytes);
  viewOf(signature).setBigUint64(0, BigInt(atSeconds));
  signature.set(sign(cosignedMessage(parsed.text, atSeconds)), timeBytes);
  const added = { name: key.name, keyId: keyIdOf(key, sha256), signature };
  return formatNote({ text: parsed.text, signatures: [...parsed.signatures, added] });
}

/** The note with the signatures of another note of the same text added; null where the texts are not the same. */
export function withSignatures(note: string, other: string): string | null {
  const [one, more] = [parseNote(note), parseNote(other)];
  if (one === null || one.text !== more?.text) return null;
  const known = new Set(one.signatures.map((signature) => lineOf(signature)));
  const added = more.signatures.filter((signature) => !known.has(lineOf(signature)));
  return formatNote({ text: one.text, signatures: [...one.signatures, ...added] });
}

/** Null for what is no signed note. The signatures are not checked by this. */
export function parseNote(note: string): Note | null {
  if (note.length > noteCharsMax || !note.isWellFormed() || hasControl(note)) return null;
  // The last blank line: a text may hold others.
  const split = note.lastIndexOf("\n\n");
  if (split === -1 || !note.endsWith("\n")) return null;
  const text = note.slice(0, split + 1);
  const lines = note
    .slice(split + 2)
    .split("\n")
    .slice(0, -1);
  if (lines.length === 0 || lines.length > signaturesMax) return null;
  const signatures = lines.map(parseSignature);
  return signatures.some((one) => one === null)
    ? null
    : { text, signatures: signatures.filter((one) => one !== null) };
}

function parseSignature(line: string): NoteSignature | null {
  const [, name, encoded] = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? [];
  if (name === undefined || encoded === undefined) return null;
  const bytes = fromBase64(encoded);
  if (bytes === null || bytes.length <= keyIdBytes) return null;
  return { name, keyId: viewOf(bytes).getUint32(0), signature: bytes.slice(keyIdBytes) };
}

export type Vouched =
  /** `atSeconds`: the time that a cosignature tells, since 1970; null for a plain one. */
  { by: NoteKey; atSeconds: number | null };

/**
 * Those of the known keys by which the note is truly signed. A signature of a known name and key id that does not
 * hold makes the whole note void (null), since somebody has tampered with it; those of strangers are passed over.
 */
export function vouchersOf(
  note: Note,
  known: readonly NoteKey[],
  { verify, sha256 }: { verify: Ed25519Verify; sha256: Sha256 },
): Vouched[] | null {
  const vouched: Vouched[] = [];
  for (const { name, keyId, signature } of note.signatures) {
    const by = known.find((key) => key.name === name && keyIdOf(key, sha256) === keyId);
    if (by === undefined) continue;
    const signed = signedBy(by, note.text, signature);
    if (signed === null || !verify(by.publicKey, signed.message, signed.signature)) return null;
    vouched.push({ by, atSeconds: signed.atSeconds });
  }
  return vouched;
}

/** What the key signed; a cosignature's begins with the time, 8 bytes big-endian. */
function signedBy({ type }: NoteKey, text: string, bytes: Uint8Array) {
  if (type === "ed25519") {
    if (bytes.length !== signatureBytes) return null;
    return { message: encoder.encode(text), signature: bytes, atSeconds: null };
  }
  if (bytes.length !== timeBytes + signatureBytes) return null;
  const at = viewOf(bytes).getBigUint64(0);
  // tlog-cosignature: it must not exceed 2^63 - 1.
  if (at > cosignedAtMax) return null;
  const message = cosignedMessage(text, at);
  return { message, signature: bytes.slice(timeBytes), atSeconds: Number(at) };
}

function cosignedMessage(text: string, atSeconds: number | bigint): Uint8Array {
  return encoder.encode(`cosignature/v1\ntime ${atSeconds}\n${text}`);
}

/** Line feeds aside. */
function hasControl(text: string): boolean {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20 && code !== 0x0a) return true;
  }
  return false;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Strict RFC 4648 §4; null for anything else. */
export function fromBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.fromBase64(text, { lastChunkHandling: "strict" });
  } catch {
    return null;
  }
}
