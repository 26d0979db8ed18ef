/** An agent for tests: writes a chained trace of its own, and sends it in signed batches, or in whatever a test makes of them. */
import { gzipSync, zstdCompressSync } from "node:zlib";
import { canonicalJson } from "../../contracts/canonical.ts";
import { contentHash } from "../../contracts/chain.ts";
import { agentKey, signCheckpoint } from "../../contracts/checkpoint.ts";
import { genesisHash } from "../../contracts/ids.ts";
import {
  consistencyProof,
  emptyFrontier,
  type Frontier,
  grown,
  leafHash,
  rootOf,
  type TreeHead,
} from "../../contracts/merkle.ts";
import { contentDigest, entryMac, signRequest } from "../../contracts/signature.ts";
import type { UploadBatch, UploadEntry } from "../../contracts/upload.ts";
import { systemClock } from "../clock.ts";
import { systemRandom } from "../random.ts";
import {
  hmacSha256,
  type KeyPair,
  newPrivateKeyPem,
  readKeyPair,
  sha256,
  sha256Hex,
} from "../crypto.ts";

export type TestKey = { key_id: string; secret: string };

type Draft = {
  kind: string;
  data: UploadEntry["data"];
  session_id?: string | null;
  content?: NonNullable<UploadEntry["content"]>;
};

type Written = Omit<UploadEntry, "mac">;

export type BatchWish = {
  from: number;
  to: number;
  key: TestKey;
  /** Of the last checkpoint that was cosigned. */
  witnessed?: number;
  schema?: string;
};

export class TestAgent {
  readonly id: string;
  readonly entries: Written[] = [];
  /** From which entry on each signs. */
  readonly #pairs: { fromSeq: number; pair: KeyPair }[] = [];
  /** How long after an entry the next one is written. */
  paceMs = 1;
  #nowMs: number;
  /** Of the size that was last asked for: the next one is mostly larger. */
  #tree: Frontier = emptyFrontier;

  constructor(id: string = systemRandom.uuidv7(), startMs: number = systemClock.now()) {
    this.id = id;
    this.#nowMs = startMs;
    this.write({ kind: "trace.opened", data: { runtime_version: "0.1.0" } });
    this.changeKey();
  }

  /** Another one signs from here on, and the trace names it. */
  changeKey(): void {
    const pair = readKeyPair(newPrivateKeyPem());
    if (pair === null) throw new Error("a new key is one");
    const { seq } = this.write({
      kind: "key.changed",
      data: { public_key: pair.publicKey.toHex() },
    });
    this.#pairs.push({ fromSeq: seq, pair });
  }

  get seq(): number {
    return this.entries.length;
  }

  write({ kind, data, session_id = null, content }: Draft): Written {
    const last = this.entries.at(-1);
    const salt = "00112233445566778899aabbccddeeff";
    const committed =
      content === undefined ? null : contentHash(content, Uint8Array.fromHex(salt), sha256Hex);
    const unhashed = {
      v: 1,
      agent_id: this.id,
      seq: this.entries.length + 1,
      at: this.#nowMs,
      session_id,
      kind,
      data,
      content_hash: committed,
      prev: last?.hash ?? genesisHash,
    };
    const hash = sha256Hex(canonicalJson(unhashed));
    const beside = content === undefined ? {} : { content, salt };
    const entry = { ...unhashed, hash, ...beside } as Written;
    this.entries.push(entry);
    this.#nowMs += this.paceMs;
    return entry;
  }

  /** As its clock would make it: lists are in the order of ids. */
  newId(): string {
    const at = Math.floor(this.#nowMs).toString(16).padStart(12, "0");
    return `${at.slice(0, 8)}-${at.slice(8)}${systemRandom.uuidv7().slice(13)}`;
  }

  /** Nothing is written for so long. */
  rest(ms: number): void {
    this.#nowMs += ms;
  }

  /** One governed run: prompts, each decided by a rule and answered, between a start and an end. */
  session(prompts: number): string {
    const session_id = systemRandom.uuidv7();
    const add = (kind: string, data: Draft["data"]) => this.write({ kind, data, session_id });
    const hash = "5f".repeat(32);
    add("session.started", {
      ...{ tool: "claude", pid: 4242, cols: 120, rows: 40, pty: "native" },
      ...{ mode: "full", policy_hash: hash },
    });
    for (let at = 0; at < prompts; at += 1) {
      const prompt_id = systemRandom.uuidv7();
      add("prompt.detected", {
        ...{ prompt_id, prompt_kind: "yes_no", confidence: "high", evidence: ["kernel:read"] },
        ...{ options_count: 2, has_default: true, single_key: false, cut: false },
      });
      add("decision.made", {
        ...{ prompt_id, action: "auto_reply", rule_id: `rule-${at % 3}`, reason: "it matched" },
        ...{ risk: "low", risk_factors: [], policy_hash: hash, duration_us: 42 },
      });
      add("reply.injected", { prompt_id, by: "policy", bytes: 2, latency_ms: 1.25 });
      add("prompt.closed", { prompt_id, outcome: "answered" });
    }
    add("session.ended", {
      ...{ exit_code: 0, signal: null, reason: "exited", prompts, answered: prompts },
      escalated: 0,
    });
    return session_id;
  }

  leaves(size: number): Uint8Array[] {
    const hashes = this.entries.slice(0, size).map(({ hash }) => Uint8Array.fromHex(hash));
    return hashes.map((hash) => leafHash(hash, sha256));
  }

  head(size: number): TreeHead {
    const before = this.#tree.size <= size ? this.#tree : emptyFrontier;
    const more = this.entries.slice(before.size, size).map(({ hash }) => Uint8Array.fromHex(hash));
    this.#tree = more.reduce((tree, hash) => grown(tree, leafHash(hash, sha256), sha256), before);
    return { size, root: rootOf(this.#tree, sha256) };
  }

  checkpoint(head: TreeHead): string {
    const held = this.#pairs.findLast(({ fromSeq }) => fromSeq <= head.size) ?? this.#pairs[0];
    if (held === undefined) throw new Error("a trace names a key from its second entry on");
    const { publicKey, sign } = held.pair;
    return signCheckpoint(head, { key: agentKey(this.id, publicKey), sign, sha256 });
  }

  batch({ from, to, key, witnessed = 0, schema = "atlasbridge.trace/1" }: BatchWish): UploadBatch {
    const proof = witnessed === 0 ? [] : consistencyProof(this.leaves(to), witnessed, sha256);
    return {
      schema: schema as UploadBatch["schema"],
      batch_id: systemRandom.uuidv7(),
      agent: { id: this.id as UploadBatch["agent"]["id"], version: "0.1.0", platform: "linux" },
      entries: this.entries.slice(from - 1, to).map((entry) => withMac(entry, key)),
      checkpoint: this.checkpoint(this.head(to)),
      consistency: { from_size: witnessed, proof: proof.map((hash) => hash.toBase64()) },
    };
  }
}

export function withMac(entry: Written, { secret }: TestKey): UploadEntry {
  return { ...entry, mac: entryMac(entry.agent_id, entry, { secret, hmac: hmacSha256 }) };
}

export type Sent = { method: "POST"; headers: Record<string, string>; body: Uint8Array };

export type SendWish = {
  key: TestKey;
  path?: string;
  encoding?: "gzip" | "zstd" | null;
  created?: number;
  nonce?: string;
  contentType?: string;
};

export const newNonce = (): string => systemRandom.bytes(16).toHex();

/** A whole request, signed: what a client would put on the wire. */
export function signedRequest(value: unknown, wish: SendWish): Sent {
  const text = new TextEncoder().encode(JSON.stringify(value));
  const { encoding = null } = wish;
  const encoded = { gzip: gzipSync, zstd: zstdCompressSync };
  return signedBytes(encoding === null ? text : encoded[encoding](text), wish);
}

export function signedBytes(body: Uint8Array, wish: SendWish): Sent {
  const { key, path = "/v1/traces", encoding = null, contentType = "application/json" } = wish;
  const headers: Record<string, string> = {
    "content-type": contentType,
    "content-digest": contentDigest(body, sha256),
    ...(encoding === null ? {} : { "content-encoding": encoding }),
  };
  const signature = signRequest(
    { method: "POST", path, header: (name) => headers[name] ?? null },
    {
      keyId: key.key_id,
      secret: key.secret,
      created: wish.created ?? Math.floor(systemClock.now() / 1_000),
      nonce: wish.nonce ?? newNonce(),
      hmac: hmacSha256,
    },
  );
  return { method: "POST", headers: { ...headers, ...signature }, body };
}
