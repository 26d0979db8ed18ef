/** Serves the local dashboard until it is told to end, or gives a new link to the one that is being served. */
import type { DashboardServedView } from "../../../contracts/dashboard.ts";
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { openLocalKey } from "../../../runtime/operator/local-key.ts";
import { type LocalServer, serveLocal } from "../../../runtime/operator/local-server.ts";
import { systemRandom } from "../../../runtime/random.ts";
import { assertByPerson } from "../by-person.ts";
import type { Cli } from "../cli.ts";
import type { DashboardOptions } from "../dashboard.ts";
import { visible, visibleJson } from "../visible.ts";
import { readAssets } from "./assets.ts";
import { openInBrowser } from "./browser.ts";
import { localParts } from "./parts.ts";
import { forgetServing, linkTo, readServing, writeServing } from "./serving.ts";

const loopback = ["127.0.0.1", "::1"];

/** Throws `refused_by_policy` within a governed session, `usage` for an address that others reach. */
export async function serveDashboard(cli: Cli, options: DashboardOptions): Promise<number> {
  assertByPerson(cli);
  const hostnames = hostnamesOf(cli, options);
  const key = openLocalKey(cli.paths.dashboardKeyFile, {
    clock: systemClock,
    random: systemRandom,
  });
  const before = readServing(cli.paths.dashboardFile);
  if (before !== null && options.bind === undefined) {
    const { host, port, serving } = before;
    tell(cli, options, { link: linkTo(host, port, key.ticket(serving)), already: true });
    return exitCodes.ok;
  }
  const serving = systemRandom.uuidv7();
  const server = listen({
    port: options.port,
    hostnames,
    key,
    serving,
    parts: localParts(cli),
    assets: await readAssets(),
  });
  const [host = "127.0.0.1"] = server.hostnames;
  writeServing(cli.paths.dashboardFile, { host, port: server.port, serving });
  tell(cli, options, { link: linkTo(host, server.port, key.ticket(serving)), already: false });
  await untilStopped();
  forgetServing(cli.paths.dashboardFile, serving);
  await server.stop();
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

function listen(options: Parameters<typeof serveLocal>[0]): LocalServer {
  try {
    return serveLocal(options);
  } catch (cause) {
    const [host = ""] = options.hostnames;
    const where = `${visible(host)}, port ${options.port}`;
    const message = `the dashboard cannot listen on ${where}; another program may be there: choose another with --port`;
    throw new AtlasError("usage", message, { cause });
  }
}

type Told = { link: string; already: boolean };

function tell(cli: Cli, { open }: DashboardOptions, { link, already }: Told): void {
  const isOpened = open === true && openInBrowser(cli.environment, link);
  if (cli.json) {
    const view: DashboardServedView = { format: outputFormat, url: link, already_served: already };
    cli.out(`${visibleJson(view, null)}\n`);
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
