/** A folder of recordings with what is expected of them, in any of the layouts that the lab reads. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { AtlasError } from "../../contracts/errors.ts";
import { readAgentLabels } from "./agent-labels.ts";
import { type Case, readCases } from "./case-files.ts";
import { readProgramLabels } from "./program-labels.ts";

/**
 * Cases (`NAME.cast` with `NAME.json`, nested at will), or `labels.json` with `casts/` or `recordings/`. Throws
 * `usage` naming what is missing or wrong.
 */
export function readFolder(folder: string): Case[] {
  if (!existsSync(folder)) {
    throw new AtlasError("usage", `there is no folder ${folder}; name a folder of recordings`);
  }
  if (!existsSync(join(folder, "labels.json"))) return readCases(folder);
  if (existsSync(join(folder, "casts"))) return readProgramLabels(folder);
  if (existsSync(join(folder, "recordings"))) return readAgentLabels(folder);
  throw new AtlasError(
    "usage",
    `${folder} has labels.json and neither casts/ nor recordings/; put the recordings there`,
  );
}
