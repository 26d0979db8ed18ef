/** `secrets remove`: takes a secret out of the keychain. */
import { AtlasError } from "../../../contracts/errors.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { type Cli, print } from "../cli.ts";
import { recordAct } from "../trace/append-own.ts";
import { assertDone, checkedName, keychainOf } from "./keychain.ts";

/** Throws `not_found` when there is none of that name, or `keychain_unavailable`. */
export async function removeSecret(cli: Cli, given: string): Promise<number> {
  const name = checkedName(given);
  const result = await keychainOf(cli).remove(name);
  assertDone(result);
  if (!result.removed) {
    const message = `the keychain holds no secret ${name}, or is locked; see: atlasbridge secrets list`;
    throw new AtlasError("not_found", message);
  }
  recordAct(cli, { action: "secrets remove", content: { secret: name } });
  return print(cli, { format: outputFormat, name }, () => `removed ${name}\n`);
}
