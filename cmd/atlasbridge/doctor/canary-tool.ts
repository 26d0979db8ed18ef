/** A harmless scripted tool: asks one question, reads one line, and tells by its exit code whether that was `y`. */
import { readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { commandOfItself } from "../../../runtime/itself.ts";
import { canaryArgument } from "./canary-argument.ts";

export const canaryQuestion = "Canary: go on? [y/n]";
export const canaryHeardOther = 9;

/** Does not return. */
export function sing(): never {
  writeSync(1, `${canaryQuestion} `);
  const line = new Uint8Array(64);
  const length = readSync(0, line);
  const said = new TextDecoder().decode(line.subarray(0, length)).trimEnd();
  process.exit(said === "y" ? 0 : canaryHeardOther);
}

export function canaryCommand(): [string, ...string[]] {
  return commandOfItself(canaryArgument, join(import.meta.dir, "canary-tool-main.ts"));
}
