/** Reads a request's body: so many bytes, within so much time, and not one more. */
import { uploadLimits } from "../../contracts/upload.ts";
import { type Clock, within } from "../clock.ts";
import { bounds } from "../limits/bounds.ts";
import { type Refusal, refuse } from "./refusal.ts";

const tooLarge = (): Refusal =>
  refuse("payload-too-large", `a body has at most ${uploadLimits.sentBytesMax} bytes as sent`, {
    bytes_max: uploadLimits.sentBytesMax,
  });

/** What a length says already, before anything is read. */
export function refusedByLength(contentLength: string | null): Refusal | null {
  return Number(contentLength ?? 0) > uploadLimits.sentBytesMax ? tooLarge() : null;
}

export async function readBody(
  body: ReadableStream<Uint8Array> | null,
  clock: Clock,
): Promise<{ ok: true; bytes: Uint8Array } | Refusal> {
  if (body === null) return { ok: true, bytes: new Uint8Array(0) };
  const reader = body.getReader();
  const untilMs = clock.monotonicMs() + bounds.bodyMs;
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const ms = untilMs - clock.monotonicMs();
    const next = await within(
      reader.read().catch(() => "broken" as const),
      {
        ms,
        late: "late" as const,
        clock,
      },
    );
    if (next === "late" || next === "broken") {
      void reader.cancel().catch(() => {});
      return refuse(
        "malformed-payload",
        `the body did not arrive whole within ${bounds.bodyMs} ms`,
      );
    }
    if (next.done) break;
    total += next.value.length;
    if (total > uploadLimits.sentBytesMax) {
      void reader.cancel().catch(() => {});
      return tooLarge();
    }
    chunks.push(next.value);
  }
  return { ok: true, bytes: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks) };
}
