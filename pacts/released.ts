/** Pacts of earlier versions never change: their digests, and what speaks against them. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { sha256 } from "../runtime/upload/hashes.ts";

/** By `VERSION/FILE`, 64 hex digits. */
export type Digests = Readonly<Record<string, string>>;

const path = join(import.meta.dir, "released.json");

export function readReleased(): Digests {
  return z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(path, "utf8")));
}

/** One line for each that is not as it was. `kept`: the text of each pact that is not today's. */
export function changedSince(released: Digests, kept: ReadonlyMap<string, string>): string[] {
  const gone = Object.keys(released).filter((name) => !kept.has(name));
  return [
    ...gone.map((name) => `${name} is gone`),
    ...[...kept].flatMap(([name, text]) => {
      if (released[name] === undefined) return [`${name} is not in released.json`];
      return released[name] === digestOf(text) ? [] : [`${name} was changed`];
    }),
  ];
}

/** Enters those that are not there yet; what is there stays as it is. */
export function enterReleased(kept: ReadonlyMap<string, string>): void {
  const entered = [...kept].map(([name, text]) => [name, digestOf(text)]);
  const all = { ...Object.fromEntries(entered), ...readReleased() };
  writeFileSync(path, `${JSON.stringify(all, null, 2)}\n`);
}

function digestOf(text: string): string {
  return sha256(new TextEncoder().encode(text)).toHex();
}
