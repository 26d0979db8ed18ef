/** Statements put together of parts, as filters are set or not. */
import type { PendingQuery, Row } from "postgres";
import type { Transaction } from "./pool.ts";

export type Part = ReturnType<Transaction["unsafe"]> | PendingQuery<Row[]>;

/** One after another. */
export const all = (sql: Transaction, parts: readonly Part[]): Part =>
  parts.reduce<Part>((before, one) => sql`${before} ${one}`, sql``);
