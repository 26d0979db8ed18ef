/** Where a list goes on: the values of the last row by which it is sorted, opaque to whoever hands it back. */
import type * as z from "zod";
import { AtlasError } from "../../contracts/errors.ts";

/** `values`: as PostgreSQL reads them. */
export function cursorOf(
  sort: string,
  values: readonly (string | number | readonly string[])[],
): string {
  const text = new TextEncoder().encode(JSON.stringify([sort, ...values]));
  return text.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** Null where there is none. Throws `AtlasError` for what is no cursor of that list, or not of that form. */
export function readCursor<T>(cursor: string | undefined, sort: string, form: z.ZodType<T>) {
  if (cursor === undefined) return null;
  try {
    const bytes = Uint8Array.fromBase64(cursor, { alphabet: "base64url" });
    const [name, ...values]: unknown[] = JSON.parse(new TextDecoder().decode(bytes));
    if (name === sort) return form.parse(values);
  } catch {
    // Told below, in the same words whatever it is.
  }
  throw new AtlasError("usage", "the cursor is of another list; begin again without one");
}

/** Rows up to `max`, of which one more was asked for; `next` is the cursor after the last of them. */
export function pageOf<Row>(
  rows: readonly Row[],
  max: number,
  cursor: (row: Row) => string,
): { rows: Row[]; next: string | null } {
  const page = rows.slice(0, max);
  const last = page.at(-1);
  return { rows: page, next: rows.length > max && last !== undefined ? cursor(last) : null };
}
