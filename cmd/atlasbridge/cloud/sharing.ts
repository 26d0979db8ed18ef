/** How much of the content is sent, as the operator's settings say: the pieces of `upload/content` put together. */
import { AtlasError } from "../../../contracts/errors.ts";
import { systemRandom } from "../../../runtime/random.ts";
import { fingerprinter, type Sharing } from "../../../runtime/upload/content.ts";
import { fingerprintKeyAt } from "../../../runtime/upload/fingerprint-key.ts";
import { hmacSha256 } from "../../../runtime/upload/hashes.ts";
import type { Cli } from "../cli.ts";
import type { Enrolled } from "./enrolled.ts";

/** Throws `config_invalid` for a level that cannot be had, `home_unusable` for a key of fingerprints that is none. */
export function sharingOf(
  cli: Cli,
  { content: level, content_fields: fields }: Enrolled,
  redact: Sharing["redact"] | null,
): Sharing {
  const levels = [level, ...Object.values(fields)];
  const isAsked = (one: typeof level): boolean => levels.includes(one);
  if (isAsked("redacted") && redact === null) {
    const message =
      "cloud.content: redacted needs the redaction of secrets, which is switched off; set redaction.enabled, or another level";
    throw new AtlasError("config_invalid", message);
  }
  return {
    level,
    fields,
    redact: redact ?? unreachable,
    fingerprint: isAsked("fingerprint") ? fingerprints(cli) : unreachable,
  };
}

function fingerprints({ paths }: Cli): Sharing["fingerprint"] {
  return fingerprinter(fingerprintKeyAt(paths.fingerprintKeyFile, systemRandom), hmacSha256);
}

const unreachable = (): never => {
  throw new AtlasError("internal", "content is shared at a level that was not asked for");
};
