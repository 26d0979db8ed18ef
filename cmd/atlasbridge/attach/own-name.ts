/** What other terminals call this one: its device, and whether it came over the network. */
import { readlinkSync } from "node:fs";
import { limits } from "../../../contracts/limits.ts";
import type { Cli } from "../cli.ts";
import { visible } from "../visible.ts";

export function ownName({ environment }: Cli): string {
  const isFar = environment.variables["SSH_CONNECTION"] !== undefined;
  return visible(`${device()}${isFar ? " (ssh)" : ""}`).slice(0, limits.seatNameCharsMax);
}

function device(): string {
  try {
    return readlinkSync("/proc/self/fd/0").replace(/^\/dev\//, "");
  } catch {
    // Where the system does not tell, the process's number finds it as well.
    return `terminal of process ${process.pid}`;
  }
}
