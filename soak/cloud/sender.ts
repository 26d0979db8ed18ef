/** An agent that sends as badly as a network and a hasty client can: twice, at once, in another order, and never hearing back. */
import { type Acknowledgement, acknowledgement, type UploadBatch } from "../../contracts/upload.ts";
import { signedRequest, TestAgent, type TestKey } from "../../cloud/testing/agent.ts";
import type { Chance } from "../seeded.ts";

/** What the service said that it has, for the account at the end. */
export type Acked = { seq: number; hash: string };

export type Said = Map<string, number>;

export type SenderParts = {
  url: string;
  tenant: string;
  agentId: string;
  key: () => TestKey;
  chance: Chance;
  /** Counts what the service answered, by status; 0 for nothing. */
  said: Said;
};

/** After so many entries a trace is not made longer: its proofs would take more time than its faults. */
const entriesMax = 2_000;

export class Sender {
  readonly tenant: string;
  readonly agent: TestAgent;
  acked: Acked = { seq: 0, hash: "" };
  /** Of every acknowledgement, in the order in which they came. */
  readonly told: Acked[] = [];
  #cosigned = 0;
  readonly #parts: SenderParts;

  constructor(parts: SenderParts) {
    this.#parts = parts;
    this.tenant = parts.tenant;
    this.agent = new TestAgent(parts.agentId);
  }

  get entries(): { hash: string }[] {
    return this.agent.entries;
  }

  /** Until all is acknowledged and no more is to come. */
  async run(isOver: () => boolean): Promise<void> {
    const { chance } = this.#parts;
    this.agent.session(1 + chance.below(3));
    while (this.acked.seq < this.agent.seq || !isOver()) {
      if (this.acked.seq >= this.agent.seq) this.#write();
      if (this.acked.seq < this.agent.seq) await this.#turn();
      await Bun.sleep(chance.below(8));
    }
  }

  #write(): void {
    if (this.agent.seq < entriesMax) this.agent.session(1 + this.#parts.chance.below(3));
  }

  async #turn(): Promise<void> {
    const { chance } = this.#parts;
    const batches = this.#batches(1 + chance.below(3));
    const sent = chance.percent(30) ? batches.toReversed() : batches;
    // At once, so that they arrive in whatever order; each signed anew, or the very same bytes.
    const attempts = sent.map((batch) => this.#attempt(batch));
    if (chance.percent(20)) attempts.push(...sent.map((batch) => this.#attempt(batch)));
    await Promise.all(attempts);
  }

  /** One after another, each beginning where the one before ends, or a little earlier. */
  #batches(count: number): UploadBatch[] {
    const { chance, key } = this.#parts;
    const batches: UploadBatch[] = [];
    let from = this.acked.seq + 1;
    for (let at = 0; at < count && from <= this.agent.seq; at += 1) {
      const to = Math.min(this.agent.seq, from + chance.below(20));
      const first = Math.max(1, from - (chance.percent(25) ? chance.below(10) : 0));
      const witnessed = at === 0 && this.#cosigned <= to ? this.#cosigned : 0;
      batches.push(this.agent.batch({ from: first, to, key: key(), witnessed }));
      from = to + 1;
    }
    return batches;
  }

  async #attempt(batch: UploadBatch): Promise<void> {
    const { chance, key, said } = this.#parts;
    const encoding = chance.pick(["zstd", "gzip", null] as const);
    const sent = signedRequest(batch, { key: key(), encoding });
    const times = chance.percent(5) ? 2 : 1;
    const isAbandoned = chance.percent(4);
    const ask = async (): Promise<void> => {
      const signal = isAbandoned ? AbortSignal.timeout(chance.below(20)) : undefined;
      const status = await this.#ask(batch, { ...sent, ...(signal && { signal }) });
      said.set(String(status), (said.get(String(status)) ?? 0) + 1);
    };
    await Promise.all(Array.from({ length: times }, ask));
  }

  async #ask(batch: UploadBatch, request: RequestInit): Promise<number> {
    try {
      const response = await fetch(`${this.#parts.url}/v1/traces`, request);
      if (response.status !== 202) {
        const text = await response.text();
        if (response.status === 409 && /chain-fork|inconsistent/.test(text)) throw new Fork(text);
        return response.status;
      }
      this.#took(batch, acknowledgement.parse(await response.json()));
      return 202;
    } catch (error) {
      if (error instanceof Fork) throw error;
      return 0;
    }
  }

  #took(batch: UploadBatch, ack: Acknowledgement): void {
    const { acked_seq: seq, acked_hash: hash, cosignature } = ack;
    this.told.push({ seq, hash });
    if (seq > this.acked.seq) this.acked = { seq, hash };
    const size = batch.entries.at(-1)?.seq ?? 0;
    if (cosignature !== null) this.#cosigned = Math.max(this.#cosigned, size);
  }
}

/** What no fault explains. */
class Fork extends Error {}
