/** What is told at a glance is what the schema allows, spelled canonically; whatever is done to the text. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import * as z from "zod";
import { canonicalJson } from "../../contracts/canonical.ts";
import { exampleDrafts } from "../../contracts/examples.ts";
import { entryContent, entryData, type EntryKind, entryKinds } from "../../contracts/trace.ts";
import { patternOf } from "./pattern.ts";

function whole(schema: z.core.$ZodType): RegExp | null {
  const pattern = patternOf(schema);
  return pattern === null ? null : new RegExp(`^${pattern}$`);
}

/** Its own canonical JSON, or null where there is none. */
function canonicalOf(text: string): { value: unknown; text: string } | null {
  try {
    const value: unknown = JSON.parse(text);
    return { value, text: canonicalJson(value) };
  } catch {
    return null;
  }
}

function expectSound(schema: z.ZodType, pattern: RegExp, text: string): void {
  if (!text.isWellFormed() || !pattern.test(text)) return;
  const read = canonicalOf(text);
  expect(read?.text).toBe(text);
  expect(schema.safeParse(read?.value).success).toBe(true);
}

/** What an attacker, or a bug, might put anywhere. */
const bits = fc.oneof(
  fc.constantFrom(
    "0",
    "-0",
    "1e3",
    "1.50",
    "0.0001",
    "-1",
    "01",
    "9007199254740993",
    "null",
    "true",
  ),
  fc.constantFrom(
    '"',
    '""',
    '"\\u0061"',
    '"\\n"',
    "\n",
    "\u0000",
    " ",
    ",",
    "{}",
    "[]",
    '"x":1,',
    "\ud800",
  ),
  fc.constantFrom("ABCDEF", "é", "\u2028", "\u007f", "😀"),
  fc.string({ maxLength: 4 }),
  fc.double().map(String),
);

const edit = fc.record({ at: fc.nat(), cut: fc.nat(24), put: fc.oneof(fc.constant(""), bits) });

function edited(text: string, edits: readonly { at: number; cut: number; put: string }[]): string {
  return edits.reduce((now, { at, cut, put }) => {
    const from = at % (now.length + 1);
    return now.slice(0, from) + put + now.slice(from + cut);
  }, text);
}

const usual: readonly EntryKind[] = entryKinds.filter((kind) => kind !== "trace.opened");

describe.each(usual)("data of %s", (kind) => {
  const schema: z.ZodType = entryData[kind];
  const text = canonicalJson(exampleDrafts[kind].data);
  const pattern = whole(schema);

  test("is told at a glance", () => {
    expect(pattern?.test(text)).toBe(true);
  });

  test("however it is edited, what is told is sound", () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        if (pattern !== null) expectSound(schema, pattern, edited(text, edits));
      }),
      { numRuns: 300 },
    );
  });
});

test.each(["session.started", "prompt.detected", "reply.received"] as const)(
  "content of %s is told at a glance, and soundly however it is edited",
  (kind) => {
    const schema: z.ZodType = entryContent[kind];
    const text = canonicalJson(exampleDrafts[kind].content);
    const pattern = whole(schema);
    expect(pattern?.test(text)).toBe(true);
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        if (pattern !== null) expectSound(schema, pattern, edited(text, edits));
      }),
    );
  },
);

describe("numbers", () => {
  const cases = { from0: z.number().min(0), whole: z.int().min(0), integer: z.int() };
  for (const [name, schema] of Object.entries(cases)) {
    test(`${name}: of every spelling of a number, what is told is its one spelling`, () => {
      const pattern = whole(schema);
      if (pattern === null) throw new Error("no pattern");
      const digits = fc.string({
        unit: fc.constantFrom("0", "1", "2", "5", "9", ".", "-", "e"),
        maxLength: 18,
      });
      fc.assert(
        fc.property(fc.oneof(digits, fc.double().map(String), fc.integer().map(String)), (text) => {
          expectSound(schema, pattern, text);
        }),
        { numRuns: 5_000 },
      );
      expect(pattern.test("12")).toBe(true);
    });
  }
});

test("a schema that it does not understand wholly has no pattern", () => {
  const unknown: z.ZodType[] = [
    z.object({ a: z.string() }),
    z.strictObject({ a: z.string().max(3) }),
    z.strictObject({ a: z.string().regex(/^x$/) }),
    z.strictObject({ a: z.int().max(3) }),
    z.strictObject({ a: z.int().min(1) }),
    z.strictObject({ a: z.array(z.string()).max(3) }),
    z.strictObject({ a: z.string().optional() }),
    z.strictObject({ a: z.string() }).refine(() => false),
    z.uuidv4(),
    z.literal(3),
    z.union([z.string(), z.int()]),
    z.string().transform((text) => text.length),
  ];
  for (const schema of unknown) expect(patternOf(schema)).toBeNull();
});

test("what a prompt leaves is told at a glance: a check of very many entries rests on it", () => {
  const often = entryKinds.filter((kind) => /^(?:prompt|decision|reply)\./.test(kind));
  expect(often.length).toBeGreaterThan(3);
  expect(often.filter((kind) => patternOf(entryData[kind]) === null)).toEqual([]);
});
