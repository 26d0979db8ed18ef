/** What docs/signed-payload.md shows is what this program does, and it leaves no problem out. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { problemNames } from "../../contracts/problem.ts";
import { contentDigest, entryMac, readSignature, signRequest } from "../../contracts/signature.ts";
import { uploadBatch, uploadEntry } from "../../contracts/upload.ts";
import { hmacSha256, sha256 } from "./hashes.ts";

const text = readFileSync(join(import.meta.dir, "../../docs/signed-payload.md"), "utf8");
const block = (name: string): string => {
  const found = new RegExp(`^\`\`\`${name}\\n([^]*?)\\n\`\`\`$`, "m").exec(text)?.[1];
  if (found === undefined) throw new Error(`no block ${name}`);
  return found;
};
const secret = block("secret");

test("the request that it signs is signed so", () => {
  const body = new TextEncoder().encode(block("body"));
  const headers: Record<string, string> = {
    "content-digest": contentDigest(body, sha256),
    "content-type": "application/json",
  };
  const request = {
    method: "POST",
    path: "/v1/traces",
    header: (name: string) => headers[name] ?? null,
  };
  const [, created, nonce = "", keyId = ""] =
    /created=(\d+);nonce="([^"]+)";keyid="([^"]+)"/.exec(block("base")) ?? [];
  const given = { keyId, secret, created: Number(created), nonce, hmac: hmacSha256 };
  const signed = signRequest(request, given);
  const fields = Object.entries(signed).map(([name, value]) => `${name}: ${value}`);
  expect(fields.join("\n")).toBe(block("fields"));
  Object.assign(headers, signed);
  const read = readSignature(request);
  expect(read.ok ? new TextDecoder().decode(read.base) : read.why).toBe(block("base"));
});

test("the entry that it seals is sealed so", () => {
  const entry = { seq: 12, hash: "5f".repeat(32) };
  const agent = "0193a1b2-0000-7000-8000-00000000000a";
  expect(entryMac(agent, entry, { secret, hmac: hmacSha256 })).toBe(block("mac"));
});

test("it names every problem, and every field of a batch and of an entry", () => {
  const fields = [...Object.keys(uploadBatch.shape), ...Object.keys(uploadEntry.shape)];
  for (const name of [...problemNames, ...fields])
    expect(text).toMatch(new RegExp(`[\`"]${name}[\`"]`));
});
