/** `atlasbridge daemon …`: what goes on when no command runs: sessions that died get their end, the trace is sent. */
import { Option } from "commander";
import type { Register } from "./cli.ts";
import type { ServiceKind } from "./daemon/service.ts";

const startHelp = `
Examples:
  $ atlasbridge daemon start
  $ atlasbridge daemon start --foreground      under a supervisor of your own

There is one for each home folder, held by a lock that ends with it. Sessions
in the background do not need it and do not end with it: it records the end of
those whose process died, sends the trace where this machine is enrolled, and
removes recordings and content that are older than you keep them. With
"atlasbridge config set daemon.dashboard true" it serves the dashboard too,
from its next start on; "atlasbridge dashboard" then prints a link to it.
`;

const installHelp = `
Examples:
  $ atlasbridge daemon install
  $ atlasbridge daemon install --kind launchd --print

Only the file is written; the printed commands make it count.
`;

const kinds = new Option("--kind <kind>", "of service")
  .choices(["systemd", "launchd"])
  .default(process.platform === "darwin" ? "launchd" : "systemd");

const examples = `
Examples:
  $ atlasbridge daemon start
  $ atlasbridge daemon status
`;

export const registerDaemon: Register = (program, run) => {
  const daemon = program
    .command("daemon")
    .description("the background service: records the end of sessions that died, sends, tidies")
    .addHelpText("after", examples);

  daemon
    .command("start")
    .description("start it in the background, unless it runs already")
    .option("--foreground", "be it, until a signal; its log is on a file all the same")
    .addHelpText("after", startHelp)
    .action(
      run(async (cli, { foreground }: { foreground?: boolean }) => {
        if (foreground === true) return await (await import("./daemon/serve.ts")).serveDaemon(cli);
        return await (await import("./daemon/start.ts")).startDaemon(cli);
      }),
    );
  daemon
    .command("stop")
    .description("end it, once what it is writing is written; sessions go on")
    .addHelpText("after", "\nExample:\n  $ atlasbridge daemon stop\n")
    .action(run(async (cli) => (await import("./daemon/start.ts")).stopDaemon(cli)));
  daemon
    .command("status")
    .description("say whether it runs, and what it is doing; exit code 1 when it does not")
    .addHelpText("after", "\nExample:\n  $ atlasbridge daemon status --json\n")
    .action(run(async (cli) => (await import("./daemon/start.ts")).showDaemon(cli)));
  daemon
    .command("install")
    .description(
      "write the file that makes it a service of yours: systemd user unit, launchd agent",
    )
    .addOption(kinds)
    .option("--print", "only print it")
    .addHelpText("after", installHelp)
    .action(
      run(async (cli, { kind, print }: { kind: ServiceKind; print?: boolean }) => {
        const { installService } = await import("./daemon/service.ts");
        return installService(cli, kind, { onlyPrint: print === true });
      }),
    );
  daemon
    .command("uninstall")
    .description("remove that file")
    .addOption(kinds)
    .addHelpText("after", "\nExample:\n  $ atlasbridge daemon uninstall\n")
    .action(
      run(async (cli, { kind }: { kind: ServiceKind }) => {
        const { uninstallService } = await import("./daemon/service.ts");
        return uninstallService(cli, kind);
      }),
    );
};
