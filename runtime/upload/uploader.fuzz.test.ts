/** Whatever a service does, in whatever order, for as long as it does not lie: every entry arrives, once, and none is forgotten. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import * as fc from "fast-check";
import { OutgoingTrace } from "../trace/outgoing.example.ts";
import { cutShort, LoopbackService, told, type Whim } from "./service.example.ts";
import { uploadingTo } from "./uploading.example.ts";

let service: LoopbackService;
beforeEach(async () => {
  service = await LoopbackService.listen();
});
afterEach(async () => await service.close());

const whims: Record<string, Whim> = {
  honest: (_arrived, honest) => honest(),
  lost: (_arrived, honest) => {
    honest();
    return cutShort;
  },
  cut: () => cutShort,
  busy: () => told("rate-limited", {}, { "retry-after": "1" }),
  away: () => told("unavailable"),
  html: () => new Response("<html>", { status: 502 }),
  tooLarge: () => told("payload-too-large"),
  forgets: (_arrived, honest) => {
    service.taken.splice(Math.floor(service.taken.length / 2));
    return honest();
  },
  noContent: () => told("content-not-allowed"),
  twice: (_arrived, honest) => {
    honest();
    return honest();
  },
};
const script = fc.array(fc.constantFrom(...Object.keys(whims)), { maxLength: 12 });
const recorded = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 12 });

test("a service of any moods", async () => {
  await fc.assert(
    fc.asyncProperty(script, recorded, async (moods, notes) => {
      service.forget();
      const trace = new OutgoingTrace(3);
      const left = [...moods];
      const more = [...notes];
      service.whim = (arrived, honest) => {
        const mood = left.shift() ?? "honest";
        const count = more.shift() ?? 0;
        if (count > 0) trace.note(count);
        return whims[mood]?.(arrived, honest) ?? honest();
      };
      const keyed = { keyId: service.keyId, secret: service.secret };
      const show = (content: unknown) => ({ content, isWhole: true });
      const { run } = uploadingTo(service, trace, {
        wire: { key: () => keyed, show },
        waitsMax: 60,
      });
      const onProgress = ({ ackedSeq }: { ackedSeq: number }): void => {
        // Never further than what is there, unless that was forgotten.
        if (!moods.includes("forgets")) expect(ackedSeq).toBeLessThanOrEqual(service.taken.length);
      };
      // Stopped by a mood that stops: its operator tries again.
      let runs = 0;
      while ((await run({ onProgress })).trouble !== null) expect((runs += 1)).toBeLessThan(14);
      expect(service.hashes).toEqual(trace.hashes);
      expect(trace.outgoing.state().ackedSeq).toBe(trace.hashes.length);
      trace.close();
    }),
    { numRuns: 6 },
  );
}, 20_000);
