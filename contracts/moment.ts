/** One way to say when: whole milliseconds since 1970-01-01T00:00:00Z. Text is for people, made at the rim. */
import * as z from "zod";

/** Integer milliseconds UTC. Upper bound: the largest time a `Date` can hold (ECMA-262 §21.4.1.1). */
export const moment = z.int().min(0).max(8_640_000_000_000_000);
export type Moment = z.infer<typeof moment>;

/** Of a day (midnight UTC) or a time in UTC as ISO 8601 writes them; null for anything else. */
export function isoToMoment(text: string): Moment | null {
  if (!/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z)?$/.test(text)) return null;
  const parsed = moment.safeParse(Date.parse(text));
  return parsed.success ? parsed.data : null;
}

/** ISO 8601 in UTC with milliseconds, for people and exports. */
export function momentToIso(at: Moment): string {
  return new Date(at).toISOString();
}

/** Of an HTTP date (RFC 9110 §5.6.7); null for what is none. */
export function momentOfHttpDate(text: string): Moment | null {
  if (!/^[A-Z][a-z]{2,8}, \d{2}[ -][A-Z][a-z]{2}[ -]\d{2,4} \d{2}:\d{2}:\d{2} GMT$/.test(text))
    return null;
  return moment.safeParse(Date.parse(text)).data ?? null;
}
