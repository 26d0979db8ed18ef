/** Batches that do not continue the trace that is there, or are not of whom they say: changed, reordered, cut, forged. */
import type { UploadEntry } from "../../contracts/upload.ts";
import { type Sent, signedRequest, TestAgent, withMac } from "./agent.ts";
import { systemRandom } from "../random.ts";
import { attacksOf, type Ground, type Row } from "./attack.ts";

/** The batch after what is stored, its entries changed, with MACs and hashes as the change leaves them. */
function tampered(at: Ground, change: (entries: UploadEntry[]) => UploadEntry[]): Sent {
  const batch = at.next();
  return signedRequest({ ...batch, entries: change(batch.entries) }, { key: at.key });
}

const first =
  (change: Partial<UploadEntry>) =>
  (entries: UploadEntry[]): UploadEntry[] =>
    entries.map((entry, at) => (at === 0 ? { ...entry, ...change } : entry));

const rows: Row[] = [
  ["a changed field", (at) => tampered(at, first({ at: 1 })), "malformed-payload"],
  ["changed data", (at) => tampered(at, first({ data: { a: 1 } })), "malformed-payload"],
  ["a changed session", (at) => tampered(at, first({ session_id: null })), "malformed-payload"],
  [
    "another hash under its MAC",
    (at) => tampered(at, first({ hash: "5f".repeat(32) })),
    "invalid-signature",
  ],
  [
    "another hash with a MAC of its own",
    (at) =>
      tampered(at, ([one, ...rest]) => [
        withMac({ ...(one as UploadEntry), hash: "5f".repeat(32) }, at.key),
        ...rest,
      ]),
    "malformed-payload",
  ],
  [
    "a MAC of another secret",
    (at) => tampered(at, (entries) => entries.map((entry) => withMac(entry, at.other.key))),
    "invalid-signature",
  ],
  [
    "a MAC of another entry",
    (at) =>
      tampered(
        at,
        ([a, b, c]) => [{ ...(a as UploadEntry), mac: b?.mac ?? "" }, b, c] as UploadEntry[],
      ),
    "invalid-signature",
  ],
  [
    "entries in another order",
    (at) => tampered(at, (entries) => entries.toReversed()),
    "malformed-payload",
  ],
  [
    "an entry twice",
    (at) => tampered(at, ([a, ...rest]) => [a, a, ...rest] as UploadEntry[]),
    "malformed-payload",
  ],
  [
    "an entry less in the middle",
    (at) => tampered(at, ([a, , c]) => [a, c] as UploadEntry[]),
    "malformed-payload",
  ],
  [
    "content without a salt",
    (at) => tampered(at, first({ content: { a: 1 } })),
    "malformed-payload",
  ],
  [
    "content that was not committed to",
    (at) => tampered(at, first({ content: { a: 1 }, salt: "0".repeat(32) })),
    "malformed-payload",
  ],
  [
    "entries of another agent",
    (at) =>
      signedRequest(
        { ...at.next(), agent: { ...at.next().agent, id: at.other.agent.id } },
        { key: at.key },
      ),
    "malformed-payload",
  ],
  [
    "an agent whose id is in capitals",
    (at) => {
      const agent = new TestAgent(systemRandom.uuidv7().toUpperCase());
      return signedRequest(agent.batch({ from: 1, to: 2, key: at.key }), { key: at.key });
    },
    "malformed-payload",
  ],
  [
    "another tenant's agent, from where that one stands",
    (at) =>
      signedRequest(at.other.agent.batch({ from: 6, to: 8, key: at.key, witnessed: 5 }), {
        key: at.key,
      }),
    "sequence-gap",
  ],
  [
    "a gap",
    (at) =>
      signedRequest(at.agent.batch({ from: 8, to: 9, key: at.key, witnessed: 5 }), {
        key: at.key,
      }),
    "sequence-gap",
  ],
  [
    "no checkpoint",
    (at) => signedRequest({ ...at.next(), checkpoint: "nothing" }, { key: at.key }),
    "malformed-payload",
  ],
  [
    "a checkpoint of another size",
    (at) =>
      signedRequest(
        { ...at.next(), checkpoint: at.agent.checkpoint(at.agent.head(7)) },
        { key: at.key },
      ),
    "malformed-payload",
  ],
  [
    "a checkpoint of another agent",
    (at) =>
      signedRequest(
        { ...at.next(), checkpoint: at.other.agent.checkpoint(at.other.agent.head(8)) },
        { key: at.key },
      ),
    "malformed-payload",
  ],
  [
    "a checkpoint of another root",
    (at) =>
      signedRequest(
        {
          ...at.next(),
          checkpoint: at.agent.checkpoint({ size: 8, root: new Uint8Array(32) }),
        },
        { key: at.key },
      ),
    "inconsistent-checkpoint",
  ],
  [
    "a checkpoint with a broken signature",
    (at) =>
      signedRequest(
        {
          ...at.next(),
          checkpoint: at.next().checkpoint.replace(/.{9}(.{9}=*\n)$/, "AAAAAAAAA$1"),
        },
        { key: at.key },
      ),
    "invalid-signature",
  ],
  [
    "a proof that does not hold",
    (at) =>
      signedRequest({ ...at.next(), consistency: { from_size: 5, proof: [] } }, { key: at.key }),
    "inconsistent-checkpoint",
  ],
  [
    "a proof from what was never cosigned",
    (at) =>
      signedRequest(
        { ...at.agent.batch({ from: 6, to: 8, key: at.key, witnessed: 4 }) },
        { key: at.key },
      ),
    "inconsistent-checkpoint",
  ],
];

export const traceAttacks = attacksOf(rows);
