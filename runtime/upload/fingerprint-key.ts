/** The key of fingerprints: made once, kept in a private file, and never sent anywhere. */
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { AtlasError } from "../../contracts/errors.ts";
import type { Random } from "../random.ts";

const keyBytes = 32;

/** Made when there is none; of several processes that do so at once all get the same one. Throws `home_unusable`. */
export function fingerprintKeyAt(file: string, random: Random): Uint8Array {
  const beside = `${file}.${process.pid}.new`;
  try {
    if (statSync(file, { throwIfNoEntry: false }) === undefined) {
      writeFileSync(beside, random.bytes(keyBytes), { mode: 0o600, flush: true });
      link(beside, file);
    }
    const { mode } = statSync(file);
    const key = new Uint8Array(readFileSync(file));
    const isPrivate = process.platform === "win32" || (mode & 0o077) === 0;
    if (key.length === keyBytes && isPrivate) return key;
  } catch (cause) {
    throw unusable(file, cause);
  } finally {
    rmSync(beside, { force: true });
  }
  throw unusable(file);
}

function link(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

function unusable(file: string, cause?: unknown): AtlasError {
  const message = `${file} cannot be used as the key of fingerprints: it must be yours alone (chmod 600) and hold ${keyBytes} bytes; move it away to get a new one, by which earlier fingerprints are not found`;
  return new AtlasError("home_unusable", message, { cause });
}
