/** `cloud leave`: nothing is sent any more, and the key is forgotten. */
import type { CloudLeaveView } from "../../../contracts/upload-state.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { assertByPerson } from "../by-person.ts";
import { type Cli, print } from "../cli.ts";
import { recordAct } from "../trace/append-own.ts";
import { mustBeEnrolled, writeEnrolment } from "./enrolled.ts";
import { forgetSecret } from "./secret.ts";

/** Throws `not_found` where nothing is sent anyway. */
export async function leave(cli: Cli): Promise<number> {
  assertByPerson(cli);
  const { origin, key_id: keyId } = mustBeEnrolled(cli);
  // First of all: whatever fails from here on, nothing more is sent.
  writeEnrolment(cli, { url: null, key_id: null, witness_key: null });
  recordAct(cli, { action: "cloud leave" });
  const trouble = await forgetSecret(cli, keyId);
  if (trouble !== null) cli.note(`warning: the secret of ${keyId} is still there: ${trouble}`);
  const view: CloudLeaveView = {
    format: outputFormat,
    url: origin,
    key_id: keyId,
    forgotten: trouble === null,
  };
  return print(cli, view, () => {
    return `left ${origin}: nothing is sent any more, and what was sent stays there; have the key ${keyId} revoked by who made it\n`;
  });
}
