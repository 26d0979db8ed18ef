/** `policy schema`: the policy language as a JSON Schema, for editors that check and complete while one types. */
import * as z from "zod";
import { exitCodes } from "../../../contracts/errors.ts";
import { policy } from "../../../contracts/policy.ts";
import type { Cli } from "../cli.ts";

/** What only the whole file tells (ids used twice, fields of later versions, patterns) is `policy validate`'s. */
export function printSchema(cli: Cli): number {
  const schema = z.toJSONSchema(policy, { io: "input", target: "draft-2020-12" });
  // A version may be written as a number as well, as in `policy_version: 1`.
  const versions = policy.shape.policy_version.options.flatMap((one) => [one, Number(one)]);
  const properties = { ...schema.properties, policy_version: { enum: versions } };
  const titled = { ...schema, properties, title: "AtlasBridge policy" };
  cli.raw(`${JSON.stringify(titled, null, 2)}\n`);
  return exitCodes.ok;
}
