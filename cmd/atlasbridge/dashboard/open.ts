/** The dashboard, listening and known to other terminals, in whichever process serves it. */
import { AtlasError } from "../../../contracts/errors.ts";
import { type LocalServer, serveLocal } from "../../../runtime/operator/local-server.ts";
import { systemRandom } from "../../../runtime/random.ts";
import type { Cli } from "../cli.ts";
import { visible } from "../visible.ts";
import { readAssets } from "./assets.ts";
import { localParts } from "./parts.ts";
import { forgetServing, keyOf, linkTo, writeServing } from "./serving.ts";

export type OpenDashboard = {
  /** `http://127.0.0.1:41520` */
  origin: string;
  /** Opens it once. */
  link(): string;
  close(): Promise<void>;
};

type Where = { port: number; hostnames: readonly string[] };

/** Throws `usage` where the port is taken. */
export async function openDashboard(cli: Cli, { port, hostnames }: Where): Promise<OpenDashboard> {
  const key = keyOf(cli);
  const serving = systemRandom.uuidv7();
  const assets = await readAssets();
  const server = listen({ port, hostnames, key, serving, parts: localParts(cli), assets });
  const [host = "127.0.0.1"] = server.hostnames;
  writeServing(cli.paths.dashboardFile, { host, port: server.port, serving });
  return {
    origin: new URL(linkTo(host, server.port, "")).origin,
    link: () => linkTo(host, server.port, key.ticket(serving)),
    async close() {
      forgetServing(cli.paths.dashboardFile, serving);
      await server.stop();
    },
  };
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
