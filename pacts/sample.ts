/** The runtime of today with a trace that is always the same: what it sends, and what it does with what comes back. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openWitness } from "../cloud/witness.ts";
import { parseSignedCheckpoint } from "../contracts/checkpoint.ts";
import { promptId, sessionId } from "../contracts/ids.ts";
import { type NoteKey, parseVerifierKey } from "../contracts/note.ts";
import { uploadBatch, type UploadBatch } from "../contracts/upload.ts";
import { systemClock } from "../runtime/clock.ts";
import { systemRandom } from "../runtime/random.ts";
import { AgentKey } from "../runtime/trace/agent-key.ts";
import * as draft from "../runtime/trace/drafts.example.ts";
import { ed25519Verify } from "../runtime/trace/ed25519.ts";
import { createKeyFile } from "../runtime/trace/key-file.ts";
import { openAt } from "../runtime/trace/opened.example.ts";
import { type Outgoing, outgoingOf } from "../runtime/trace/outgoing.ts";
import type { OwnTrace } from "../runtime/trace/own-trace.ts";
import { openSqliteReader, type TraceReader } from "../runtime/trace/sqlite-reader.ts";
import { type Cloud, openCloud } from "../runtime/upload/cloud.ts";
import { sha256 } from "../runtime/upload/hashes.ts";
import { type Outcome, Uploader } from "../runtime/upload/uploader.ts";
import { sameClock, sameKey, sameMoment, samePem, sameRandom } from "./same.ts";

/** Whose cosignatures it believes. */
const witness = openWitness(samePem("witness"), "atlasbridge/witness");
export const witnessKey = witness.verifierKey;

export type SampleWish = {
  /** A first session was sent and acknowledged before; what waits is a second one. */
  goesOn?: boolean;
  /** Shows content as it was recorded. */
  showsContent?: boolean;
};

/** What came of one exchange. */
export type Done = Outcome & {
  ackedSeq: number;
  cosignedTo: number;
  keyExpiresAt: number | null;
  /** What it would send next; null: nothing. */
  next: { first: number; count: number; hasContent: boolean } | null;
};

const agent = { version: "0.1.0", platform: "linux-x64" };
const key = () => sameKey;

/** As it asks the service at this address. */
export const sampleCloud = (origin: string): Cloud =>
  openCloud({ origin, key, clock: systemClock, random: systemRandom });

export class Sample {
  readonly #folder = mkdtempSync(join(tmpdir(), "atlasbridge-pact-"));
  readonly #store: OwnTrace;
  readonly #reader: TraceReader;
  readonly #outgoing: Outgoing;
  readonly #witness: NoteKey;
  readonly #clock = sameClock();
  readonly #showsContent: boolean;

  constructor({ goesOn = false, showsContent = false }: SampleWish = {}) {
    const known = parseVerifierKey(witnessKey, sha256);
    if (known === null) throw new Error("the sample's witness has a key");
    this.#witness = known;
    this.#showsContent = showsContent;
    const [file, keyFile] = [join(this.#folder, "trace.db"), join(this.#folder, "agent.key")];
    createKeyFile(keyFile, samePem("agent"));
    const keys = new AgentKey(keyFile);
    const own = { keys, clock: this.#clock, random: sameRandom("trace") };
    this.#store = openAt(file, { ...own, runtimeVersion: agent.version });
    session(this.#store, "first");
    this.#reader = openSqliteReader(file);
    this.#outgoing = outgoingOf({
      ...{ trace: this.#store, reader: this.#reader, file, keys, witnesses: [known] },
      ...{ cloud: "https://cloud.example", now: () => this.#clock.now() },
    });
    if (!goesOn) return;
    this.#takeFirst();
    session(this.#store, "second");
  }

  #takeFirst(): void {
    const seq = this.#outgoing.newest();
    const { note } = this.#outgoing.vouch(seq);
    const cosigned = `${note}${cosign(note)}\n`;
    this.#outgoing.acknowledge({ seq, at: sameMoment, cosigned, keyExpiresAt: null });
  }

  /** One exchange with the service at this address. */
  async sendTo(origin: string): Promise<Done> {
    const { outcome, batch } = await this.#run(sampleCloud(origin));
    const { ackedSeq, cosigned, keyExpiresAt } = this.#outgoing.state();
    const cosignedTo = parseSignedCheckpoint(cosigned ?? "")?.checkpoint.size ?? 0;
    const next = batch === null ? null : summaryOf(batch);
    return { ...outcome, ackedSeq, cosignedTo, keyExpiresAt, next };
  }

  /** What it sends. */
  async batch(): Promise<UploadBatch> {
    const { batch } = await this.#run(null);
    if (batch === null) throw new Error("the sample has something to send");
    return batch;
  }

  /** What follows the first exchange is kept to see, and not sent. */
  async #run(cloud: Cloud | null): Promise<{ outcome: Outcome; batch: UploadBatch | null }> {
    const ending = new AbortController();
    let left = cloud;
    let batch: UploadBatch | null = null;
    const once: Cloud["post"] = async (path, sent) => {
      const to = left;
      left = null;
      if (to !== null) return await to.post(path, sent);
      batch = batchIn(sent.body);
      ending.abort();
      return { got: "nothing", problem: "unreachable", detail: "it was not sent" };
    };
    const show = (content: unknown) => (this.#showsContent ? { content, isWhole: true } : null);
    const uploader = new Uploader({
      ...{ outgoing: this.#outgoing, clock: this.#clock, random: sameRandom("upload"), agent },
      cloud: { post: once, get: (path) => sampleCloud("http://127.0.0.1:1").get(path) },
      ...{ wire: { key, show }, witness: this.#witness, verify: ed25519Verify },
      record: (one) => void this.#store.append([one], { sessionId: null }),
    });
    const outcome = await uploader.run({
      ...{ follow: false, patienceMs: null, signal: ending.signal },
    });
    return { outcome, batch };
  }

  close(): void {
    this.#reader.close();
    this.#store.close();
    rmSync(this.#folder, { recursive: true });
  }
}

/** The line that the sample's witness puts under a checkpoint. */
export function cosign(note: string): string {
  const text = parseSignedCheckpoint(note)?.note.text ?? "";
  return witness.cosign(text, sameMoment / 1_000);
}

function summaryOf({ entries }: UploadBatch): Done["next"] {
  const hasContent = entries.some(
    ({ content, shown }) => content !== undefined || shown !== undefined,
  );
  return { first: entries[0]?.seq ?? 0, count: entries.length, hasContent };
}

function batchIn(body: Uint8Array): UploadBatch {
  const text = new TextDecoder().decode(Bun.zstdDecompressSync(new Uint8Array(body)));
  return uploadBatch.parse(JSON.parse(text));
}

/** A prompt that a rule answered, and one that was left to a person, between a start and an end. */
function session(store: OwnTrace, name: string): void {
  const random = sameRandom(name);
  const id = sessionId.parse(random.uuidv7());
  const [first, second] = [promptId.parse(random.uuidv7()), promptId.parse(random.uuidv7())];
  const add = (...drafts: Parameters<OwnTrace["append"]>[0][number][]): void =>
    void store.append(drafts, { sessionId: id });
  store.append([draft.started()], { sessionId: id, opens: draft.someHolder });
  add(draft.detected(first), draft.decided(first));
  store.append([draft.injected(first)], { sessionId: id, claim: first });
  add(draft.closed(first));
  add(draft.detected(second, "Delete everything?"), draft.escalated(second));
  add(draft.closed(second, "person"));
  add(draft.ended({ prompts: 2, answered: 1, escalated: 1 }));
}
