/** A service on loopback that takes batches as the contract says, in memory, and misbehaves where a test tells it to. */
import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
} from "node:crypto";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { writeKeyId, writeSecret } from "../../contracts/api-key.ts";
import { entryHash, contentHash } from "../../contracts/chain.ts";
import { agentKey, parseSignedCheckpoint } from "../../contracts/checkpoint.ts";
import { genesisHash } from "../../contracts/ids.ts";
import {
  emptyFrontier,
  type Frontier,
  grown,
  isConsistent,
  isSame,
  leafHash,
  rootOf,
  type TreeHead,
} from "../../contracts/merkle.ts";
import {
  type Ed25519Verify,
  keyIdOf,
  type Note,
  type NoteKey,
  verifierKey,
  vouchersOf,
} from "../../contracts/note.ts";
import {
  type Problem,
  type ProblemName,
  problemStatus,
  problemType,
} from "../../contracts/problem.ts";
import { contentDigest, entryMac, isSameSecret, readSignature } from "../../contracts/signature.ts";
import {
  acknowledgementSchema,
  contractOf,
  type UploadBatch,
  uploadBatch,
  type UploadEntry,
} from "../../contracts/upload.ts";
import { systemRandom } from "../random.ts";
import { hmacSha256, sha256 } from "./hashes.ts";

/** One request as it arrived, and its body as it was before it was compressed. */
export type Arrived = {
  request: { method: string; path: string; headers: IncomingHttpHeaders };
  sent: Uint8Array;
  text: string;
};

/** Writes to the connection itself what no well-formed answer would. */
export type Rude = (raw: ServerResponse) => void;

/** What to answer in place of, or after, the honest answer. */
export type Whim = (
  arrived: Arrived,
  honest: () => Response,
) => Response | Rude | Promise<Response | Rude>;

type Taken = { entry: UploadEntry; tree: Frontier };

const ed25519: Ed25519Verify = (publicKey, message, signature) => {
  const key = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), publicKey]);
  return verify(null, message, createPublicKey({ key, format: "der", type: "spki" }), signature);
};

const sha256Hex = (data: string | Uint8Array): string =>
  createHash("sha256").update(data).digest("hex");

export class LoopbackService {
  readonly keyId: string;
  readonly secret: string;
  /** Entry n stands at n - 1. */
  readonly taken: Taken[] = [];
  /** How often each number was offered. */
  readonly offered = new Map<number, number>();
  readonly arrived: Arrived[] = [];
  readonly witness: NoteKey;
  whim: Whim = (_arrived, honest) => honest();
  takesContent = true;
  keyExpiresAt: number | null = null;
  successor: { key_id: string; secret: string; old_expires_at: number } | null = null;
  #cosigned = { size: 0, root: sha256(new Uint8Array()) };
  readonly #witnessKey;
  readonly #nonces = new Set<string>();
  readonly #server: Server;

  private constructor() {
    this.keyId = writeKeyId(systemRandom.bytes(12));
    this.secret = writeSecret(systemRandom.bytes(32), sha256);
    const pair = generateKeyPairSync("ed25519");
    this.#witnessKey = createPrivateKey(pair.privateKey.export({ format: "pem", type: "pkcs8" }));
    const publicKey = new Uint8Array(pair.publicKey.export({ format: "der", type: "spki" })).slice(
      -32,
    );
    this.witness = { name: "witness.example", publicKey, type: "cosignature" };
    this.#server = createServer((request, raw) => void this.#answer(request, raw));
  }

  static async listen(): Promise<LoopbackService> {
    const service = new LoopbackService();
    await new Promise<void>((done) => service.#server.listen(0, "127.0.0.1", done));
    return service;
  }

  get origin(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  }

  get hashes(): string[] {
    return this.taken.map(({ entry }) => entry.hash);
  }

  /** Of another agent nothing was cosigned yet. */
  forget(): void {
    this.taken.length = 0;
    this.#cosigned = { size: 0, root: sha256(new Uint8Array()) };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((done) => void this.#server.close(() => done()));
  }

  async #answer(request: IncomingMessage, raw: ServerResponse): Promise<void> {
    const sent = await bodyOf(request);
    const { method = "", url = "", headers } = request;
    const body = unpacked(sent, headers["content-encoding"] ?? null);
    const arrived = {
      request: { method, path: url, headers },
      sent,
      text: new TextDecoder().decode(body),
    };
    this.arrived.push(arrived);
    const answer = await this.whim(arrived, () => this.#honest(arrived));
    if (typeof answer === "function") return answer(raw);
    raw.writeHead(answer.status, Object.fromEntries(answer.headers));
    raw.end(await answer.bytes());
  }

  #honest(arrived: Arrived): Response {
    const { path } = arrived.request;
    if (path === "/v1/contract") {
      return Response.json(contractOf(verifierKey(this.witness, sha256)));
    }
    const refused = this.#unsigned(arrived);
    if (refused !== null) return refused;
    if (path === "/v1/keys/successor") {
      return this.successor === null ? told("unknown-key") : Response.json(this.successor);
    }
    const parsed = uploadBatch.safeParse(JSON.parse(arrived.text));
    if (!parsed.success)
      return told("malformed-payload", { detail: parsed.error.message.slice(0, 900) });
    return this.#batch(parsed.data);
  }

  #unsigned({ request, sent }: Arrived): Response | null {
    const { method, path, headers } = request;
    const header = (name: string): string | null => {
      const value = headers[name];
      return typeof value === "string" ? value : null;
    };
    const read = readSignature({ method, path, header });
    if (!read.ok) return told("invalid-signature", { detail: read.why });
    if (read.keyId !== this.keyId) return told("unknown-key");
    if (header("content-digest") !== contentDigest(sent, sha256)) return told("digest-mismatch");
    const expected = createHmac("sha256", this.secret).update(read.base).digest();
    if (!isSameSecret(read.signature, new Uint8Array(expected))) return told("invalid-signature");
    if (this.#nonces.has(read.nonce)) return told("replayed-nonce");
    this.#nonces.add(read.nonce);
    return null;
  }

  #batch(batch: UploadBatch): Response {
    const fresh = this.#fresh(batch);
    if (fresh instanceof Response) return fresh;
    const cosignature = this.#witnessed(batch, [...this.taken, ...fresh]);
    if (cosignature instanceof Response) return cosignature;
    this.taken.push(...fresh);
    return this.#acknowledged(batch, fresh.length, cosignature);
  }

  #fresh({ entries, agent }: UploadBatch): Taken[] | Response {
    for (const { seq } of entries) this.offered.set(seq, (this.offered.get(seq) ?? 0) + 1);
    const expected = this.taken.length + 1;
    if ((entries[0]?.seq ?? 0) > expected) return told("sequence-gap", { expected_seq: expected });
    if (!this.takesContent && entries.some(({ content, shown }) => content ?? shown)) {
      return told("content-not-allowed");
    }
    const fresh: Taken[] = [];
    for (const entry of entries) {
      const fault = this.#sealFault(entry, agent.id) ?? this.#linkFault(entry, fresh);
      if (fault !== null) return fault;
    }
    return fresh;
  }

  #acknowledged(batch: UploadBatch, accepted: number, cosignature: string | null): Response {
    const last = this.taken[(batch.entries.at(-1)?.seq ?? 1) - 1];
    return Response.json(
      {
        schema: acknowledgementSchema,
        batch_id: batch.batch_id,
        accepted,
        duplicates: batch.entries.length - accepted,
        acked_seq: last?.entry.seq,
        acked_hash: last?.entry.hash,
        cosignature,
        server_time: 1_790_000_000_000,
        key_expires_at: this.keyExpiresAt,
      },
      { status: 202 },
    );
  }

  /** What is wrong with the entry by itself. */
  #sealFault(entry: UploadEntry, agent: string): Response | null {
    const { mac, content, salt, shown: _shown, hash, ...unhashed } = entry;
    if (entry.agent_id !== agent) return told("agent-mismatch");
    const unlinked: Parameters<typeof entryHash>[0] = JSON.parse(JSON.stringify(unhashed));
    if (entryHash(unlinked, sha256Hex) !== hash)
      return told("malformed-payload", { detail: `hash of ${entry.seq}` });
    if (entryMac(agent, entry, { secret: this.secret, hmac: hmacSha256 }) !== mac) {
      return told("invalid-signature", { detail: `mac of ${entry.seq}` });
    }
    if (
      salt !== undefined &&
      entry.content_hash !== contentHash(content, Uint8Array.fromHex(salt), sha256Hex)
    ) {
      return told("malformed-payload", { detail: `content of ${entry.seq}` });
    }
    return null;
  }

  /** Adds it to what is fresh, unless it does not follow what is there. */
  #linkFault(entry: UploadEntry, fresh: Taken[]): Response | null {
    const { seq, hash, prev } = entry;
    const known = this.taken[seq - 1];
    if (known !== undefined) return known.entry.hash === hash ? null : told("chain-fork", { seq });
    const before = fresh.at(-1) ?? this.taken.at(-1);
    if (prev !== (before?.entry.hash ?? genesisHash)) return told("chain-fork", { seq });
    const tree = grown(
      before?.tree ?? emptyFrontier,
      leafHash(Uint8Array.fromHex(hash), sha256),
      sha256,
    );
    fresh.push({ entry, tree });
    return null;
  }

  /** The cosignature's line; null when there is nothing new to sign; the refusal of a checkpoint that contradicts. */
  #witnessed(
    { checkpoint: note, consistency, agent }: UploadBatch,
    all: readonly Taken[],
  ): string | null | Response {
    const signed = parseSignedCheckpoint(note);
    const named = all.findLast(({ entry }) => entry.kind === "key.changed")?.entry.data[
      "public_key"
    ];
    if (signed === null) return told("inconsistent-checkpoint", { detail: "no checkpoint" });
    // Before an entry names the key nobody can know it.
    const publicKey = typeof named === "string" ? Uint8Array.fromHex(named) : null;
    if (publicKey !== null && !isSignedBy(signed.note, agentKey(agent.id, publicKey))) {
      return told("inconsistent-checkpoint", { detail: "not signed" });
    }
    const { size, root } = signed.checkpoint;
    const tree = all[size - 1]?.tree;
    if (tree === undefined || !isSame(rootOf(tree, sha256), root)) {
      return told("inconsistent-checkpoint", { detail: "another root" });
    }
    if (size < this.#cosigned.size) return null;
    if (!this.#continues({ size, root }, consistency)) {
      return told("inconsistent-checkpoint", { detail: "the proof does not hold" });
    }
    this.#cosigned = { size, root };
    return this.cosign(signed.note.text);
  }

  #continues(head: TreeHead, { from_size: from, proof }: UploadBatch["consistency"]): boolean {
    if (from === 0 || from !== this.#cosigned.size) return true;
    const nodes = proof.map((node) => Uint8Array.fromBase64(node));
    return isConsistent(this.#cosigned, head, { proof: nodes, sha256 });
  }

  cosign(text: string, seconds = 1_790_000_000): string {
    const message = new TextEncoder().encode(`cosignature/v1\ntime ${seconds}\n${text}`);
    const bytes = new Uint8Array(4 + 8 + 64);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, keyIdOf(this.witness, sha256));
    view.setBigUint64(4, BigInt(seconds));
    bytes.set(sign(null, message, this.#witnessKey), 12);
    return `— ${this.witness.name} ${bytes.toBase64()}`;
  }
}

function isSignedBy(note: Note, key: NoteKey): boolean {
  return vouchersOf(note, [key], { verify: ed25519, sha256 })?.length === 1;
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

function unpacked(body: Uint8Array<ArrayBuffer>, encoding: string | null): Uint8Array {
  if (encoding === "zstd") return Bun.zstdDecompressSync(body);
  return encoding === "gzip" ? Bun.gunzipSync(body) : body;
}

/** An answer whose connection is cut in the middle of its body. */
export const cutShort: Rude = (raw) => {
  raw.writeHead(202, { "content-type": "application/json", "content-length": "1000" });
  raw.write('{"schema":', () => raw.socket?.destroy());
};

/** None at all; the connection stays open. */
export const hanging: Rude = () => undefined;

/** A refusal, as the contract writes it. */
export function told(
  name: ProblemName,
  more: Partial<Problem> = {},
  headers: Record<string, string> = {},
): Response {
  const status = problemStatus(name);
  const body = JSON.stringify({ type: problemType(name), title: name, status, ...more });
  return new Response(body, {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });
}
