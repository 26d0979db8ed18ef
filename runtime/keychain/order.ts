/** What passes between us and the process that asks the keychain: a line of JSON each way, and the secret behind it. */
import * as z from "zod";
import { ownEntry, secretName } from "../../contracts/secret.ts";

const name = z.union([secretName, ownEntry]);

/** On standard input. Behind the line of `write` stands the secret, up to the end. */
export const keychainOrder = z.discriminatedUnion("order", [
  z.strictObject({ order: z.literal("read"), name, withinMs: z.int().min(1) }),
  z.strictObject({ order: z.literal("write"), name, withinMs: z.int().min(1) }),
  z.strictObject({ order: z.literal("remove"), name, withinMs: z.int().min(1) }),
  z.strictObject({ order: z.literal("names"), withinMs: z.int().min(1) }),
]);
export type KeychainOrder = z.infer<typeof keychainOrder>;

/** On standard output. Behind the line of `secret` stand that many bytes of it. */
export const keychainReport = z.discriminatedUnion("report", [
  z.strictObject({ report: z.literal("secret"), bytes: z.int().min(0) }),
  z.strictObject({ report: z.literal("done") }),
  z.strictObject({ report: z.literal("nothing") }),
  z.strictObject({ report: z.literal("names"), names: z.array(secretName) }),
  z.strictObject({
    report: z.literal("failed"),
    trouble: z.enum(["none", "unreachable", "locked", "full"]),
    said: z.string(),
  }),
]);
export type KeychainReport = z.infer<typeof keychainReport>;

const lineFeed = 0x0a;

/** The line and what stands behind it, which shares memory with `bytes`; null while there is no whole line. */
export function splitLine(bytes: Uint8Array): { line: string; rest: Uint8Array } | null {
  const end = bytes.indexOf(lineFeed);
  if (end === -1) return null;
  const line = new TextDecoder().decode(bytes.subarray(0, end));
  return { line, rest: bytes.subarray(end + 1) };
}

/** The line with its end, and `rest` behind it. */
export function joinLine(value: KeychainOrder | KeychainReport, rest: Uint8Array): Uint8Array {
  const line = new TextEncoder().encode(`${JSON.stringify(value)}\n`);
  const joined = new Uint8Array(line.length + rest.length);
  joined.set(line);
  joined.set(rest, line.length);
  return joined;
}
