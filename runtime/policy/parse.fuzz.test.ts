/** Any file at all: parsed or refused with a place inside it, and never the same hash for different bytes. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { parsePolicyBytes } from "./parse.ts";
import { starterPolicy } from "./starter.ts";

const starter = new TextEncoder().encode(starterPolicy);

function hashOf(bytes: Uint8Array): string | null {
  const parsed = parsePolicyBytes(bytes, "p.yaml");
  return parsed.ok ? parsed.hash : null;
}

function expectSound(bytes: Uint8Array): void {
  const parsed = parsePolicyBytes(bytes, "p.yaml");
  if (parsed.ok) return;
  expect(parsed.problems.length).toBeGreaterThan(0);
  const lines = new TextDecoder().decode(bytes).split("\n");
  for (const { line, column, message } of parsed.problems) {
    expect(line).toBeWithin(1, lines.length + 1);
    expect(column).toBeWithin(1, (lines[line - 1]?.length ?? 0) + 3);
    expect(message).toMatch(/^[^\p{Cc}]+$/u);
  }
}

test("changing any single byte changes the hash, or makes the file invalid", () => {
  const original = hashOf(starter);
  expect(original).not.toBeNull();
  let valid = 0;
  const change = fc.tuple(fc.nat(starter.length - 1), fc.integer({ min: 1, max: 255 }));
  const property = fc.property(change, ([at, difference]) => {
    const changed = starter.slice();
    changed[at] = (changed[at] ?? 0) ^ difference;
    const hash = hashOf(changed);
    if (hash !== null) valid += 1;
    expect(hash).not.toBe(original);
  });
  fc.assert(property, { numRuns: 500 });
  expect(valid).toBeGreaterThan(20);
});

test("any bytes are parsed or refused, with a place inside the file", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), expectSound), { numRuns: 500 });
});

test("any text made of the language's own pieces is parsed or refused", () => {
  const piece = fc.constantFrom(
    ...["policy_version", "rules", "match", "action", "id", "type", "contains", "defaults", "deny"],
    ...[": ", ":", "\n", "\n  ", "\n    ", "- ", "[", "]", "{", "}", ", ", '"', "'", "|", ">", "#"],
    ...["?", "*", "&a", "!b", "~", "1", "0.5", "true", "null", "\t", "---\n", "...\n", "é", "\\"],
  );
  const text = fc.array(piece, { maxLength: 60 }).map((parts) => parts.join(""));
  const property = fc.property(text, (value) => expectSound(new TextEncoder().encode(value)));
  fc.assert(property, { numRuns: 1_500 });
});

test("a good policy with a piece cut out is parsed or refused", () => {
  const cut = fc.tuple(fc.nat(starter.length), fc.nat(60));
  const property = fc.property(cut, ([from, count]) => {
    expectSound(new Uint8Array([...starter.slice(0, from), ...starter.slice(from + count)]));
  });
  fc.assert(property, { numRuns: 300 });
});
