/** An uploader wired to a trace and a service on loopback, for tests: its waits are noted and not waited for. */
import type { NoteKey } from "../../contracts/note.ts";
import type { EntryDraft } from "../../contracts/trace.ts";
import { type Clock, systemClock } from "../clock.ts";
import { systemRandom } from "../random.ts";
import type { Outgoing } from "../trace/outgoing.ts";
import { openCloud } from "./cloud.ts";
import type { LoopbackService } from "./service.example.ts";
import { type Outcome, type RunOptions, Uploader, type UploaderParts } from "./uploader.ts";

type Trace = {
  outgoing: Outgoing;
  store: { append(drafts: readonly EntryDraft[], options: { sessionId: null }): unknown };
  verify: UploaderParts["verify"];
  /** Those whose word is kept. */
  witnesses: NoteKey[];
};

export type Uploading = {
  uploader: Uploader;
  /** Each wait that was asked for, in milliseconds. */
  waits: number[];
  run(options?: Partial<RunOptions>): Promise<Outcome>;
};

export type Changed = Partial<UploaderParts> & {
  requestMs?: number;
  /** Ends after so many waits. */
  waitsMax?: number;
};

export function uploadingTo(
  service: LoopbackService,
  trace: Trace,
  { requestMs = 10_000, waitsMax = 15, ...changed }: Changed = {},
): Uploading {
  trace.witnesses.push(service.witness);
  const waits: number[] = [];
  const ending = new AbortController();
  const clock: Clock = {
    ...systemClock,
    after(ms, call) {
      waits.push(ms);
      if (waits.length >= waitsMax) ending.abort();
      return systemClock.after(0, call);
    },
  };
  const { keyId, secret } = service;
  const key = () => ({ keyId, secret });
  const cloud = openCloud({
    origin: service.origin,
    key,
    clock: systemClock,
    random: systemRandom,
    withinMs: requestMs,
  });
  const uploader = new Uploader({
    outgoing: trace.outgoing,
    cloud,
    clock,
    random: systemRandom,
    wire: { key, show: () => null },
    agent: { version: "0.0.0", platform: "test" },
    witness: service.witness,
    verify: trace.verify,
    record: (draft) => void trace.store.append([draft], { sessionId: null }),
    ...changed,
  });
  const plain = { follow: false, patienceMs: null, signal: ending.signal };
  return { uploader, waits, run: (options = {}) => uploader.run({ ...plain, ...options }) };
}
