/** Decides which of the waiting entries go next, and writes the batch that carries them: pure. */
import { uploadLimits, uploadSchemas } from "../../contracts/upload.ts";

/** An entry as it travels: `text` is its JSON. */
export type Waiting = { seq: number; hash: string; text: string; hasContent: boolean };

export type Bounds = { entriesMax: number; bytesMax: number };

/** Room for all of a batch that is not an entry: names, a checkpoint and a proof at their largest. */
const aroundBytes = 16_384;

export const widestBounds: Bounds = {
  entriesMax: uploadLimits.entriesMax,
  bytesMax: uploadLimits.decodedBytesMax - aroundBytes,
};

/** As many as there is room for, in order; the first in any case. */
export function nextBatch(waiting: Iterable<Waiting>, { entriesMax, bytesMax }: Bounds): Waiting[] {
  const chosen: Waiting[] = [];
  let bytes = 0;
  for (const one of waiting) {
    bytes += Buffer.byteLength(one.text) + 1;
    if (chosen.length > 0 && bytes > bytesMax) break;
    chosen.push(one);
    if (chosen.length >= entriesMax) break;
  }
  return chosen;
}

/** Half of what was too much; null when there is nothing left to halve. `bytesMax`: what the service would take. */
export function halved(count: number, bounds: Bounds, bytesMax: number | null): Bounds | null {
  if (count <= 1) return null;
  const room = bytesMax === null ? bounds.bytesMax : Math.max(1, bytesMax - aroundBytes);
  return {
    entriesMax: Math.floor(count / 2),
    bytesMax: Math.min(bounds.bytesMax, room),
  };
}

export type Around = {
  batchId: string;
  agent: { id: string; version: string; platform: string };
  checkpoint: string;
  fromSize: number;
  proof: readonly Uint8Array[];
};

/** The body of the request, before it is compressed. */
export function batchText(entries: readonly Waiting[], around: Around): string {
  const { batchId, agent, checkpoint, fromSize, proof } = around;
  const rest = {
    schema: uploadSchemas[0],
    batch_id: batchId,
    agent,
    checkpoint,
    consistency: { from_size: fromSize, proof: proof.map((node) => node.toBase64()) },
  };
  const listed = entries.map(({ text }) => text).join(",");
  return `${JSON.stringify(rest).slice(0, -1)},"entries":[${listed}]}`;
}
