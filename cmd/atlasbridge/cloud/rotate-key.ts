/** `cloud rotate-key`: the key that was made to follow this one takes its place. */
import type { CloudRotateKeyView } from "../../../contracts/upload-state.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { systemRandom } from "../../../runtime/random.ts";
import { openCloud } from "../../../runtime/upload/cloud.ts";
import { assertByPerson } from "../by-person.ts";
import { type Cli, print } from "../cli.ts";
import { mustBeEnrolled } from "./enrolled.ts";
import { secretOf } from "./secret.ts";
import { fetchSuccessor } from "./successor.ts";

export async function rotateKey(cli: Cli): Promise<number> {
  assertByPerson(cli);
  const { origin, key_id: old } = mustBeEnrolled(cli);
  const key = { keyId: old, secret: await secretOf(cli, old) };
  const cloud = openCloud({ origin, key: () => key, clock: systemClock, random: systemRandom });
  const { keyId } = await fetchSuccessor(cli, { cloud, keyId: old });
  const view: CloudRotateKeyView = {
    format: outputFormat,
    url: origin,
    key_id: keyId,
    old_key_id: old,
  };
  return print(cli, view, () => `${keyId} signs from now on, in place of ${old}\n`);
}
