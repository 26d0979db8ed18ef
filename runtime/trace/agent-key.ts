/** The agent's own key, by which its checkpoints are signed: a private file beside the trace, made at first use. */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { AtlasError } from "../../contracts/errors.ts";
import { type KeyPair, newPrivateKeyPem, readKeyPair } from "./ed25519.ts";

/** A PEM file of one Ed25519 key has 119 bytes. */
const keyFileBytesMax = 4_096;

/** Null when there is no key yet. Throws `trace_unwritable` for a file that is no key, or that others can read. */
export function readAgentKey(file: string): KeyPair | null {
  const fd = open(file);
  if (fd === null) return null;
  try {
    const { mode, size, uid } = fstatSync(fd);
    const isOurs = process.platform === "win32" || uid === process.geteuid?.();
    if (process.platform !== "win32" && (!isOurs || (mode & 0o077) !== 0)) {
      throw unusable(file, "others can read or replace it; make it yours alone: chmod 600");
    }
    const key = size > keyFileBytesMax ? null : readKeyPair(readFileSync(fd, "utf8"));
    if (key === null)
      throw unusable(file, "it holds no Ed25519 key; move it away to get a new one");
    return key;
  } finally {
    closeSync(fd);
  }
}

/** The key; made when there is none. Of several processes that do so at once all get the same one. */
export function agentKeyAt(file: string): KeyPair {
  const known = readAgentKey(file);
  if (known !== null) return known;
  const draft = `${file}.${process.pid}.new`;
  try {
    const fd = openSync(draft, "wx", 0o600);
    try {
      writeSync(fd, newPrivateKeyPem());
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    link(draft, file);
    unlinkSync(draft);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw unusable(file, `it cannot be written: ${why}`, cause);
  }
  const made = readAgentKey(file);
  if (made === null) throw unusable(file, "it was removed while it was made");
  return made;
}

/** Whole or not at all; who comes second leaves the first one's key in place. */
function link(draft: string, file: string): void {
  try {
    linkSync(draft, file);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
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
