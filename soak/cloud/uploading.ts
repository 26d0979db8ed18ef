/** The runtime's own uploader over a trace of its own, for as long as the soak lasts; its waits are shortened. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestKey } from "../../cloud/testing/agent.ts";
import { type Clock, systemClock } from "../../runtime/clock.ts";
import { systemRandom } from "../../runtime/random.ts";
import { AgentKey } from "../../runtime/trace/agent-key.ts";
import { writeSession } from "../../runtime/trace/drafts.example.ts";
import { ed25519Verify } from "../../runtime/trace/ed25519.ts";
import { openAt } from "../../runtime/trace/opened.example.ts";
import { outgoingOf } from "../../runtime/trace/outgoing.ts";
import { openSqliteReader } from "../../runtime/trace/sqlite-reader.ts";
import { openCloud } from "../../runtime/upload/cloud.ts";
import { Uploader } from "../../runtime/upload/uploader.ts";
import type { Acked } from "./sender.ts";

export type UploadingParts = { url: string; tenant: string; key: () => TestKey };

/** A service that is back is found out about soon. */
const waitsShortenedBy = 20;
const sessionsMax = 100;

export class Uploading {
  readonly tenant: string;
  readonly agent: { id: string };
  readonly told: Acked[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), "atlasbridge-soak-agent-"));
  readonly #keys = new AgentKey(join(this.#folder, "agent.key"));
  readonly #file = join(this.#folder, "trace.db");
  readonly #store = openAt(this.#file, { keys: this.#keys });
  readonly #reader = openSqliteReader(this.#file);
  readonly #parts: UploadingParts;
  #sessions = 0;

  constructor(parts: UploadingParts) {
    this.#parts = parts;
    this.tenant = parts.tenant;
    this.agent = { id: this.#store.agentId };
  }

  get entries(): { hash: string }[] {
    return [...this.#store.entries()];
  }

  get acked(): Acked {
    const { ackedSeq, ackedHash } = this.#reader.upload() ?? { ackedSeq: 0, ackedHash: "" };
    return { seq: ackedSeq, hash: ackedHash };
  }

  async run(isOver: () => boolean): Promise<void> {
    const { url, key } = this.#parts;
    const outgoing = outgoingOf({
      ...{ trace: this.#store, reader: this.#reader, file: this.#file, cloud: url },
      ...{ keys: this.#keys, witnesses: [], now: systemClock.now },
    });
    const after = (ms: number, call: () => void) => systemClock.after(ms / waitsShortenedBy, call);
    const clock: Clock = { ...systemClock, after };
    const signing = () => ({ keyId: key().key_id, secret: key().secret });
    const ending = new AbortController();
    const uploader = new Uploader({
      ...{ outgoing, clock, random: systemRandom, witness: null, verify: ed25519Verify },
      cloud: openCloud({ origin: url, key: signing, clock: systemClock, random: systemRandom }),
      wire: { key: signing, show: () => null },
      agent: { version: "0.0.0", platform: "soak" },
      record: (draft) => void this.#store.append([draft], { sessionId: null }),
    });
    const outcome = await uploader.run({
      ...{ follow: true, patienceMs: null, signal: ending.signal },
      onProgress: ({ ackedSeq, newest }) => {
        this.told.push(this.acked);
        if (ackedSeq < newest) return;
        if (isOver()) ending.abort();
        else this.#write();
      },
    });
    const { trouble } = outcome;
    if (trouble?.stopped) throw new Error(`the uploader stopped: ${trouble.detail}`);
  }

  #write(): void {
    if (this.#sessions >= sessionsMax) return;
    this.#sessions += 1;
    writeSession(this.#store, 2);
  }

  close(): void {
    this.#reader.close();
    this.#store.close();
    rmSync(this.#folder, { recursive: true });
  }
}
