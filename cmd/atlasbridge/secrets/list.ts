/** `secrets list`: the names of what is in the keychain for policies. */
import { limits } from "../../../contracts/limits.ts";
import { outputFormat } from "../../../contracts/version.ts";
import type { SecretsListView } from "../../../contracts/views.ts";
import { type Cli, print } from "../cli.ts";
import { assertDone, keychainOf } from "./keychain.ts";

export async function listSecrets(cli: Cli): Promise<number> {
  const found = await keychainOf(cli).names({ withinMs: limits.keychainAskMs });
  assertDone(found);
  const secrets = found.names.map((name) => ({ name }));
  const view: SecretsListView = { format: outputFormat, secrets };
  return print(cli, view, () =>
    found.names.length === 0
      ? "no secrets, or the keychain is locked; store one with: atlasbridge secrets set NAME\n"
      : found.names.map((name) => `${name}\n`).join(""),
  );
}
