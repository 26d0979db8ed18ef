/** `notify remove`: a target less, its secret forgotten. */
import type { NotifyRemoveView } from "../../../contracts/notify.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { forgetResult } from "../../../runtime/operator/notify/results.ts";
import { needsSecret } from "../../../runtime/operator/notify/target-secrets.ts";
import { assertByPerson } from "../by-person.ts";
import { type Cli, print } from "../cli.ts";
import { recordAct } from "../trace/append-own.ts";
import { forgetTargetSecret, targetOf, writeTargets, writtenTargets } from "./targets.ts";

/** Throws `not_found`. */
export async function removeTarget(cli: Cli, name: string): Promise<number> {
  assertByPerson(cli);
  const before = writtenTargets(cli);
  const target = targetOf(before, name);
  // First of all: whatever fails from here on, nothing more is sent by sessions that start.
  writeTargets(
    cli,
    before.filter((one) => one !== target),
  );
  recordAct(cli, { action: "notify remove" });
  forgetResult(cli.paths.notifyResultsFolder, name);
  const trouble = needsSecret(target) ? await forgetTargetSecret(cli, name) : null;
  if (trouble !== null) cli.note(`warning: the secret of ${name} is still there: ${trouble}`);
  const view: NotifyRemoveView = { format: outputFormat, name, forgotten: trouble === null };
  return print(cli, view, () => `removed ${name}; sessions that run use it until they end\n`);
}
