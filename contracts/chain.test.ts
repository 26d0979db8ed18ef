/** The chain finds every change: each fault by name, and any single changed field of any entry. */
import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import * as fc from "fast-check";
import {
  type ChainFault,
  type ChainHead,
  checkLink,
  contentHash,
  emptyHead,
  entryHash,
  type Unhashed,
} from "./chain.ts";
import { exampleAgentId, exampleDrafts, exampleSessionId } from "./examples.ts";
import { genesisHash } from "./ids.ts";
import { entry, type Entry, entryKinds } from "./trace.ts";

const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");
const check = { sha256, agentId: exampleAgentId };

/** One entry of every kind, chained. */
function exampleChain(): Entry[] {
  const chain: Entry[] = [];
  for (const [index, kind] of entryKinds.entries()) {
    const unhashed = {
      v: 1,
      agent_id: exampleAgentId,
      seq: index + 1,
      at: 1_790_000_000_000 + index,
      session_id: index % 2 === 0 ? exampleSessionId : null,
      kind,
      data: exampleDrafts[kind].data,
      content_hash: null,
      prev: chain.at(-1)?.hash ?? genesisHash,
    };
    // The union cannot be followed through the loop: the schema says which member it is.
    const { hash: _placeholder, ...typed } = entry.parse({ ...unhashed, hash: genesisHash });
    chain.push(entry.parse({ ...typed, hash: entryHash(typed, sha256) }));
  }
  return chain;
}

const chain = exampleChain();

function at(seq: number): Entry {
  const found = chain[seq - 1];
  if (found === undefined) throw new Error(`the example chain has no entry ${seq}`);
  return found;
}

function headAt(seq: number): ChainHead {
  return seq === 0 ? emptyHead : { seq, hash: at(seq).hash };
}

/** The first fault when the entries are read in this order. */
function firstFault(entries: readonly Entry[]): ChainFault | null {
  let head = emptyHead;
  for (const next of entries) {
    const fault = checkLink(head, next, check);
    if (fault !== null) return fault;
    head = { seq: next.seq, hash: next.hash };
  }
  return null;
}

function rehash(changed: Entry): Entry {
  const { hash: _old, ...unhashed } = changed;
  return { ...changed, hash: entryHash(unhashed, sha256) };
}

describe("links", () => {
  test("an untouched chain with an entry of every kind has no fault", () => {
    expect(chain.length).toBe(entryKinds.length);
    expect(firstFault(chain)).toBeNull();
  });

  test("the first entry follows nothing", () => {
    expect(at(1).prev).toBe("0".repeat(64));
    expect(emptyHead).toEqual({ seq: 0, hash: genesisHash });
  });

  test("a missing entry is a gap, named by the entry that was expected", () => {
    expect(checkLink(headAt(1), at(3), check)).toEqual({
      seq: 3,
      fault: "gap",
      message: "expected entry 2, found entry 3",
    });
  });

  test("an entry that comes again, or too late, is out of order", () => {
    expect(checkLink(headAt(3), at(3), check)).toMatchObject({ seq: 3, fault: "order" });
    expect(checkLink(headAt(3), at(1), check)).toMatchObject({ seq: 1, fault: "order" });
  });

  test("an entry of another agent does not belong, though its hashes fit", () => {
    const other = { sha256, agentId: "0193a1b2-0000-7000-8000-0000000000ff" };
    expect(checkLink(headAt(1), at(2), other)).toEqual({
      seq: 2,
      fault: "agent_mismatch",
      message: "entry 2 belongs to another agent",
    });
  });

  test("an entry that follows another history is seen, though its own hash fits", () => {
    const forged = rehash({ ...at(2), prev: "ab".repeat(32) });
    expect(checkLink(headAt(1), forged, check)).toEqual({
      seq: 2,
      fault: "prev_mismatch",
      message: "entry 2 does not follow entry 1: its prev is not that entry's hash",
    });
  });

  test("a changed entry whose hash was left alone is seen", () => {
    const changed = { ...at(2), at: at(2).at + 1 };
    expect(checkLink(headAt(1), changed, check)).toEqual({
      seq: 2,
      fault: "hash_mismatch",
      message: "entry 2 was changed after it was written: its hash does not match its fields",
    });
  });

  test("a changed entry whose hash was made anew breaks the next one", () => {
    const changed = rehash({ ...at(2), at: at(2).at + 1 });
    expect(firstFault([at(1), changed, at(3)])).toMatchObject({ seq: 3, fault: "prev_mismatch" });
  });

  test("two entries that change places are seen", () => {
    expect(firstFault([at(1), at(3), at(2)])).toMatchObject({ seq: 3, fault: "gap" });
  });
});

type Path = readonly (string | number)[];

/** Where every single value of an entry stands, empty lists included. */
function leaves(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const inside = Object.entries(value);
  if (inside.length === 0) return [path];
  return inside.flatMap(([key, child]) =>
    leaves(child, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

function replaced(value: unknown, path: Path, put: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return put;
  if (Array.isArray(value)) {
    return value.map((child, index) => (index === key ? replaced(child, rest, put) : child));
  }
  const fields = Object.entries(value ?? {});
  return Object.fromEntries(
    fields.map(([name, child]) => [name, name === key ? replaced(child, rest, put) : child]),
  );
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inside, key) => Object(inside)[key], value);
}

describe("properties", () => {
  test("any single changed field of any entry is found at that entry", () => {
    const places = chain.flatMap((one) => leaves(one).map((path) => ({ seq: one.seq, path })));
    expect(places.length).toBeGreaterThan(entryKinds.length * 8);
    // Objects aside: no column of the database can hold one where a number or a text stood.
    const anything = fc.oneof(fc.jsonValue({ maxDepth: 0 }), fc.integer(), fc.array(fc.string()));
    fc.assert(
      fc.property(fc.constantFrom(...places), anything, ({ seq, path }, put) => {
        fc.pre(JSON.stringify(valueAt(at(seq), path)) !== JSON.stringify(put));
        // -0 is written 0: as JSON it is no change.
        fc.pre(!Object.is(put, -0));
        // What a forger writes need not be a valid entry.
        const changed = replaced(at(seq), path, put) as Entry;
        expect(checkLink(headAt(seq - 1), changed, check)).not.toBeNull();
      }),
      { numRuns: 2_000 },
    );
  });

  test("any entry taken out of the middle is found", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: chain.length - 2 }), (index) => {
        expect(firstFault(chain.toSpliced(index, 1))).toMatchObject({ fault: "gap" });
      }),
    );
  });
});

describe("hashes", () => {
  test("an entry's hash is SHA-256 over its canonical JSON without the hash", () => {
    const unhashed: Unhashed = {
      v: 1,
      agent_id: exampleAgentId,
      seq: 1,
      at: 0,
      session_id: null,
      kind: "trace.closed",
      data: { reason: "é" },
      content_hash: null,
      prev: genesisHash,
    };
    const text = `{"agent_id":"${exampleAgentId}","at":0,"content_hash":null,"data":{"reason":"é"},"kind":"trace.closed","prev":"${genesisHash}","seq":1,"session_id":null,"v":1}`;
    expect(entryHash(unhashed, sha256)).toBe(sha256(text));
  });

  test("a content's hash is SHA-256 over the salt and its canonical JSON", () => {
    const salt = new Uint8Array(16).fill(7);
    const joined = Buffer.concat([salt, Buffer.from('{"a":"é","b":1}')]);
    expect(contentHash({ b: 1, a: "é" }, salt, sha256)).toBe(sha256(joined));
  });

  test("the same content under another salt has another hash", () => {
    const one = contentHash("y", new Uint8Array(16), sha256);
    expect(contentHash("y", new Uint8Array(16).fill(1), sha256)).not.toBe(one);
  });
});
