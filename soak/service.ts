/** A simulated service and the network before it: the cloud's own checks and plan, over tables in memory. */
import { writeKeyId, writeSecret } from "../contracts/api-key.ts";
import { genesisHash } from "../contracts/ids.ts";
import { emptyFrontier } from "../contracts/merkle.ts";
import {
  contentDigest,
  isSameSecret,
  readSignature,
  signRequest,
  type SignedRequest,
} from "../contracts/signature.ts";
import { acknowledgementSchema, uploadLimits, type UploadBatch } from "../contracts/upload.ts";
import { type CheckedEntry, checkEntries } from "../cloud/ingest/check.ts";
import { decode } from "../cloud/ingest/decode.ts";
import { type Accepted, type Known, type KnownCheckpoint, plan } from "../cloud/ingest/plan.ts";
import { problemOf, type Refusal, refuse } from "../cloud/ingest/refusal.ts";
import { hmacSha256, sha256 } from "../cloud/crypto.ts";
import type { Witness } from "../cloud/witness.ts";
import type { Cloud, SigningKey } from "../runtime/upload/cloud.ts";
import type { Exchange } from "../runtime/upload/reply.ts";
import type { Chance } from "./chance.ts";
import type { TenantRow } from "./facts.ts";
import { type ProcessClock, type Time, worldBeganAt } from "./time.ts";

type Agent = Omit<Known, "stored" | "checkpoints"> & {
  hashes: Map<number, string>;
  checkpoints: Map<number, KnownCheckpoint>;
};

type Tenant = { agents: Map<string, Agent>; nonces: Set<string>; rows: TenantRow[] };

export type Answer = { status: number; type: string; retryAfter: string | null; text: string };

/** Where a row goes. A canary sends one astray. */
export type Shelve = (row: TenantRow) => TenantRow[];

export class Service {
  /** It dies at the next batch: before the batch is durable, or just after. */
  fatal: "lost" | "kept" | null = null;
  readonly #tenants = new Map<string, Tenant>();
  readonly #keys = new Map<string, { tenant: string; secret: string }>();
  readonly #time: Time;
  readonly #witness: Witness;
  readonly #shelve: Shelve;

  constructor(time: Time, witness: Witness, shelve: Shelve) {
    this.#time = time;
    this.#witness = witness;
    this.#shelve = shelve;
  }

  get rows(): TenantRow[] {
    return [...this.#tenants.values()].flatMap(({ rows }) => rows);
  }

  newKey(tenant: string, chance: Chance): SigningKey {
    const keyId = writeKeyId(chance.bytes(12));
    const secret = writeSecret(chance.bytes(32), sha256);
    this.#keys.set(keyId, { tenant, secret });
    this.#tenantOf(tenant);
    return { keyId, secret };
  }

  /** Null: the connection is cut without an answer. */
  take(request: SignedRequest, body: Uint8Array): Answer | null {
    const taken = this.#batch(request, body);
    if (taken === null) return null;
    if ("ok" in taken) {
      const problem = problemOf(taken, "00000000-0000-7000-8000-000000000000");
      const type = "application/problem+json";
      return { status: problem.status, type, retryAfter: null, text: JSON.stringify(problem) };
    }
    return { status: 202, type: "application/json", retryAfter: null, text: JSON.stringify(taken) };
  }

  #batch(request: SignedRequest, bytes: Uint8Array): object | Refusal | null {
    const read = readSignature(request);
    if (!read.ok) return refuse("invalid-signature", read.why);
    const key = this.#keys.get(read.keyId);
    if (key === undefined) return refuse("unknown-key", "there is no such key");
    if (request.header("content-digest") !== contentDigest(bytes, sha256)) {
      return refuse("digest-mismatch", "the body is another");
    }
    const own = hmacSha256(new TextEncoder().encode(key.secret), read.base);
    if (!isSameSecret(own, read.signature)) return refuse("invalid-signature", "not of this key");
    const now = Math.floor((worldBeganAt + this.#time.nowMs) / 1_000);
    if (Math.abs(read.created - now) > uploadLimits.createdSkewSeconds) {
      return refuse("stale-signature", "the clock is wrong", { server_time: now });
    }
    const tenant = this.#tenantOf(key.tenant);
    if (tenant.nonces.has(read.nonce)) return refuse("replayed-nonce", "it was here before");
    tenant.nonces.add(read.nonce);
    const decoded = decode(bytes, request.header("content-encoding"));
    if (!decoded.ok) return decoded;
    const checked = checkEntries(decoded.batch, key.secret);
    if (!checked.ok) return checked;
    return this.#settle(key.tenant, decoded.batch, checked.entries);
  }

  #settle(name: string, batch: UploadBatch, entries: CheckedEntry[]): object | Refusal | null {
    const tenant = this.#tenantOf(name);
    const agent = tenant.agents.get(batch.agent.id) ?? newAgent();
    const planned = plan(batch, entries, { ...agent, stored: agent.hashes });
    if (!planned.ok) return planned.refusal;
    const { fatal } = this;
    this.fatal = null;
    if (fatal === "lost") return null;
    const cosignature = this.#store(tenant, { name, agent, batch, planned });
    if (fatal === "kept") return null;
    return {
      schema: acknowledgementSchema,
      batch_id: batch.batch_id,
      accepted: planned.fresh.length,
      duplicates: planned.duplicates,
      acked_seq: planned.head.seq,
      acked_hash: planned.head.hash,
      cosignature,
      server_time: worldBeganAt + Math.floor(this.#time.nowMs),
      key_expires_at: null,
    };
  }

  #store(
    tenant: Tenant,
    of: { name: string; agent: Agent; batch: UploadBatch; planned: Accepted },
  ): string | null {
    const { name, agent, batch, planned } = of;
    const { checkpoint, frontier, publicKey, head } = planned;
    for (const entry of planned.fresh) {
      agent.hashes.set(entry.seq, entry.hash);
      for (const row of this.#shelve(rowOf(name, entry))) this.#tenantOf(row.tenant).rows.push(row);
    }
    let { cosignature } = planned;
    if (checkpoint !== null) {
      const seconds = Math.floor((worldBeganAt + this.#time.nowMs) / 1_000);
      cosignature = this.#witness.cosign(checkpoint.text, seconds);
      const { root, size } = checkpoint;
      agent.checkpoints.set(size, { root, cosignature, publicKey });
    }
    const moved = { frontier, publicKey, headSeq: head.seq, headHash: head.hash };
    tenant.agents.set(batch.agent.id, { ...agent, ...moved });
    return cosignature;
  }

  #tenantOf(name: string): Tenant {
    const tenant = this.#tenants.get(name) ?? { agents: new Map(), nonces: new Set(), rows: [] };
    this.#tenants.set(name, tenant);
    return tenant;
  }
}

function newAgent(): Agent {
  return {
    headSeq: 0,
    headHash: genesisHash,
    frontier: emptyFrontier,
    publicKey: null,
    keptFromSeq: 1,
    hashes: new Map(),
    checkpoints: new Map(),
  };
}

/** As the tables keep it: every field that the hash is over. */
function rowOf(tenant: string, checked: CheckedEntry): TenantRow {
  const { v, agent_id, seq, at, session_id, kind, dataText, content_hash, prev, hash, mac } =
    checked;
  const data: unknown = JSON.parse(dataText);
  const entry = { v, agent_id, seq, at, session_id, kind, data, content_hash, prev };
  return { tenant, agent: agent_id, seq, hash, entry, mac };
}

/** How the way to the service is at the moment. */
export class Weather {
  isDown = false;
  isSlow = false;
  refuses: 429 | 500 | null = null;
  /** What befalls the next requests. */
  readonly mishaps: ("twice" | "truncated" | "reply truncated" | "reply lost")[] = [];
}

const withinMs = 30_000;

type Way = {
  service: Service;
  weather: Weather;
  time: Time;
  /** Of the process that sends. */
  clock: ProcessClock;
  chance: Chance;
  key: SigningKey;
  sent: (text: string) => void;
};

/** The runtime's way to the service: signed as it signs, delivered as the weather lets it. */
export function cloudThrough(way: Way): Cloud {
  return {
    post: (path, { body }) => new Promise((resolve) => deliver({ ...way, path, body, resolve })),
    get: () => Promise.resolve(nothing("unreachable")),
  };
}

function nothing(problem: string): Exchange {
  return { got: "nothing", problem, detail: `the service could not be asked: ${problem}` };
}

type Delivery = Way & { path: string; body: Uint8Array; resolve: (exchange: Exchange) => void };

function deliver(delivery: Delivery): void {
  const { body, clock, chance, key, path, weather, time, sent } = delivery;
  sent(new TextDecoder().decode(Bun.zstdDecompressSync(new Uint8Array(body))));
  const headers: Record<string, string> = {
    "content-type": "application/json",
    "content-digest": contentDigest(body, sha256),
    "content-encoding": "zstd",
  };
  const request = { method: "POST", path, header: (name: string) => headers[name] ?? null };
  const created = Math.floor(clock.now() / 1_000);
  const nonce = chance.bytes(18).toBase64({ alphabet: "base64url" });
  Object.assign(headers, signRequest(request, { ...key, created, nonce, hmac: hmacSha256 }));
  let isOver = false;
  const answer = (exchange: Exchange): void => {
    if (isOver) return;
    isOver = true;
    late.cancel();
    if (clock.isAlive) delivery.resolve(exchange);
  };
  const late = time.after(withinMs, () => answer(nothing("timed-out")));
  if (weather.isDown) {
    time.after(chance.between(1, 50), () => answer(nothing("unreachable")));
    return;
  }
  const mishap = weather.mishaps.shift();
  const arrive = (ms: number): void => {
    time.after(ms, () => arrived({ ...delivery, request, mishap, answer }));
  };
  const wayMs = weather.isSlow ? chance.between(1_000, 60_000) : chance.between(5, 120);
  arrive(wayMs);
  // The second comes when another request may have been taken already.
  if (mishap === "twice") arrive(wayMs + chance.between(0, 90_000));
}

function arrived({
  request,
  body,
  mishap,
  answer,
  service,
  weather,
  time,
  chance,
}: Delivery & {
  request: SignedRequest;
  mishap: Weather["mishaps"][number] | undefined;
  answer: (exchange: Exchange) => void;
}): void {
  const whole = mishap !== "truncated";
  const bytes = whole ? body : body.subarray(0, chance.below(body.length));
  const said = weather.refuses === null ? service.take(request, bytes) : refusal(weather.refuses);
  const back = weather.isSlow ? chance.between(100, 40_000) : chance.between(5, 120);
  if (said === null || mishap === "reply lost") {
    time.after(back, () => answer(nothing("unreachable")));
    return;
  }
  const { status, type: contentType, retryAfter } = said;
  const text = mishap === "reply truncated" ? said.text.slice(0, said.text.length >> 1) : said.text;
  const reply = { got: "reply", status, contentType, retryAfter } as const;
  time.after(back, () => answer({ ...reply, body: new TextEncoder().encode(text) }));
}

function refusal(status: 429 | 500): Answer {
  if (status === 500) return { status, type: "text/html", retryAfter: null, text: "<h1>oops</h1>" };
  const problem = problemOf(refuse("rate-limited", "of this key"), "none");
  const type = "application/problem+json";
  return { status, type, retryAfter: "7", text: JSON.stringify(problem) };
}
