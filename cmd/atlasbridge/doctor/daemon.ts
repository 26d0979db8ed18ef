/** The background service: needed by nobody, and where it is enrolled the one who sends. */
import type { DaemonStatusView } from "../../../contracts/daemon.ts";
import type { Finding } from "../../../contracts/doctor.ts";
import { productVersion } from "../../../contracts/version.ts";
import { readConfig } from "../../../runtime/config-file.ts";
import type { Cli } from "../cli.ts";
import { daemonStatus } from "../daemon/reach.ts";
import { reasonOf, sayer } from "./finding.ts";

const say = sayer("cloud");

export async function daemonCheck(cli: Cli): Promise<Finding> {
  try {
    return daemonFinding(await daemonStatus(cli), isEnrolled(cli));
  } catch (error) {
    return say.failed({ name: "daemon", detail: reasonOf(error) }, "atlasbridge daemon status");
  }
}

/** Settings that are not sound have a finding of their own. */
function isEnrolled({ paths, environment }: Cli): boolean {
  try {
    return readConfig(paths, environment).cloud.url !== null;
  } catch {
    return false;
  }
}

export function daemonFinding({ state, daemon }: DaemonStatusView, enrolled: boolean): Finding {
  const name = "daemon";
  const start = "atlasbridge daemon start";
  if (state === "silent") {
    const detail = "it runs and does not answer";
    return say.failed({ name, detail }, `atlasbridge daemon stop && ${start}`);
  }
  if (daemon === null) {
    const detail = "not running";
    return enrolled
      ? say.warning({ name, detail: `${detail}: the log is sent only by cloud sync` }, start)
      : say.ok(name, `${detail}; nothing here needs it`);
  }
  if (daemon.version !== productVersion) {
    const detail = `it runs as version ${daemon.version}, this is ${productVersion}`;
    return say.warning({ name, detail }, `atlasbridge daemon stop && ${start}`);
  }
  return say.ok(name, `running (process ${daemon.pid}), with ${daemon.sessions} sessions`);
}
