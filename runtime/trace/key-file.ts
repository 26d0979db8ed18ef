/** The file of the agent's key: it holds the private key itself, or says under which name the keychain holds it. */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { AtlasError } from "../../contracts/errors.ts";
import { type KeyPair, readKeyPair } from "./ed25519.ts";

/** A PEM file of one Ed25519 key has 119 bytes. */
const keyFileBytesMax = 4_096;

export type KeyPlace =
  | { at: "file"; publicKey: string; pair: KeyPair; pem: string }
  /** `entry`: its name in the keychain. The public key is known without asking there. */
  | { at: "keychain"; publicKey: string; entry: string };

const pointer = /^atlasbridge-key\/1 keychain ([0-9a-f]{64})\n?$/;

/** No name that a policy could ask for: what stands there is never typed. */
export function keychainEntry(publicKey: string): string {
  return `.agent-${publicKey.slice(0, 32)}`;
}

export function pointerText(publicKey: string): string {
  return `atlasbridge-key/1 keychain ${publicKey}\n`;
}

/** Where a key lies that is to be the agent's next one, until the trace names it. */
export function nextFile(file: string): string {
  return `${file}.next`;
}

/** Of the key that is here, and of the next one while it is brought in. Throws as `readKeyFile`. */
export function publicKeysAt(file: string): string[] {
  return [file, nextFile(file)].flatMap((one) => {
    const place = readKeyFile(one);
    return place === null ? [] : [place.publicKey];
  });
}

/** Null when there is no such file. Throws `trace_unwritable` for one that is no key, or that others can read. */
export function readKeyFile(file: string): KeyPlace | null {
  const fd = open(file);
  if (fd === null) return null;
  try {
    const { mode, size, uid } = fstatSync(fd);
    const isOurs = process.platform === "win32" || uid === process.geteuid?.();
    if (process.platform !== "win32" && (!isOurs || (mode & 0o077) !== 0)) {
      throw unusable(file, "others can read or replace it; make it yours alone: chmod 600");
    }
    const place = size > keyFileBytesMax ? null : placeOf(readFileSync(fd, "utf8"));
    if (place !== null) return place;
    throw unusable(file, "it holds no Ed25519 key; put the right one back, or move it away");
  } finally {
    closeSync(fd);
  }
}

function placeOf(text: string): KeyPlace | null {
  const [, publicKey] = pointer.exec(text) ?? [];
  if (publicKey !== undefined) {
    return { at: "keychain", publicKey, entry: keychainEntry(publicKey) };
  }
  const pair = readKeyPair(text);
  return pair === null ? null : { at: "file", publicKey: pair.publicKey.toHex(), pair, pem: text };
}

/** In one step, whether there is one or not. Durable on return. */
export function replaceKeyFile(file: string, text: string): void {
  written(file, text, (draft) => renameSync(draft, file));
}

/** In one step; who comes second leaves the first one's key in place. Durable on return. */
export function createKeyFile(file: string, text: string): void {
  written(file, text, (draft) => {
    try {
      linkSync(draft, file);
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
    unlinkSync(draft);
  });
}

/** The key that the trace names by now takes the place of the one before it. Another process may have done so. */
export function promoteNext(file: string): void {
  try {
    renameSync(nextFile(file), file);
  } catch (cause) {
    if (codeOf(cause) !== "ENOENT") throw unusable(file, "it cannot be replaced", cause);
  }
}

function written(file: string, text: string, put: (draft: string) => void): void {
  const draft = `${file}.${process.pid}.new`;
  try {
    const fd = openSync(draft, "w", 0o600);
    try {
      writeSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    put(draft);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw unusable(file, `it cannot be written: ${why}`, cause);
  }
}

function open(file: string): number | null {
  try {
    return openSync(file, "r");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw unusable(file, "it cannot be read", error);
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : null;
}

function unusable(file: string, why: string, cause?: unknown): AtlasError {
  return new AtlasError("trace_unwritable", `the agent's key ${file} cannot be used: ${why}`, {
    cause,
  });
}
