/** `atlasbridge doctor`: looks at everything a governed session needs and says what to run where it is not well. */
import type { DoctorView, Finding } from "../../contracts/doctor.ts";
import { exitCodes } from "../../contracts/errors.ts";
import { outputFormat, productVersion } from "../../contracts/version.ts";
import { systemClock } from "../../runtime/clock.ts";
import { type Cli, print, type Register } from "./cli.ts";
import { callFindings } from "./doctor/calls.ts";
import { canaryFindings } from "./doctor/canary.ts";
import { cloudFindings } from "./doctor/cloud.ts";
import { daemonCheck } from "./doctor/daemon.ts";
import { diskFinding, fileFindings } from "./doctor/files.ts";
import { Mender, sayer } from "./doctor/finding.ts";
import { ruleFindings } from "./doctor/rules.ts";
import { terminalFindings } from "./doctor/terminals.ts";
import { toldFindings } from "./doctor/told.ts";
import { toolFindings } from "./doctor/tools.ts";
import { driftFinding, traceFindings } from "./doctor/trace.ts";
import { layoutFor } from "./layout.ts";
import { recordActIfPossible } from "./trace/append-own.ts";

const help = `
Examples:
  $ atlasbridge doctor
  $ atlasbridge doctor --canary   also sends a harmless prompt the whole way
  $ atlasbridge doctor --fix

--fix takes back what others may read or change of your files, and closes
sessions whose runtime was killed; that it did is recorded. Nothing else is
changed. --canary has a home and a policy of its own and leaves nothing behind.
Exit code 1 when a check failed.
`;

type Options = { fix?: boolean; canary?: boolean };

export const registerDoctor: Register = (program, run) => {
  program
    .command("doctor")
    .description("check what a governed session needs, and say how to mend it")
    .option("--fix", "mend what is safe to mend (modes of folders and files, sessions that died)")
    .option("--canary", "run a scripted tool through the real path, and say which link is broken")
    .addHelpText("after", help)
    .action(
      run(async (cli, options: Options) => {
        const findings = await examine(cli, options);
        const ok = findings.every(({ status }) => status !== "failed");
        const view: DoctorView = { format: outputFormat, ok, findings };
        print(cli, view, () => toldFindings(findings, layoutFor(process.stdout, cli)));
        return ok ? exitCodes.ok : exitCodes.failed;
      }),
    );
};

async function examine(cli: Cli, { fix, canary }: Options): Promise<Finding[]> {
  const { environment } = cli;
  const mender = new Mender(fix === true);
  const visit = { cli, mender };
  const from = { wall: systemClock.now(), steady: systemClock.monotonicMs() };
  const findings = [
    sayer("program").ok("version", `atlasbridge ${productVersion}; it needs no other program`),
    ...(await terminalFindings(environment)),
    ...fileFindings(visit),
    diskFinding(cli),
    ...(await traceFindings(visit)),
    ...ruleFindings(cli),
    ...(await toolFindings(environment.variables)),
    ...(await callFindings(cli)),
    await daemonCheck(cli),
    ...(await cloudFindings(cli)),
    ...(canary === true ? await canaryFindings({ variables: environment.variables }) : []),
  ];
  if (mender.done.length > 0) recordActIfPossible(cli, { action: "doctor --fix" });
  const drift = driftFinding({
    wallMs: systemClock.now() - from.wall,
    steadyMs: systemClock.monotonicMs() - from.steady,
  });
  return [...findings, ...drift];
}
