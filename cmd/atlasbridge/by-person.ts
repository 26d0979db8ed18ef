/** Refuses what a person alone may say, when it comes from within a governed session. */
import { AtlasError } from "../../contracts/errors.ts";
import type { Cli } from "./cli.ts";

/** No wall, since a tool could take the variable away: but what it does by the way is not taken for a person's word. */
export function assertByPerson({ environment }: Cli): void {
  if (environment.variables["ATLASBRIDGE_SESSION"] === undefined) return;
  const message =
    "this is for a person to say, not for a tool that is governed; run it in a terminal of your own";
  throw new AtlasError("refused_by_policy", message);
}
