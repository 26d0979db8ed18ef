/** `notify list`: where you are called, and how each target was last reached; nobody is asked. */
import { basename } from "node:path";
import type { NotifyListView, NotifyResult } from "../../../contracts/notify.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { readConfig } from "../../../runtime/config-file.ts";
import { lastResult } from "../../../runtime/operator/notify/results.ts";
import { type Cli, print } from "../cli.ts";
import { layoutFor, localTime, table } from "../layout.ts";
import { notifierOf } from "../run/desktop.ts";
import { whereOf } from "./targets.ts";

export function listTargets(cli: Cli): number {
  const { notify } = readConfig(cli.paths, cli.environment);
  const view: NotifyListView = {
    format: outputFormat,
    bell: notify.bell,
    desktop: notify.desktop ? notifierOf(cli.environment) : null,
    content: notify.content,
    targets: notify.targets.map((target) => ({
      target,
      last: lastResult(cli.paths.notifyResultsFolder, target.name),
    })),
  };
  return print(cli, view, () => told(cli, view));
}

function told(cli: Cli, { bell, desktop, targets }: NotifyListView): string {
  const here = [
    ...(bell ? ["the bell"] : []),
    ...(desktop === null ? [] : [`the desktop (${basename(desktop)})`]),
  ];
  const lines = `here: ${here.length === 0 ? "nothing calls you" : here.join(", ")}\n`;
  if (targets.length === 0) {
    return `${lines}nowhere else; see: atlasbridge notify add --help\n`;
  }
  const rows = targets.map(({ target, last }) => [
    target.name,
    target.type,
    sayLast(last),
    whereOf(target),
  ]);
  const layout = layoutFor(process.stdout, cli);
  return lines + table(["NAME", "TYPE", "LAST", "WHERE"], rows, layout);
}

function sayLast(last: NotifyResult | null): string {
  if (last === null) return "nothing sent yet";
  const when = localTime(last.at);
  return last.delivered ? `reached ${when}` : `failed ${when}: ${last.detail ?? ""}`;
}
