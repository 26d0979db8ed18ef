/** Which service this machine is enrolled with, and how it is changed. */
import type { Config } from "../../../contracts/config.ts";
import { AtlasError } from "../../../contracts/errors.ts";
import { parseConfig, readConfig } from "../../../runtime/config-file.ts";
import { cloudOrigin } from "../../../runtime/upload/cloud.ts";
import type { Cli } from "../cli.ts";
import { changed, textOf, write } from "../config/change.ts";

export type Enrolled = Config["cloud"] & { origin: string; key_id: string };

/** Null where nothing is to be sent. Throws `usage` for an address that is none. */
export function enrolledIn({ paths, environment }: Cli): Enrolled | null {
  const { cloud } = readConfig(paths, environment);
  if (cloud.url === null || cloud.key_id === null) return null;
  return { ...cloud, origin: cloudOrigin(cloud.url), key_id: cloud.key_id };
}

/** Throws `not_found`. */
export function mustBeEnrolled(cli: Cli): Enrolled {
  const enrolled = enrolledIn(cli);
  if (enrolled !== null) return enrolled;
  const message =
    "this machine is enrolled nowhere, so there is nothing to send; see: atlasbridge cloud enroll --help";
  throw new AtlasError("not_found", message);
}

type Settings = Partial<Record<"url" | "key_id" | "witness_key", string | null>>;

/** Several settings of the section in one step; null takes one out. Throws `config_invalid`, `home_unusable`. */
export function writeEnrolment({ paths: { configFile } }: Cli, settings: Settings): void {
  let text = textOf(configFile);
  for (const [name, value] of Object.entries(settings)) {
    text = changed(text, { key: `cloud.${name}`, value });
  }
  parseConfig(text, configFile);
  write(configFile, text);
}
