/** Secrets that we need ourselves, in a private file: for machines without a keychain. */
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { isKeyId } from "../../contracts/api-key.ts";
import { AtlasError } from "../../contracts/errors.ts";
import { limits } from "../../contracts/limits.ts";

/**
 * By name, a key's id unless `isName` says otherwise; none where there is no such file. Throws `home_unusable` for one
 * that others can read.
 */
export function readSecrets(
  file: string,
  isName: (name: string) => boolean = isKeyId,
): Map<string, string> {
  const lines = textOf(file).split("\n");
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const [name = "", secret = ""] = line.split(" ");
      return isName(name) && secret !== "" ? [[name, secret]] : [];
    }),
  );
}

/** Replaces the file in one step; without secrets it goes. Durable on return. Throws `home_unusable`. */
export function writeSecrets(file: string, secrets: ReadonlyMap<string, string>): void {
  try {
    if (secrets.size === 0) return rmSync(file, { force: true });
    const lines = [...secrets].map(([name, secret]) => `${name} ${secret}\n`);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const beside = `${file}.${process.pid}.new`;
    writeFileSync(beside, lines.join(""), { mode: 0o600, flush: true });
    renameSync(beside, file);
  } catch (cause) {
    throw unusable(
      file,
      "it cannot be written; check the folder's owner, mode and free space",
      cause,
    );
  }
}

function textOf(file: string): string {
  const fd = opened(file);
  if (fd === null) return "";
  try {
    const { mode, uid, size } = fstatSync(fd);
    const isOurs = process.platform === "win32" || uid === process.geteuid?.();
    if (!isOurs || (process.platform !== "win32" && (mode & 0o077) !== 0)) {
      throw unusable(
        file,
        "others can read it; make it yours alone: chmod 600, and replace the secrets in it",
      );
    }
    return size > limits.secretFileBytesMax ? "" : readFileSync(fd, "utf8");
  } finally {
    closeSync(fd);
  }
}

function opened(file: string): number | null {
  try {
    return openSync(file, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw unusable(file, "it cannot be read", error);
  }
}

function unusable(file: string, why: string, cause?: unknown): AtlasError {
  return new AtlasError("home_unusable", `${file} cannot be used: ${why}`, { cause });
}
