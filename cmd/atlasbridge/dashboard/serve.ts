/** Serves the local dashboard until it is told to end, or gives a new link to the one that is being served. */
import type { DashboardServedView } from "../../../contracts/dashboard.ts";
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { assertByPerson } from "../by-person.ts";
import { type Cli, outliveReaders } from "../cli.ts";
import type { DashboardOptions } from "../dashboard.ts";
import { visible, visibleJson } from "../visible.ts";
import { openInBrowser } from "./browser.ts";
import { openDashboard } from "./open.ts";
import { loopback } from "./place.ts";
import { keyOf, linkTo, readServing } from "./serving.ts";

/** Throws `refused_by_policy` within a governed session, `usage` for an address that others reach. */
export async function serveDashboard(cli: Cli, options: DashboardOptions): Promise<number> {
  assertByPerson(cli);
  const hostnames = hostnamesOf(cli, options);
  const before = readServing(cli.paths.dashboardFile);
  if (before !== null && options.bind === undefined) {
    const { host, port, serving } = before;
    tell(cli, options, { link: linkTo(host, port, keyOf(cli).ticket(serving)), already: true });
    return exitCodes.ok;
  }
  const open = await openDashboard(cli, { port: options.port, hostnames });
  // Whoever started it may have read the link and gone.
  outliveReaders();
  tell(cli, options, { link: open.link(), already: false });
  await untilStopped();
  await open.close();
  return exitCodes.ok;
}

function hostnamesOf(cli: Cli, { bind, iUnderstandTheRisk: isUnderstood }: DashboardOptions) {
  if (bind === undefined || loopback.includes(bind) || bind === "localhost") return loopback;
  const risk = `whoever reaches ${visible(bind)} can read and change what passes between your browser and the dashboard, which answers for you`;
  if (isUnderstood !== true) {
    const message = `${risk}; leave out --bind and use an ssh tunnel, or add --i-understand-the-risk`;
    throw new AtlasError("usage", message);
  }
  cli.note(`warning: ${risk}: nothing of it is encrypted`);
  return [bind];
}

type Told = { link: string; already: boolean };

function tell(cli: Cli, { open }: DashboardOptions, { link, already }: Told): void {
  const isOpened = open === true && openInBrowser(cli.environment, link);
  if (cli.json) {
    const view: DashboardServedView = { format: outputFormat, url: link, already_served: already };
    cli.raw(`${visibleJson(view, null)}\n`);
    return;
  }
  cli.out(`${link}\n`);
  if (isOpened) cli.note("opened in your browser");
  else if (open === true) cli.note("no browser was found here: open the link yourself");
  if (already) cli.note("it is being served already; the link opens it once");
  else cli.note("the link opens it once; ^C ends it");
}

async function untilStopped(): Promise<void> {
  const stopped = Promise.withResolvers<void>();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(name, () => stopped.resolve());
  }
  await stopped.promise;
}
