/** The shape of `policy show --json`: every policy that holds in a folder, and where each rule of it stands. */
import * as z from "zod";
import { decisionAction, policyLayer } from "./decision.ts";
import { sha256Hex } from "./ids.ts";
import { autonomyMode, policyBrakes } from "./policy.ts";
import { outputFormat } from "./version.ts";

const place = z.strictObject({ file: z.string(), line: z.int(), column: z.int() });

export const policyShowView = z.strictObject({
  format: z.literal(outputFormat),
  /** What `run --policy-hash` compares, and every decision records. */
  hash: sha256Hex,
  /** The strictest of all; null when no policy gives one, which is `full`. */
  mode: autonomyMode.nullable(),
  brakes: policyBrakes,
  /** Highest first. */
  layers: z.array(
    z.strictObject({
      layer: policyLayer,
      name: z.string(),
      /** Its own file, then what it extends; none when it is built in. */
      files: z.array(z.string()),
      hash: sha256Hex,
      mode: autonomyMode.nullable(),
      defaults: z.strictObject({ no_match: decisionAction, low_confidence: decisionAction }),
      /** In the order in which they are asked. */
      rules: z.array(
        z.strictObject({
          rule_id: z.string(),
          action: decisionAction,
          description: z.string().nullable(),
          /** Null when it is built in. */
          place: place.nullable(),
          /** A project's reply is never given. */
          counts: z.boolean(),
        }),
      ),
    }),
  ),
  warnings: z.array(z.string()),
});
export type PolicyShowView = z.infer<typeof policyShowView>;
