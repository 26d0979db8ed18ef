/** The shapes of `--json` that programs rely on: closed, and true to the entries inside them. */
import { describe, expect, test } from "bun:test";
import { exampleAgentId, exampleDrafts } from "./examples.ts";
import { genesisHash } from "./ids.ts";
import { outputFormat } from "./version.ts";
import { storedEntryView, traceShowView, traceTailView, traceVerifyView } from "./views.ts";

const stored = {
  v: 1,
  agent_id: exampleAgentId,
  seq: 1,
  at: 0,
  session_id: null,
  kind: "trace.closed",
  data: exampleDrafts["trace.closed"].data,
  content_hash: null,
  prev: genesisHash,
  hash: genesisHash,
  content: null,
  salt: null,
};

describe("an entry as printed", () => {
  test("is the entry that was hashed, with content and salt beside it", () => {
    expect(storedEntryView.safeParse(stored).success).toBe(true);
    const { salt: _salt, ...bare } = stored;
    expect(storedEntryView.safeParse(bare).success).toBe(false);
  });

  test("has no field that the entry does not have", () => {
    const result = storedEntryView.safeParse({ ...stored, extra: 1 });
    expect(result.error?.message).toContain("extra");
  });

  test("is refused when the entry inside is not one", () => {
    expect(storedEntryView.safeParse({ ...stored, kind: "trace.forgotten" }).success).toBe(false);
    expect(storedEntryView.safeParse({ ...stored, data: {} }).success).toBe(false);
  });
});

describe("every view", () => {
  const views = [
    { schema: traceTailView, value: { format: outputFormat, entries: [stored] } },
    { schema: traceShowView, value: { format: outputFormat, entry: stored } },
    { schema: traceVerifyView, value: { format: outputFormat, trace: false, report: null } },
  ];

  test("says its format, and is closed to unknown fields", () => {
    for (const { schema, value } of views) {
      expect(schema.safeParse(value).success).toBe(true);
      expect(schema.safeParse({ ...value, format: outputFormat + 1 }).success).toBe(false);
      expect(schema.safeParse({ ...value, extra: 1 }).success).toBe(false);
    }
  });
});
