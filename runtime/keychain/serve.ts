/** The process that asks the system's keychain: does one order and ends. */
import { readFileSync, writeSync } from "node:fs";
import * as z from "zod";
import { ownEntry, secretName } from "../../contracts/secret.ts";
import { limits } from "../../contracts/limits.ts";
import { systemClock } from "../clock.ts";
import {
  joinLine,
  keychainOrder,
  type KeychainOrder,
  type KeychainReport,
  splitLine,
} from "./order.ts";

// A process of its own, because the system's library may wait for ever (for a person who has to unlock, for a bus
// that does not answer) in a thread that nothing can end, and because what it leaves in memory ends with it.

/** The label under which the system lists our entries. */
const service = "atlasbridge";
/** No `secretName`: the entry with the names of the others, which the system's library cannot list. */
const namesEntry = ".names";

const namesFormat = z.array(secretName).max(limits.secretsMax);

/** Reads an order from standard input, writes the report to standard output, and ends the process. */
export async function serveKeychain(): Promise<never> {
  const input = readFileSync(0);
  const split = splitLine(input);
  const order = keychainOrder.parse(JSON.parse(split?.line ?? "null"));
  // Waiting threads would keep the process alive.
  systemClock.after(order.withinMs, () => process.exit(1));
  const { report, secret } = await done(order, split?.rest ?? new Uint8Array());
  const output = joinLine(report, secret);
  writeAll(output);
  for (const bytes of [input, secret, output]) bytes.fill(0);
  process.exit(0);
}

type Done = { report: KeychainReport; secret: Uint8Array };

const noSecret = new Uint8Array();

async function done(order: KeychainOrder, given: Uint8Array): Promise<Done> {
  try {
    if (order.order === "read") return await read(order.name);
    return { report: await changed(order, given), secret: noSecret };
  } catch (error) {
    return { report: failure(error), secret: noSecret };
  }
}

async function read(name: string): Promise<Done> {
  const value = await Bun.secrets.get({ service, name });
  if (value === null) return { report: { report: "nothing" }, secret: noSecret };
  const secret = new TextEncoder().encode(value);
  return { report: { report: "secret", bytes: secret.length }, secret };
}

async function changed(
  order: Exclude<KeychainOrder, { order: "read" }>,
  given: Uint8Array,
): Promise<KeychainReport> {
  switch (order.order) {
    case "names":
      return { report: "names", names: await names() };
    case "write":
      return await write(order.name, given);
    case "remove":
      return (await remove(order.name)) ? { report: "done" } : { report: "nothing" };
  }
}

async function write(name: string, secret: Uint8Array): Promise<KeychainReport> {
  const value = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(secret);
  const isListed = !ownEntry.safeParse(name).success;
  const known = isListed ? await names() : [];
  if (isListed && !known.includes(name)) {
    if (known.length >= limits.secretsMax) return { report: "failed", trouble: "full", said: "" };
    // The name first: an entry that no list shows would be worse than a name without an entry.
    await writeNames([...known, name]);
  }
  await Bun.secrets.set({ service, name, value, persist: "local" });
  return { report: "done" };
}

async function remove(name: string): Promise<boolean> {
  const removed = await Bun.secrets.delete({ service, name });
  const known = await names();
  if (known.includes(name)) await writeNames(known.filter((one) => one !== name));
  return removed;
}

async function names(): Promise<string[]> {
  const text = await Bun.secrets.get({ service, name: namesEntry });
  if (text === null) return [];
  try {
    return namesFormat.parse(JSON.parse(text));
  } catch {
    // Written by another hand: the entries themselves are none the worse for it.
    return [];
  }
}

async function writeNames(list: readonly string[]): Promise<void> {
  const value = JSON.stringify([...list].sort());
  await Bun.secrets.set({ service, name: namesEntry, value, persist: "local" });
}

/** As the system reports them: the person cancelled, is not there to be asked, or may not. */
const lockedCodes = /INTERACTION|AUTH_FAILED|USER_CANCELED|ACCESS_DENIED/;

function failure(error: unknown): KeychainReport {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const said = message.split("\n")[0] ?? "";
  if (/libsecret not available/.test(message)) return { report: "failed", trouble: "none", said };
  const locked = lockedCodes.test(code) || /\block(?:ed)?\b/i.test(message);
  return { report: "failed", trouble: locked ? "locked" : "unreachable", said };
}

function writeAll(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
}
