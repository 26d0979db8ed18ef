/** A service that breaks, stalls or lies costs nothing but time: no entry is lost, and no lie is believed. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { copyFileSync } from "node:fs";
import { parseSignedCheckpoint } from "../../contracts/checkpoint.ts";
import { limits } from "../../contracts/limits.ts";
import { acknowledgement } from "../../contracts/upload.ts";
import { OutgoingTrace } from "../trace/outgoing.example.ts";
import {
  cutShort,
  hanging,
  LoopbackService,
  type Rude,
  told,
  type Whim,
} from "./service.example.ts";
import { uploadingTo } from "./uploading.example.ts";

let service: LoopbackService;
beforeEach(async () => {
  service = await LoopbackService.listen();
});
afterEach(async () => await service.close());

type Answer = () => globalThis.Response | Rude;

/** Misbehaves for the first two requests; `isTaken`: having taken what was sent. */
function twice(answer: Answer, isTaken: boolean): Whim {
  let left = 2;
  return (_arrived, honest) => {
    left -= 1;
    if (left < 0) return honest();
    if (isTaken) honest();
    return answer();
  };
}

const html = (status: number, type = "text/html"): Response =>
  new Response("<html>Welcome to the hotel</html>", { status, headers: { "content-type": type } });
const problemJson = (body: string, status: number): Response =>
  new Response(body, { status, headers: { "content-type": "application/problem+json" } });

const floods: Rude = (raw) => {
  raw.writeHead(202, { "content-type": "application/json" });
  const megabyte = new Uint8Array(1_048_576).fill(0x20);
  let left = 100;
  const pour = (): void => {
    left -= 1;
    if (left > 0 && !raw.destroyed) raw.write(megabyte, pour);
    else raw.end();
  };
  pour();
};
const trickles: Rude = (raw) => {
  raw.writeHead(202, { "content-type": "application/json", "content-length": "1000" });
  raw.write("{");
};
const packed = Bun.gzipSync(new Uint8Array(50_000_000));
const bomb: Rude = (raw) => {
  raw.writeHead(202, { "content-type": "application/json", "content-encoding": "gzip" });
  raw.end(packed);
};
const cutAtOnce: Rude = (raw) => raw.socket?.destroy();

const rude: [string, Answer, string][] = [
  ["does not answer", () => hanging, "timed-out"],
  ["answers a byte, and no more", () => trickles, "timed-out"],
  ["answers 100 MB", () => floods, "reply-too-large"],
  ["answers with what would unpack to 50 MB", () => bomb, "no-acknowledgement"],
  ["cuts the connection before it answers", () => cutAtOnce, "unreachable"],
  ["cuts the connection in the middle of its answer", () => cutShort, "unreachable"],
  ["is a hotel's page", () => html(200), "no-problem"],
  [
    "is a page that claims to be an acknowledgement",
    () => html(202, "application/json"),
    "no-acknowledgement",
  ],
  ["is a gateway without a service behind it", () => html(502), "no-problem"],
  ["refuses with what is no JSON", () => problemJson("<html>", 403), "no-problem"],
  [
    "refuses with a problem nobody knows",
    () => problemJson('{"type":"/problems/stop-session","title":"x","status":403}', 403),
    "no-problem",
  ],
  [
    "refuses with a status that is not the problem's",
    () => problemJson('{"type":"/problems/chain-fork","title":"x","status":500}', 500),
    "no-problem",
  ],
  ["answers with too deep a nesting", () => problemJson("[".repeat(60_000), 409), "no-problem"],
];

describe("a service that", () => {
  for (const [what, answer, problem] of rude) {
    for (const isTaken of [false, true]) {
      test(`${what}, having ${isTaken ? "taken everything" : "taken nothing"}`, async () => {
        const trace = new OutgoingTrace();
        service.whim = twice(answer, isTaken);
        const { run, waits } = uploadingTo(service, trace, {
          requestMs: problem === "timed-out" ? 50 : 10_000,
        });
        const troubles: string[] = [];
        const seen = (): void => {
          const { trouble, ackedSeq } = trace.outgoing.state();
          if (trouble !== null) troubles.push(trouble.problem);
          expect(ackedSeq).toBeLessThanOrEqual(service.taken.length);
        };
        expect(await run({ onProgress: seen })).toMatchObject({ sent: 16, trouble: null });
        expect(service.hashes).toEqual(trace.hashes);
        // A machine that is busy answers late as well: then there are more of the same.
        const times = problem === "timed-out" ? Math.max(2, troubles.length) : 2;
        expect(troubles).toEqual(Array.from({ length: times }, () => problem));
        expect(waits).toHaveLength(times);
      });
    }
  }

  test("redirects is not followed, neither there nor by a get", async () => {
    const other = await LoopbackService.listen();
    try {
      const trace = new OutgoingTrace();
      const away = (): Response => Response.redirect(`${other.origin}/v1/traces`, 307);
      service.whim = twice(away, false);
      await uploadingTo(service, trace).run();
      expect(other.arrived).toHaveLength(0);
      expect(service.hashes).toEqual(trace.hashes);
    } finally {
      await other.close();
    }
  });

  test("adds fields to its acknowledgement is not heard", async () => {
    const trace = new OutgoingTrace();
    service.whim = async (_arrived, honest) => {
      const ack = acknowledgement.parse(await honest().json());
      const more = { command: "rm -rf /", policy: { mode: "full" }, answer: "y", __proto__x: 1 };
      return Response.json({ ...ack, ...more }, { status: 202 });
    };
    expect(await uploadingTo(service, trace).run()).toEqual({
      ...{ sent: 16, batches: 1, trouble: null, incident: null },
    });
    expect(JSON.stringify(trace.outgoing.state())).not.toContain("rm -rf");
  });
});

/** The honest acknowledgement, changed. */
function lying(
  change: (ack: Record<string, unknown>, trace: OutgoingTrace) => object,
  trace: OutgoingTrace,
): Whim {
  return async (_arrived, honest) => {
    const ack = acknowledgement.parse(await honest().json());
    // What is recorded while a request is under way was not sent with it.
    trace.note();
    return Response.json({ ...ack, ...change(ack, trace) }, { status: 202 });
  };
}

const lies: [string, (ack: Record<string, unknown>, trace: OutgoingTrace) => object][] = [
  ["more entries than there are", () => ({ acked_seq: 4_000, acked_hash: "ab".repeat(32) })],
  ["an entry by another hash", () => ({ acked_hash: "ab".repeat(32) })],
  ["a later entry by an earlier one's hash", () => ({ acked_seq: 17 })],
  [
    "a checkpoint that its witness did not sign",
    () => ({ cosignature: service.cosign("atlasbridge/trace/x\n9\nAAAA\n") }),
  ],
];

describe("a service that acknowledges", () => {
  for (const [what, change] of lies) {
    test(`${what} is not believed: the cursor stays, and an incident is recorded`, async () => {
      const trace = new OutgoingTrace();
      service.whim = lying(change, trace);
      const { run } = uploadingTo(service, trace);
      expect(await run()).toMatchObject({ incident: "false-acknowledgement", sent: 0 });
      expect(trace.outgoing.state()).toMatchObject({ ackedSeq: 0, cosigned: null });
      expect(trace.kinds().at(-1)).toBe("upload.incident");
      expect(service.arrived).toHaveLength(1);
    });
  }

  test("the same batch again, and nothing else, is waited for ever more slowly", async () => {
    const trace = new OutgoingTrace();
    const { run, waits } = uploadingTo(service, trace);
    await run();
    const old = trace.outgoing.state();
    trace.note(3);
    const past = { acked_seq: 5, acked_hash: trace.hashes[4] };
    service.whim = lying(() => past, trace);
    await run();
    expect(waits).toHaveLength(15);
    expect(trace.outgoing.state()).toMatchObject({
      ackedSeq: old.ackedSeq,
      ackedHash: old.ackedHash,
    });
    expect(trace.outgoing.state().trouble).toMatchObject({
      problem: "no-progress",
      stopped: false,
    });
  });

  test("another batch than was sent is waited for", async () => {
    const trace = new OutgoingTrace();
    service.whim = lying(() => ({ batch_id: Bun.randomUUIDv7() }), trace);
    await uploadingTo(service, trace).run();
    expect(trace.outgoing.state()).toMatchObject({ ackedSeq: 0, trouble: { stopped: false } });
  });

  test("by a witness that is not the one that is trusted, has no signature of it kept", async () => {
    const trace = new OutgoingTrace();
    const witness = { ...service.witness, name: "another.example" };
    await uploadingTo(service, trace, { witness }).run();
    expect(trace.outgoing.state()).toMatchObject({ ackedSeq: 16, cosigned: null });
  });

  test("and forgets, again and again, is never sent things in a rush", async () => {
    const trace = new OutgoingTrace(520);
    const forgets: Whim = (_arrived, honest) => {
      const answer = honest();
      service.taken.splice(3);
      return answer;
    };
    service.whim = forgets;
    const { run, waits } = uploadingTo(service, trace, { waitsMax: 16 });
    await run();
    expect(Math.max(...waits.slice(-8))).toBeGreaterThan(limits.uploadRetryLastMs / 10);
  });

  test("a gap behind what was sent is no gap", async () => {
    const trace = new OutgoingTrace();
    service.whim = () => told("sequence-gap", { expected_seq: 900 });
    await uploadingTo(service, trace).run();
    expect(trace.outgoing.state()).toMatchObject({ ackedSeq: 0, trouble: { stopped: false } });
    expect(parseSignedCheckpoint(trace.outgoing.state().cosigned ?? "")).toBeNull();
  });
});

describe("a trace that was changed behind its back after it was sent", () => {
  test("an older copy put back: the service and this side both see it", async () => {
    const trace = new OutgoingTrace();
    copyFileSync(trace.file, `${trace.folder}/older.db`);
    copyFileSync(`${trace.file}-wal`, `${trace.folder}/older.db-wal`);
    trace.note(5);
    await uploadingTo(service, trace).run();
    const older = trace.reopened("older.db");
    older.note(8);
    const { run } = uploadingTo(service, older);
    expect(await run()).toMatchObject({ incident: "chain-fork", sent: 0 });
    expect(older.kinds().at(-1)).toBe("upload.incident");
  });

  test("its end cut off: nothing waits, and yet it is told", async () => {
    const trace = new OutgoingTrace();
    await uploadingTo(service, trace).run();
    trace.change("DELETE FROM entries WHERE seq > 12", "UPDATE tree SET size = 12");
    const record = (): void => undefined;
    expect(await uploadingTo(service, trace, { record }).run()).toMatchObject({
      incident: "chain-fork",
      trouble: { stopped: true },
    });
  });

  test("its history written anew: it is told even where the service takes it without a word", async () => {
    const trace = new OutgoingTrace();
    const { run } = uploadingTo(service, trace);
    await run();
    trace.note(2);
    trace.change(`UPDATE upload SET acked_hash = '${"ab".repeat(32)}'`);
    expect(await run()).toMatchObject({ incident: "chain-fork", sent: 0 });
    expect(service.taken).toHaveLength(18);
    expect(trace.outgoing.state().ackedSeq).toBe(16);
  });

  test("an entry changed before it was sent is not sent", async () => {
    const trace = new OutgoingTrace();
    trace.change("UPDATE entries SET at = at + 1 WHERE seq = 9");
    expect(uploadingTo(service, trace).run()).rejects.toThrow("entry 9 of the trace");
    expect(service.taken).toHaveLength(0);
  });
});
