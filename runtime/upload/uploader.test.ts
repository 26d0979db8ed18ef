/** Every entry arrives, once for each number, whatever the service answers; and what it may not answer stops the upload. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { parseSignedCheckpoint } from "../../contracts/checkpoint.ts";
import { limits } from "../../contracts/limits.ts";
import { clientAct, problemNames } from "../../contracts/problem.ts";
import { acknowledgement, uploadBatch, uploadLimits } from "../../contracts/upload.ts";
import { OutgoingTrace } from "../trace/outgoing.example.ts";
import { type Arrived, cutShort, LoopbackService, told } from "./service.example.ts";
import { uploadingTo } from "./uploading.example.ts";

let service: LoopbackService;
beforeEach(async () => {
  service = await LoopbackService.listen();
});
afterEach(async () => await service.close());

const batches = (): Arrived[] =>
  service.arrived.filter(({ request }) => request.path === "/v1/traces");

describe("an honest service", () => {
  test("has every entry once, in order, and its witness's signature is kept", async () => {
    const trace = new OutgoingTrace(0);
    for (let count = 0; count < 3; count += 1) trace.session();
    const { run } = uploadingTo(service, trace);
    const { hashes } = trace;
    expect(await run()).toEqual({ sent: 44, batches: 1, trouble: null, incident: null });
    expect(service.hashes).toEqual(hashes);
    expect([...service.offered.values()].every((times) => times === 1)).toBe(true);
    const { ackedSeq, cosigned } = trace.outgoing.state();
    expect(ackedSeq).toBe(44);
    expect(parseSignedCheckpoint(cosigned ?? "")?.checkpoint.size).toBe(44);
    expect(await run()).toMatchObject({ sent: 0, batches: 0 });
    expect(service.arrived).toHaveLength(1);
    expect(trace.report()).toMatchObject({ ok: true, signed_to: 44 });
  });

  test("is sent batches within the contract's bounds, each proved to continue the last", async () => {
    const trace = new OutgoingTrace(1_200);
    expect(await uploadingTo(service, trace).run()).toMatchObject({ batches: 3, trouble: null });
    expect(service.hashes).toEqual(trace.hashes);
    for (const { text, sent } of batches()) {
      const { entries } = uploadBatch.parse(JSON.parse(text));
      expect(entries.length).toBeLessThanOrEqual(uploadLimits.entriesMax);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(uploadLimits.decodedBytesMax);
      expect(sent.length).toBeLessThan(Buffer.byteLength(text) / 2);
    }
    const sizes = batches().map(
      ({ text }) => uploadBatch.parse(JSON.parse(text)).consistency.from_size,
    );
    expect(sizes).toEqual([0, 500, 1_000]);
    expect(trace.report()).toMatchObject({ ok: true });
  });

  test("is sent what is recorded while it is followed, until it is told to stop", async () => {
    const trace = new OutgoingTrace();
    const ending = new AbortController();
    const done = uploadingTo(service, trace).run({
      follow: true,
      signal: ending.signal,
      onProgress: ({ ackedSeq, newest }) => {
        if (ackedSeq < newest) return;
        if (newest < 20) trace.note();
        else ending.abort();
      },
    });
    expect(await done).toMatchObject({ sent: 20, trouble: null });
    expect(service.hashes).toEqual(trace.hashes);
  });

  test("whose acknowledgement gets lost is sent the same again, and counts it once", async () => {
    const trace = new OutgoingTrace(28);
    let lost = 2;
    service.whim = (_arrived, honest) => {
      const answer = honest();
      lost -= 1;
      return lost >= 0 ? cutShort : answer;
    };
    expect(await uploadingTo(service, trace).run()).toMatchObject({ sent: 30, trouble: null });
    expect(service.hashes).toEqual(trace.hashes);
    expect(service.offered.get(1)).toBe(3);
  });

  test("that took a part is sent the rest", async () => {
    const trace = new OutgoingTrace(28);
    let isFirst = true;
    service.whim = async (_arrived, honest) => {
      const ack = acknowledgement.parse(await honest().json());
      if (!isFirst) return Response.json(ack, { status: 202 });
      isFirst = false;
      const part = { ...ack, acked_seq: 7, acked_hash: trace.hashes[6], cosignature: null };
      service.taken.splice(7);
      return Response.json(part, { status: 202 });
    };
    await uploadingTo(service, trace).run();
    expect(service.hashes).toEqual(trace.hashes);
    expect(service.offered.get(7)).toBe(1);
    expect(service.offered.get(8)).toBe(2);
  });

  test("whose key ends soon: its owner is told once", async () => {
    const trace = new OutgoingTrace(600);
    service.keyExpiresAt = 1_790_000_000_000;
    let told = 0;
    const expiring = async (): Promise<void> => void (told += 1);
    await uploadingTo(service, trace, { expiring }).run();
    expect(told).toBe(1);
    expect(trace.outgoing.state().keyExpiresAt).toBe(1_790_000_000_000);
  });
});

describe("a problem", () => {
  for (const name of problemNames.filter((one) => clientAct(one) === "tell")) {
    test(`${name} stops the upload after one request, and says why`, async () => {
      const trace = new OutgoingTrace();
      service.whim = () => told(name, { detail: "because", server_time: 1_700_000_000 });
      const { run, waits } = uploadingTo(service, trace);
      const { trouble } = await run();
      expect(trouble).toMatchObject({ problem: name, stopped: true, again_at: null });
      expect(trouble?.detail).toContain("because");
      if (name === "stale-signature") expect(trouble?.detail).toContain("2023-11-14T22:13:20");
      expect(trace.outgoing.state()).toMatchObject({ ackedSeq: 0, trouble });
      expect({ requests: service.arrived.length, waits }).toEqual({ requests: 1, waits: [] });
    });
  }

  test("of too many requests, or none at the moment, is waited out for as long as was asked", async () => {
    const trace = new OutgoingTrace();
    let left = 6;
    service.whim = (_arrived, honest) => {
      left -= 1;
      if (left < 0) return honest();
      const name = left % 2 === 0 ? "rate-limited" : "unavailable";
      return told(name, {}, { "retry-after": "7" });
    };
    const { run, waits } = uploadingTo(service, trace);
    expect(await run()).toMatchObject({ sent: 16, trouble: null });
    expect(waits).toHaveLength(6);
    for (const ms of waits) expect(ms).toBeGreaterThanOrEqual(7_000);
    expect(trace.outgoing.state().trouble).toBeNull();
  });

  test("that has to be waited out is a moment to look after the room on the disk", async () => {
    const trace = new OutgoingTrace();
    let looked = 0;
    service.whim = (_arrived, honest) => (looked < 3 ? told("unavailable") : honest());
    const makeRoom = (): void => void (looked += 1);
    expect(await uploadingTo(service, trace, { makeRoom }).run()).toMatchObject({ trouble: null });
    expect(looked).toBe(3);
  });

  test("that ends the upload has room made all the same: the trace goes on growing", async () => {
    const trace = new OutgoingTrace();
    let looked = 0;
    service.whim = () => told("revoked-key");
    const makeRoom = (): void => void (looked += 1);
    const { run } = uploadingTo(service, trace, { makeRoom });
    expect(await run()).toMatchObject({ trouble: { problem: "revoked-key", stopped: true } });
    expect(looked).toBe(1);
  });

  test("without a wait is retried ever more slowly, up to five minutes", async () => {
    const trace = new OutgoingTrace();
    service.whim = () => told("unavailable");
    const { run, waits } = uploadingTo(service, trace, { random: highest });
    await run();
    const seconds = waits.slice(0, 12).map((ms) => Math.round(ms / 1_000));
    expect(seconds).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
  });

  test("of a gap is answered by what is missing", async () => {
    const trace = new OutgoingTrace(28);
    const { run } = uploadingTo(service, trace);
    await run();
    service.taken.splice(5);
    trace.note();
    expect(await run()).toMatchObject({ trouble: null });
    expect(service.hashes).toEqual(trace.hashes);
    expect(service.offered.get(5)).toBe(1);
  });

  test("of too large a batch halves it, down to single entries", async () => {
    const trace = new OutgoingTrace(28);
    service.whim = ({ text }, honest) =>
      uploadBatch.parse(JSON.parse(text)).entries.length > 1
        ? told("payload-too-large", { bytes_max: 900_000 })
        : honest();
    expect(await uploadingTo(service, trace).run()).toMatchObject({ sent: 30, batches: 30 });
    service.whim = () => told("payload-too-large");
    trace.note();
    const { trouble } = await uploadingTo(service, trace).run();
    expect(trouble).toMatchObject({ problem: "payload-too-large", stopped: true });
  });

  test("of content that is not allowed sends the same without it", async () => {
    const trace = new OutgoingTrace(0);
    trace.session();
    service.takesContent = false;
    const { keyId, secret } = service;
    const wire = {
      key: () => ({ keyId, secret }),
      show: (content: unknown) => ({ content, isWhole: true }),
    };
    expect(await uploadingTo(service, trace, { wire }).run()).toMatchObject({ trouble: null });
    expect(service.hashes).toEqual(trace.hashes);
    const [first, second] = batches().map(({ text }) => text.includes("Continue?"));
    expect([first, second]).toEqual([true, false]);
  });

  test("of a part of the content there is none: it is shown, without the salt that would prove the whole", async () => {
    const trace = new OutgoingTrace(0);
    trace.session();
    const { keyId, secret } = service;
    const show = () => ({ content: { question: "?" }, isWhole: false });
    const wire = { key: () => ({ keyId, secret }), show };
    expect(await uploadingTo(service, trace, { wire }).run()).toMatchObject({ trouble: null });
    const shown = service.taken.filter(({ entry }) => entry.shown !== undefined);
    expect(shown.length).toBeGreaterThan(2);
    for (const { entry } of shown) {
      expect([entry.content, entry.salt]).toEqual([undefined, undefined]);
      expect(entry.shown).toEqual({ question: "?" });
    }
  });

  test("of a fork is recorded as an incident, once, and ends the upload", async () => {
    const trace = new OutgoingTrace();
    service.whim = () => told("chain-fork", { seq: 4 });
    const { run } = uploadingTo(service, trace);
    expect(await run()).toMatchObject({ incident: "chain-fork", trouble: { stopped: true } });
    expect(trace.kinds().at(-1)).toBe("upload.incident");
    expect(await run()).toMatchObject({ incident: "chain-fork" });
    expect(trace.kinds().filter((kind) => kind === "upload.incident")).toHaveLength(1);
    expect(service.arrived).toHaveLength(2);
    service.whim = (_arrived, honest) => honest();
    expect(await run()).toMatchObject({ incident: null, trouble: null });
  });
});

test("who has waited long enough ends, and what waits is kept", async () => {
  const trace = new OutgoingTrace();
  service.whim = () => told("unavailable", {}, { "retry-after": "120" });
  const { run, waits } = uploadingTo(service, trace);
  const outcome = await run({ patienceMs: limits.syncPatienceMs });
  expect(outcome.trouble).toMatchObject({ problem: "unavailable", stopped: false });
  expect(outcome.trouble?.again_at).toBeGreaterThan(Date.now() + 100_000);
  expect({ waits, requests: service.arrived.length }).toEqual({ waits: [], requests: 1 });
});

const highest = {
  bytes: (count: number) => new Uint8Array(count).fill(0xff),
  uuidv7: () => Bun.randomUUIDv7(),
};
