/** One row by itself: whatever is wrong with its fields, their spelling or its content is told, whoever was met before. */
import { describe, expect, test } from "bun:test";
import { canonicalJson } from "../../contracts/canonical.ts";
import { contentHash, entryHash, type Unhashed } from "../../contracts/chain.ts";
import { contentFault, formFault, KnownIds, parseText, rowHash, rowText } from "./row-check.ts";
import { sha256 } from "./sha256.ts";
import type { EntryRow } from "./sqlite-rows.ts";

const promptId = "01890000-0000-7000-8000-000000000001";
const data = { by: "policy", prompt_id: promptId, reason: "no rule matches" };
const content = { reply: "yes" };
const salt = "0123456789abcdef".repeat(2);

function rowOf(changes: Partial<EntryRow> = {}): EntryRow {
  return {
    ...{ seq: 3, v: 1, at: 1_750_000_000_000, kind: "prompt.escalated", data: canonicalJson(data) },
    agent_id: "01890000-0000-7000-8000-00000000000a",
    session_id: "01890000-0000-7000-8000-00000000000b",
    content_hash: contentHash(content, Uint8Array.fromHex(salt), sha256),
    ...{ prev: "a".repeat(64), hash: "b".repeat(64), content: canonicalJson(content), salt },
    ...changes,
  };
}

test("what is hashed of a row is the contract's entry, whichever of its fields are null", () => {
  for (const row of [rowOf(), rowOf({ session_id: null, content_hash: null })]) {
    const { content: _content, salt: _salt, hash: _hash, ...unhashed } = { ...row, data };
    expect(rowText(row)).toBe(canonicalJson(unhashed));
    expect(rowHash(row)).toBe(entryHash(unhashed as unknown as Unhashed, sha256));
  }
});

describe("the form of a row", () => {
  const other = "01890000-0000-7000-8000-00000000000c";
  const check = (row: EntryRow, ids: KnownIds) => formFault(row, parseText(row.data), ids);
  /** Of whoever is met first, and of those whose agent, and whose session, are known. */
  function known(...rows: EntryRow[]): KnownIds {
    const ids = new KnownIds();
    expect(rows.map((row) => check(row, ids))).toEqual(rows.map(() => null));
    return ids;
  }
  const meet = {
    nobody: () => known(),
    "its agent": () => known(rowOf({ session_id: null })),
    "its session": () => known(rowOf()),
    "its session, and another": () => known(rowOf(), rowOf({ session_id: other }), rowOf()),
  };
  const sound: Record<string, Partial<EntryRow>> = {
    "as it was written": {},
    "of no session": { session_id: null },
    "of another session": { session_id: other },
    "of another agent": { agent_id: other },
    "without a commitment": { content_hash: null },
    "the first": { seq: 1 },
    "of the beginning of time": { at: 0 },
  };
  const broken: Record<string, [Partial<EntryRow>, RegExp]> = {
    "of another version": [{ v: 2 }, / at v$/],
    "with the number 0": [{ seq: 0 }, / at seq$/],
    "between two numbers": [{ seq: 1.5 }, / at seq$/],
    "with a number that is none for sure": [{ seq: 2 ** 53 }, / at seq$/],
    "before time": [{ at: -1 }, / at at$/],
    "within a millisecond": [{ at: 0.5 }, / at at$/],
    "of an agent that is none": [{ agent_id: "x" }, / at agent_id$/],
    "of a session that is none": [{ session_id: "x" }, / at session_id$/],
    "of an agent and a session that are none": [
      { agent_id: "x", session_id: null },
      / at agent_id$/,
    ],
    "with a prev that is no hash": [{ prev: "A".repeat(64) }, / at prev$/],
    "with a hash that is none": [{ hash: "b".repeat(63) }, / at hash$/],
    "with a commitment that is none": [{ content_hash: "" }, / at content_hash$/],
    "of no kind": [{ kind: "prompt.guessed" }, / at kind$/],
    "of a kind that every object has": [{ kind: "toString" }, / at kind$/],
    "with another kind's data": [{ data: '{"asks":"no","reason":"seen"}' }, / at data[.a-z_]*$/],
    "with a field too many": [
      { data: canonicalJson({ ...data, more: 1 }) },
      /: Unrecognized key: "more" at data$/,
    ],
    "with a text that is none": [
      { data: canonicalJson({ ...data, reason: 1 }) },
      / at data\.reason$/,
    ],
    "with no object for data": [{ data: "null" }, / at data$/],
  };

  for (const [whom, met] of Object.entries(meet)) {
    test(`is judged alike having met ${whom}`, () => {
      for (const [name, changes] of Object.entries(sound)) {
        expect([name, check(rowOf(changes), met())]).toEqual([name, null]);
      }
      for (const [name, [changes, where]] of Object.entries(broken)) {
        const row = rowOf(changes);
        const found = check(row, met());
        expect([name, found]).toMatchObject([name, { seq: row.seq, fault: "schema" }]);
        const start = `entry ${row.seq} does not have the fields of a ${row.kind} entry: `;
        expect(found?.message).toStartWith(start);
        expect(found?.message).toMatch(where);
      }
    });
  }

  test("is not remembered of a row that had none", () => {
    const ids = new KnownIds();
    const nobody = rowOf({ agent_id: "x", session_id: null });
    for (const _again of [1, 2]) expect(check(nobody, ids)).toMatchObject({ fault: "schema" });
  });
});

describe("data", () => {
  const spelled = (text: string) => {
    const row = rowOf({ kind: "prompt.detected", data: text });
    return formFault(row, parseText(text), new KnownIds());
  };
  const evidence = '["kernel:read"]';
  const detected = (more: string, list = evidence) =>
    `{"confidence":"high","cut":false,"evidence":${list},"has_default":false,"options_count":2,"prompt_id":"${promptId}","prompt_kind":"yes_no"${more}}`;

  test("in its one spelling is sound", () => {
    expect(spelled(detected(',"single_key":false'))).toBeNull();
  });

  test("that is no JSON is told", () => {
    const message = "entry 3: its data is not JSON";
    expect(spelled("{")).toEqual({ seq: 3, fault: "unreadable", message });
  });

  const others: Record<string, string> = {
    "with a blank": detected(', "single_key":false'),
    "with a number spelled otherwise": detected(',"single_key":false').replace(":2", ":2.0"),
    "with a letter spelled otherwise": detected(',"single_key":false', '["\\u006bernel:read"]'),
    "in another order": detected("").replace("{", '{"single_key":false,'),
    "with a name twice": detected(',"single_key":true,"single_key":false'),
    "with half a character": detected(',"single_key":false', '["\\ud800"]'),
  };
  test.each(Object.entries(others))("%s is told", (_name, text) => {
    const message = "entry 3: its data is not canonical JSON (RFC 8785)";
    expect(spelled(text)).toEqual({ seq: 3, fault: "unreadable", message });
  });
});

describe("content", () => {
  const bytes = Uint8Array.fromHex(salt);
  const committed = (text: string): Partial<EntryRow> => {
    const hasher = new Bun.CryptoHasher("sha256");
    return { content: text, content_hash: hasher.update(bytes).update(text).digest("hex") };
  };

  test("is sound as it was committed to, erased with its salt, or never there", () => {
    const sound = [
      {},
      { content: null, salt: null },
      { content: null, salt: null, content_hash: null },
    ];
    for (const changes of [...sound, committed('{"a":[{"b":1,"c":2}]}')]) {
      expect(contentFault(rowOf(changes))).toBeNull();
    }
  });

  const changed = "entry 3: its content was changed after it was written";
  const half = "entry 3: of content and salt one was erased without the other";
  const cases: [string, Partial<EntryRow>, string][] = [
    ["changed", { content: '{"reply":"no"}' }, changed],
    ["under another salt", { salt: "f".repeat(32) }, changed],
    ["under its salt in capitals", { salt: salt.toUpperCase() }, changed],
    ["under more than a salt", { salt: `${salt}00` }, changed],
    ["under a salt with a line's end", { salt: `${salt}\n` }, changed],
    ["behind something and its salt", { salt: `00${salt}` }, changed],
    [
      "committed to under more than a salt",
      {
        salt: `00${salt}`,
        content_hash: contentHash(content, Uint8Array.fromHex(`00${salt}`), sha256),
      },
      changed,
    ],
    ["erased without its salt", { content: null }, half],
    ["without its salt", { salt: null }, half],
    [
      "never committed to",
      { content_hash: null },
      "entry 3 has content that it never committed to",
    ],
    ["that is no JSON", committed("{"), "entry 3: its content is not JSON"],
    ["in another order", committed('{"b":1,"a":2}'), changed],
    ["in another order within", committed('{"a":{"c":1,"b":2}}'), changed],
    ["in another order within a list", committed('{"a":[{"c":1,"b":2}]}'), changed],
    ["with a blank", committed('{"reply": "yes"}'), changed],
    ["with half a character", committed('{"reply":"\\ud800"}'), changed],
    ["with half a character in a name", committed('{"\\ud800":1}'), changed],
    ["with half a character in a list", committed('["a","\\udfff"]'), changed],
  ];
  test.each(cases)("%s is told", (_name, changes, message) => {
    expect(contentFault(rowOf(changes))).toEqual({ seq: 3, fault: "content_mismatch", message });
  });
});
