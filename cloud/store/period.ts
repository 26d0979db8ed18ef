/** Spans of time that are asked for, as what ids and columns are compared with. */
export type Period = { from?: number | undefined; to?: number | undefined };

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;

/** The last seven days where it is not said. Never before 1970, and never empty. */
export function periodOf({ from, to }: Period, nowMs: number): { from: number; to: number } {
  const end = to ?? nowMs + 1;
  const start = from ?? Math.max(end - weekMs, 0);
  return { from: start, to: Math.max(end, start + 1) };
}

const uuidTimeMax = 2 ** 48 - 1;

/** The least UUIDv7 (RFC 9562 §5.7) of that millisecond: those of before it are below. */
export function leastId(at: number): string {
  const hex = Math.min(Math.max(Math.floor(at), 0), uuidTimeMax)
    .toString(16)
    .padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

/** The time that a UUIDv7 begins with, in milliseconds. */
export const timeOfId = (id: string): number =>
  Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16);

const idForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Of all UUIDs. */
const leastOfAll = "00000000-0000-0000-0000-000000000000";
const lastOfAll = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/** All ids that begin with that text, in either case; null where none does. */
export function idsBeginning(text: string): { first: string; last: string } | null {
  const head = text.toLowerCase();
  const first = `${head}${leastOfAll.slice(head.length)}`;
  return idForm.test(first) ? { first, last: `${head}${lastOfAll.slice(head.length)}` } : null;
}
