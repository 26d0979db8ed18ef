/** How each target was last reached, kept in a small file each, for `notify list` and `doctor`. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { limits } from "../../../contracts/limits.ts";
import { type NotifyResult, notifyResult } from "../../../contracts/notify.ts";

const fileOf = (folder: string, target: string): string => join(folder, `${target}.json`);

/** The latest one wins, whichever session it came from. Where it cannot be written it is not kept. */
export function keepResult(folder: string, target: string, result: NotifyResult): void {
  const file = fileOf(folder, target);
  const beside = `${file}.${process.pid}.new`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(beside, JSON.stringify(result), { mode: 0o600 });
    renameSync(beside, file);
  } catch {
    // A full or read-only disk: the message itself is none the worse for it.
    rmSync(beside, { force: true });
  }
}

/** Null where nothing was sent yet, or what stands there is not ours. */
export function lastResult(folder: string, target: string): NotifyResult | null {
  try {
    const text = readFileSync(fileOf(folder, target), "utf8");
    if (text.length > limits.notifyResultBytesMax) return null;
    return notifyResult.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

export function forgetResult(folder: string, target: string): void {
  rmSync(fileOf(folder, target), { force: true });
}
