/** The witness: its key cosigns checkpoints that continue what it has seen (C2SP tlog-cosignature). */
import { AtlasError } from "../contracts/errors.ts";
import { formatNote, keyIdOf, type NoteKey, verifierKey } from "../contracts/note.ts";
import { readKeyPair, sha256 } from "./crypto.ts";

export interface Witness {
  /** As readers of notes are told whom to trust. */
  verifierKey: string;
  /** One line of a signed note, for a checkpoint's text. `atSeconds`: when it was seen. */
  cosign(text: string, atSeconds: number): string;
}

const timeBytes = 8;

/** Throws `AtlasError` for what is no Ed25519 key in PEM. */
export function openWitness(pem: string, name: string): Witness {
  const pair = readKeyPair(pem);
  if (pair === null) {
    const message =
      "the witness key is no Ed25519 private key in PEM; one is made by: openssl genpkey -algorithm ed25519";
    throw new AtlasError("config_invalid", message);
  }
  const key: NoteKey = { name, publicKey: pair.publicKey, type: "cosignature" };
  const keyId = keyIdOf(key, sha256);
  return {
    verifierKey: verifierKey(key, sha256),
    cosign(text, atSeconds) {
      const message = new TextEncoder().encode(`cosignature/v1\ntime ${atSeconds}\n${text}`);
      const time = Buffer.alloc(timeBytes);
      time.writeBigUInt64BE(BigInt(atSeconds));
      const signature = new Uint8Array(Buffer.concat([time, pair.sign(message)]));
      const note = formatNote({ text, signatures: [{ name, keyId, signature }] });
      return note.slice(text.length + 1).trimEnd();
    },
  };
}
