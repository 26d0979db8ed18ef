/** `atlasbridge dashboard`: serves the page that people keep open, to this machine alone. */
import { InvalidArgumentError } from "commander";
import type { Register } from "./cli.ts";
import { dashboardPort } from "./dashboard/place.ts";

export type DashboardOptions = {
  port: number;
  open?: boolean;
  bind?: string;
  iUnderstandTheRisk?: boolean;
};

const help = `
Examples:
  $ atlasbridge dashboard --open
  $ ssh -L 41520:127.0.0.1:41520 devbox   then open the link at home

It listens on 127.0.0.1 and ::1 alone. The printed link opens it once, in one
browser, which then stays let in for 30 days; run the command again for
another link, also while it is being served. It ends with ^C. The daemon can
serve it in the background: atlasbridge config set daemon.dashboard true
`;

export const registerDashboard: Register = (program, run) => {
  program
    .command("dashboard")
    .description(
      "serve the dashboard on this machine: what runs, what waits for you, what was decided and why",
    )
    .option("--port <port>", "where to listen", portNumber, dashboardPort)
    .option("--open", "open it in your browser")
    .option("--bind <address>", "listen on another address than loopback")
    .option("--i-understand-the-risk", "with --bind: let others on the network reach it")
    .addHelpText("after", help)
    .action(
      run(async (cli, options: DashboardOptions) => {
        // Not loaded by any other command: a server, a router and the page.
        const { serveDashboard } = await import("./dashboard/serve.ts");
        return await serveDashboard(cli, options);
      }),
    );
};

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("It must be a number from 0 (any free port) to 65535.");
}
