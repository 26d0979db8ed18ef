/** Sends what waits, batch by batch, and goes by what the service says: on, back, smaller, later, or not at all. */
import type { EntryDraft } from "../../contracts/trace.ts";
import type { UploadTrouble } from "../../contracts/upload-state.ts";
import { limits } from "../../contracts/limits.ts";
import type { Clock } from "../clock.ts";
import type { Random } from "../random.ts";
import type { Outgoing } from "../trace/outgoing.ts";
import { retryMs } from "./backoff.ts";
import type { Cloud } from "./cloud.ts";
import { batchText, type Bounds, halved, nextBatch, widestBounds } from "./outbox.ts";
import { type Incident, judge, type Known, type Sent, type Verdict } from "./reply.ts";
import { type Wire, waitingEntries } from "./wire.ts";

export type UploaderParts = {
  outgoing: Outgoing;
  cloud: Cloud;
  clock: Clock;
  random: Random;
  /** How entries are written for the service. */
  wire: Wire;
  agent: { version: string; platform: string };
  witness: Known["witness"];
  verify: Known["verify"];
  /** Durable on return. */
  record: (draft: EntryDraft) => void;
  /** It cannot be sent at the moment: what waits must not grow without end. */
  makeRoom?: () => void;
  /** The key in use ends soon: its owner may want to fetch the next one. Called once for each such key. */
  expiring?: () => Promise<void>;
};

export type RunOptions = {
  /** Goes on when nothing waits, until the signal. */
  follow: boolean;
  /** Without anything taken for this long it ends; null: never. */
  patienceMs: number | null;
  signal: AbortSignal;
  onProgress?: (at: { ackedSeq: number; newest: number }) => void;
};

export type Outcome = {
  sent: number;
  batches: number;
  /** Why it ended before everything was taken; null when nothing waits. */
  trouble: UploadTrouble | null;
  incident: Incident | null;
};

/** One at a time is enough for a trace; a second one does no harm but sends things twice. */
export class Uploader {
  readonly #parts: UploaderParts;
  #bounds: Bounds = widestBounds;
  /** Content was refused: from here on none is sent. */
  #withoutContent = false;
  #failures = 0;
  /** The furthest entry that was ever taken: to take again what was forgotten is no progress. */
  #highest = 0;
  #toldExpiry: number | null = null;
  #outcome: Outcome = { sent: 0, batches: 0, trouble: null, incident: null };

  constructor(parts: UploaderParts) {
    this.#parts = parts;
  }

  /** Throws what reading and writing the trace throws; never for what the service does. */
  async run(options: RunOptions): Promise<Outcome> {
    const { outgoing, clock } = this.#parts;
    const { signal, follow, patienceMs, onProgress } = options;
    let tookAtMs = clock.monotonicMs();
    this.#outcome = { sent: 0, batches: 0, trouble: null, incident: null };
    while (!signal.aborted) {
      const { ackedSeq } = outgoing.state();
      const newest = outgoing.newest();
      onProgress?.({ ackedSeq, newest });
      if (newest <= ackedSeq) {
        if (this.#isCut()) {
          this.#incident(cutOff(ackedSeq, newest));
          break;
        }
        if (!follow) break;
        await this.#wait(limits.uploadLookMs, signal);
        tookAtMs = clock.monotonicMs();
        continue;
      }
      const next = await this.#sendNext(signal);
      if (signal.aborted || next === "stop") break;
      if (next === "took") tookAtMs = clock.monotonicMs();
      if (typeof next === "string") continue;
      const waited = clock.monotonicMs() - tookAtMs + next.waitMs;
      if (patienceMs !== null && waited > patienceMs) break;
      await this.#wait(next.waitMs, signal);
    }
    return this.#outcome;
  }

  async #sendNext(signal: AbortSignal): Promise<Next> {
    const { outgoing, cloud, clock, witness, verify } = this.#parts;
    const { body, sent } = this.#batch();
    const exchange = await cloud.post("/v1/traces", { body, isCompressed: true });
    if (signal.aborted) return "stop";
    const hashOf = (seq: number): string | null => outgoing.hashOf(seq);
    const known = { now: clock.now(), hashOf, witness, verify };
    const verdict = judge(exchange, sent, known);
    // Sent all the same, so that the service learns of it; whatever it says, this is where it ends.
    const isOver = verdict.act !== "wait" && verdict.act !== "incident" && this.#isCut();
    return await this.#obey(isOver ? cutOff(sent.first - 1, sent.first) : verdict, sent);
  }

  /** What was sent is no longer here, or is another entry here. */
  #isCut(): boolean {
    const { outgoing } = this.#parts;
    const { ackedSeq, ackedHash } = outgoing.state();
    const hash = outgoing.hashOf(ackedSeq);
    return ackedSeq > 0 && (hash === null ? outgoing.newest() < ackedSeq : hash !== ackedHash);
  }

  #batch(): { body: Uint8Array<ArrayBuffer>; sent: Sent } {
    const { outgoing, wire, random, agent } = this.#parts;
    const { ackedSeq } = outgoing.state();
    const shared = this.#withoutContent ? { ...wire, show: () => null } : wire;
    let entries = nextBatch(waitingEntries(outgoing, ackedSeq, shared), this.#bounds);
    const to = outgoing.vouchableTo(ackedSeq + entries.length);
    entries = entries.slice(0, to - ackedSeq);
    const { note, fromSize, proof } = outgoing.vouch(to);
    const batchId = random.uuidv7();
    const around = { batchId, checkpoint: note, fromSize, proof };
    const text = batchText(entries, { ...around, agent: { id: outgoing.agentId, ...agent } });
    const hasContent = entries.some((one) => one.hasContent);
    return {
      body: new Uint8Array(Bun.zstdCompressSync(text)),
      sent: { batchId, first: ackedSeq + 1, count: entries.length, checkpoint: note, hasContent },
    };
  }

  async #obey(verdict: Verdict, sent: Sent): Promise<Next> {
    switch (verdict.act) {
      case "advance":
        return await this.#advance(verdict);
      case "rewind":
        return this.#rewind(verdict, sent);
      case "halve": {
        const bounds = halved(sent.count, this.#bounds, verdict.bytesMax);
        if (bounds !== null) this.#bounds = bounds;
        else if (sent.hasContent && !this.#withoutContent) this.#withoutContent = true;
        else return this.#stop("payload-too-large", verdict.detail);
        return "again";
      }
      case "without_content":
        this.#withoutContent = true;
        return "again";
      case "wait":
        return this.#failed(verdict);
      case "stop":
        return this.#stop(verdict.problem, verdict.detail);
      case "incident":
        return this.#incident(verdict);
    }
  }

  async #advance({ ack, cosigned }: Verdict & { act: "advance" }): Promise<Next> {
    const { outgoing, clock, expiring } = this.#parts;
    const before = outgoing.state().ackedSeq;
    const keyExpiresAt = ack.key_expires_at ?? null;
    outgoing.acknowledge({ seq: ack.acked_seq, at: clock.now(), cosigned, keyExpiresAt });
    if (keyExpiresAt !== null && keyExpiresAt !== this.#toldExpiry) {
      this.#toldExpiry = keyExpiresAt;
      await expiring?.();
    }
    if (ack.acked_seq <= before) {
      const detail = `the service acknowledges entry ${ack.acked_seq} again, and none of those that were sent`;
      return this.#failed({ problem: "no-progress", detail, askedMs: null });
    }
    if (ack.acked_seq > this.#highest) this.#failures = 0;
    this.#highest = Math.max(this.#highest, ack.acked_seq);
    const { sent, batches } = this.#outcome;
    const taken = { sent: sent + ack.acked_seq - before, batches: batches + 1 };
    this.#outcome = { ...this.#outcome, ...taken, trouble: null };
    return "took";
  }

  #rewind({ to, detail }: Verdict & { act: "rewind" }, { first }: Sent): Next {
    this.#highest = Math.max(this.#highest, first - 1);
    this.#parts.outgoing.rewind(to);
    const what = `${detail}; sending again from entry ${to + 1}`;
    return this.#failed({ problem: "sequence-gap", detail: what, askedMs: null });
  }

  #failed(what: { problem: string; detail: string; askedMs: number | null }): Next {
    const { clock, random } = this.#parts;
    this.#failures += 1;
    const waitMs = retryMs(this.#failures, what.askedMs, random);
    this.#tell(what.problem, what.detail, clock.now() + waitMs);
    this.#parts.makeRoom?.();
    return { waitMs };
  }

  #stop(problem: string, detail: string): Next {
    this.#tell(problem, detail, null);
    this.#parts.makeRoom?.();
    return "stop";
  }

  #incident({ problem, seq, detail }: Verdict & { act: "incident" }): Next {
    const { outgoing, record } = this.#parts;
    const known = outgoing.state().trouble;
    // The operator who tries again finds the same: one entry tells of it.
    if (known?.problem !== problem || !known.stopped) {
      record({ kind: "upload.incident", data: { problem, seq } });
    }
    this.#outcome = { ...this.#outcome, incident: problem };
    return this.#stop(problem, detail);
  }

  #tell(problem: string, detail: string, againAt: number | null): void {
    const { outgoing, clock } = this.#parts;
    const line = detail.replaceAll(/\s+/g, " ").slice(0, 2_048);
    const trouble: UploadTrouble = {
      at: clock.now(),
      problem,
      detail: line,
      stopped: againAt === null,
      again_at: againAt,
    };
    this.#outcome = { ...this.#outcome, trouble };
    outgoing.tell(trouble);
  }

  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    const done = Promise.withResolvers<void>();
    const timer = this.#parts.clock.after(ms, done.resolve);
    const stop = (): void => done.resolve();
    signal.addEventListener("abort", stop);
    await done.promise;
    timer.cancel();
    signal.removeEventListener("abort", stop);
  }
}

function cutOff(seq: number, newest: number): Verdict & { act: "incident" } {
  const detail = `entry ${seq}, which the service has, is not in the trace as it was sent (it has ${newest} entries): it was cut off, written anew, or put back from an older copy`;
  return { act: "incident", problem: "chain-fork", seq, detail };
}

type Next = "took" | "again" | "stop" | { waitMs: number };
