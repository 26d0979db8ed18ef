/** The closed list of entry kinds: every example is valid, and nothing beyond the schema gets in. */
import { describe, expect, test } from "bun:test";
import { exampleAgentId, exampleDrafts, exampleSessionId } from "./examples.ts";
import { genesisHash } from "./ids.ts";
import { entry, entryContent, entryData, entryKinds } from "./trace.ts";

const envelope = {
  v: 1,
  agent_id: exampleAgentId,
  seq: 1,
  at: 1_790_000_000_000,
  session_id: exampleSessionId,
  content_hash: null,
  prev: genesisHash,
  hash: genesisHash,
};

for (const kind of entryKinds) {
  const { data } = exampleDrafts[kind];
  describe(kind, () => {
    test("the example is a valid entry that says the same after reading", () => {
      const whole = { ...envelope, kind, data };
      expect(entry.parse(whole)).toEqual(whole as typeof whole & ReturnType<typeof entry.parse>);
    });

    test("the example shows every field there is", () => {
      expect(Object.keys(data).sort()).toEqual(Object.keys(entryData[kind].shape).sort());
    });

    test("an unknown field is refused, in the data and around it", () => {
      expect(entry.safeParse({ ...envelope, kind, data: { ...data, extra: 1 } }).success).toBe(
        false,
      );
      expect(entry.safeParse({ ...envelope, kind, data, extra: 1 }).success).toBe(false);
    });

    test("a required field that is missing is refused", () => {
      for (const [name, field] of Object.entries(entryData[kind].shape)) {
        if (field.safeParse(undefined).success) continue;
        const { [name]: _left, ...rest } = data as Record<string, unknown>;
        expect(entry.safeParse({ ...envelope, kind, data: rest }).success).toBe(false);
      }
    });
  });
}

describe("content", () => {
  for (const [kind, schema] of Object.entries(entryContent)) {
    test(`${kind}: the example has content, it is valid, and an unknown field is refused`, () => {
      const draft = Object.values(exampleDrafts).find((one) => one.kind === kind);
      const content: unknown =
        draft !== undefined && "content" in draft ? draft.content : undefined;
      expect(content).toBeDefined();
      expect(schema.parse(content)).toEqual(content as ReturnType<typeof schema.parse>);
      expect(schema.safeParse({ ...Object(content), extra: 1 }).success).toBe(false);
    });
  }

  test("kinds without content have none in their example", () => {
    for (const [kind, draft] of Object.entries(exampleDrafts)) {
      expect("content" in draft).toBe(kind in entryContent);
    }
  });
});

describe("the envelope", () => {
  const good = { ...envelope, kind: "trace.closed", data: { reason: "archived" } };
  const refused = (change: Record<string, unknown>) =>
    expect(entry.safeParse({ ...good, ...change }).success).toBe(false);

  test("the good one is good, so that the refusals below mean something", () => {
    expect(entry.safeParse(good).success).toBe(true);
  });

  test("an unknown kind and another format are refused", () => {
    refused({ kind: "trace.forgotten" });
    refused({ v: 2 });
  });

  test("numbers start at 1 and are whole, times are whole milliseconds", () => {
    refused({ seq: 0 });
    refused({ seq: 1.5 });
    refused({ at: -1 });
    refused({ at: 0.5 });
  });

  test("hashes are 64 lower-case hex digits", () => {
    refused({ hash: "AB".repeat(32) });
    refused({ prev: "ab" });
    refused({ content_hash: "" });
  });
});
