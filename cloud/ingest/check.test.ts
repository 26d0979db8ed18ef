/** An entry holds when its hash is that of its canonical form, whatever its data; any other change breaks it. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { TestAgent, withMac } from "../testing/agent.ts";
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

describe("a batch is refused with what is wrong with it", () => {
  const salt = "00112233445566778899aabbccddeeff";
  const agent = new TestAgent();
  agent.write({ kind: "some.kind", data: { a: 1 }, content: { text: "hello" } });
  agent.write({ kind: "some.kind", data: { a: 2 } });
  const batch = agent.batch({ from: 1, to: 4, key });

  /** With some fields of one entry changed, and a MAC that is its own: only what is changed is wrong. */
  function changed(at: number, change: object): ReturnType<typeof checkEntries> {
    const entries = batch.entries.map((entry, index) =>
      index === at ? withMac({ ...entry, ...change }, key) : entry,
    );
    return checkEntries({ ...batch, entries }, key.secret);
  }

  const malformed = (detail: string) => ({ ok: false, problem: "malformed-payload", detail });

  test("where an entry does not stand in its place", () => {
    const other = new TestAgent().id;
    const [first, ...rest] = batch.entries;
    expect(changed(1, { agent_id: other })).toMatchObject(malformed("entry 2 is another agent's"));
    expect(changed(1, { seq: 3 })).toMatchObject(malformed("entry 3 does not come after 1"));
    expect(changed(2, { prev: "5f".repeat(32) })).toMatchObject(
      malformed("entry 3 does not follow the one before it"),
    );
    // The first of a batch follows what is not in it.
    expect(checkEntries({ ...batch, entries: rest }, key.secret).ok).toBeTrue();
    expect(first?.seq).toBe(1);
  });

  test("where a MAC is none, or that of another key", () => {
    const [entry] = batch.entries;
    for (const mac of ["?", "", batch.entries[1]?.mac ?? ""]) {
      const entries = entry === undefined ? [] : [{ ...entry, mac }];
      expect(checkEntries({ ...batch, entries }, key.secret)).toMatchObject({
        ...{ ok: false, problem: "invalid-signature" },
        detail: "the MAC of entry 1 is not of this key",
      });
    }
  });

  test("where an entry was changed after it was written, or has no canonical form", () => {
    const detail = "entry 4 was changed after it was written";
    expect(changed(3, { data: { a: 3 } })).toMatchObject(malformed(detail));
    expect(changed(3, { data: { a: "\ud800" } })).toMatchObject(malformed(detail));
  });

  test("where content, salt and commitment are there only in part, or do not fit", () => {
    const partly = malformed("entry 3 has content, salt and content_hash only in part");
    expect(changed(2, { salt: undefined })).toMatchObject(partly);
    expect(changed(2, { content: undefined })).toMatchObject(partly);
    expect(changed(3, { content: { a: 1 }, salt })).toMatchObject({
      detail: "entry 4 has content, salt and content_hash only in part",
    });
    expect(changed(2, { content: { text: "bye" } })).toMatchObject(
      malformed("entry 3 has other content than it commits to"),
    );
    expect(changed(2, { salt: "ff".repeat(16) }).ok).toBeFalse();
    expect(changed(2, { content: { text: "\ud800" } })).toMatchObject(
      malformed("entry 3 has content that is not JSON"),
    );
    // It was committed to, and stays where it is.
    const kept = changed(2, { content: undefined, salt: undefined });
    expect(kept.ok && kept.entries[2]?.contentText).toBeNull();
  });

  test("where something is shown in place of content that is there, or never was", () => {
    const detail = "shows something in place of content that is there, or never was";
    const shown = { text: "h…" };
    expect(changed(2, { shown })).toMatchObject(malformed(`entry 3 ${detail}`));
    expect(changed(3, { shown })).toMatchObject(malformed(`entry 4 ${detail}`));
    const apart = changed(2, { shown, content: undefined, salt: undefined });
    expect(apart.ok && apart.entries[2]).toMatchObject({
      ...{ shownText: '{"text":"h…"}', contentText: null },
    });
  });
});
