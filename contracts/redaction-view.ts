/** What `redact test --json` prints: where secrets stand in a text, and never the secrets themselves. */
import * as z from "zod";
import { outputFormat } from "./version.ts";

const place = z.int().min(1);

export const redactionFinding = z.strictObject({
  /** From 1, in characters as an editor counts them. */
  line: place,
  column: place,
  /** What it is: a kind of ours or the name of an own pattern. */
  kind: z.string(),
  /** In characters. */
  length: place,
  /** Its first two characters, of one that is long enough to keep its secret; else null. */
  begins: z.string().nullable(),
});
export type RedactionFinding = z.infer<typeof redactionFinding>;

export const redactTestView = z.strictObject({
  format: z.literal(outputFormat),
  /** Null for standard input. */
  file: z.string().nullable(),
  /** False where redaction is switched off: then nothing is ever found. */
  enabled: z.boolean(),
  findings: z.array(redactionFinding),
  /** The text as it would be recorded; only with `--print`. */
  text: z.string().optional(),
});
export type RedactTestView = z.infer<typeof redactTestView>;
