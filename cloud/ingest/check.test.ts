/** An entry holds when its hash is that of its canonical form, whatever its data; any other change breaks it. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { TestAgent } from "../testing/agent.ts";
import { checkEntries } from "./check.ts";

const key = { key_id: "abk_x", secret: "abs_x" };

/** JSON that survives a journey as JSON: no negative zero. */
const value = fc.jsonValue({ maxDepth: 4 }).map((one) => JSON.parse(JSON.stringify(one)));
const data = fc.dictionary(fc.string({ maxLength: 20 }), value);

describe("entries of any data", () => {
  test("hold as they were written, and their text reads as the same", () => {
    fc.assert(
      fc.property(data, fc.boolean(), (fields, inSession) => {
        const agent = new TestAgent();
        const session_id = inSession ? Bun.randomUUIDv7() : null;
        agent.write({ kind: "some.kind", data: fields, session_id, content: fields });
        const checked = checkEntries(agent.batch({ from: 1, to: 3, key }), key.secret);
        if (!checked.ok) throw new Error(checked.detail);
        expect(JSON.parse(checked.entries[2]?.dataText ?? "")).toEqual(fields);
        expect(JSON.parse(checked.entries[2]?.contentText ?? "")).toEqual(fields);
      }),
    );
  });

  test("do not hold when any of their fields is another", () => {
    const agent = new TestAgent();
    agent.write({ kind: "some.kind", data: { a: 1 }, session_id: Bun.randomUUIDv7() });
    const batch = agent.batch({ from: 3, to: 3, key });
    const [entry] = batch.entries;
    if (entry === undefined) throw new Error("no entry");
    const changes = [
      { at: entry.at + 1 },
      { session_id: null },
      { kind: "other.kind" },
      { data: { a: 2 } },
      { content_hash: "5f".repeat(32) },
      { prev: "5f".repeat(32) },
    ];
    for (const change of changes) {
      const changed = { ...batch, entries: [{ ...entry, ...change }] };
      expect(checkEntries(changed as typeof batch, key.secret).ok).toBeFalse();
    }
    expect(checkEntries(batch, key.secret).ok).toBeTrue();
    expect(checkEntries(batch, "abs_y")).toMatchObject({ problem: "invalid-signature" });
  });
});
