/** Values of an entry's data as columns take them: what is no such value becomes nothing. */
import { bounds } from "../limits/bounds.ts";
import { storable } from "./storable.ts";

const wordCharsMax = 64;

export const word = (value: unknown): string | null => words(value, wordCharsMax);

export const words = (value: unknown, charsMax: number): string | null =>
  typeof value === "string" ? storable(value, charsMax) : null;

export const smallInteger = (value: unknown): number | null =>
  typeof value === "number" && Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? value : null;

/** The rule that decided; null where none did. */
export function ruleOf(data: Readonly<Record<string, unknown>>): string | null {
  const rule = data["rule_id"];
  return typeof rule === "string" && rule !== "" ? storable(rule, bounds.ruleIdCharsMax) : null;
}

/** What was shared of an entry's content, whole or in part; null where nothing was. */
export function sharedOf(entry: {
  content?: unknown;
  shown?: unknown;
}): Readonly<Record<string, unknown>> | null {
  const shared = entry.content ?? entry.shown;
  const isObject = typeof shared === "object" && shared !== null && !Array.isArray(shared);
  return isObject ? Object.fromEntries(Object.entries(shared)) : null;
}
