/** The daemon as a service of the user's own: a systemd user unit, or a launchd agent. Only the file is written. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { DaemonServiceView } from "../../../contracts/daemon.ts";
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { programOfItself } from "../../../runtime/itself.ts";
import { resolvePaths } from "../../../runtime/paths.ts";
import { assertByPerson } from "../by-person.ts";
import { type Cli, print } from "../cli.ts";
import { visible } from "../visible.ts";

type Service = { file: string; text: string; enable: string[]; disable: string[] };

export type ServiceKind = "systemd" | "launchd";

const name = "atlasbridge";
const label = "dev.atlasbridge.daemon";
/** A file without it was written by somebody else. */
const mark = "Written by atlasbridge daemon install";

export function installService(cli: Cli, kind: ServiceKind, { onlyPrint }: { onlyPrint: boolean }) {
  assertByPerson(cli);
  const { file, text, enable } = serviceOf(cli, kind);
  if (onlyPrint) {
    const view = viewOf(file, "printed", enable);
    return cli.json ? print(cli, view, () => "") : (cli.raw(text), exitCodes.ok);
  }
  assertOurs(file);
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode: 0o644 });
  } catch (error) {
    const message = `${visible(file)} cannot be written: ${visible(String(error))}; check its folder's owner and mode`;
    throw new AtlasError("home_unusable", message, { cause: error });
  }
  return print(cli, viewOf(file, "written", enable), () => textOf(`written: ${file}`, enable));
}

export function uninstallService(cli: Cli, kind: ServiceKind): number {
  assertByPerson(cli);
  const { file, disable } = serviceOf(cli, kind);
  if (!existsSync(file)) {
    return print(cli, viewOf(file, "absent", []), () => `there is none: ${visible(file)}\n`);
  }
  assertOurs(file);
  rmSync(file);
  return print(cli, viewOf(file, "removed", disable), () => textOf(`removed: ${file}`, disable));
}

function viewOf(file: string, done: DaemonServiceView["done"], next: string[]): DaemonServiceView {
  return { format: outputFormat, file, done, next };
}

function textOf(first: string, next: readonly string[]): string {
  return [visible(first), "to make it count, run:", ...next.map((line) => `  ${line}`), ""].join(
    "\n",
  );
}

function assertOurs(file: string): void {
  if (!existsSync(file) || readFileSync(file, "utf8").includes(mark)) return;
  const message = `${visible(file)} was not written by atlasbridge; move it away first`;
  throw new AtlasError("usage", message);
}

function serviceOf(cli: Cli, kind: ServiceKind): Service {
  const argv = [
    ...programOfItself().map((part) => resolve(part)),
    "daemon",
    "start",
    "--foreground",
  ];
  const home = homeOf(cli);
  return kind === "systemd" ? systemdUnit(cli, argv, home) : launchdAgent(cli, argv, home);
}

/** Null where the standard folders are used. */
function homeOf({ environment, paths }: Cli): string | null {
  const standard = resolvePaths(environment, null);
  return paths.state === standard.state ? null : resolve(paths.state);
}

function systemdUnit({ environment }: Cli, argv: readonly string[], home: string | null): Service {
  const { XDG_CONFIG_HOME: config } = environment.variables;
  const folder = config?.startsWith("/") === true ? config : join(environment.userHome, ".config");
  const text = `# ${mark}
[Unit]
Description=AtlasBridge: closes sessions that died, sends the trace where you enrolled

[Service]
Type=exec
ExecStart=${argv.map(systemdQuoted).join(" ")}
${home === null ? "" : `Environment=${systemdQuoted(`ATLASBRIDGE_HOME=${home}`)}\n`}Restart=on-failure
RestartSec=5
# Sessions in the background are processes of their own, and stay.
KillMode=process
NoNewPrivileges=yes

[Install]
WantedBy=default.target
`;
  const unit = `${name}.service`;
  return {
    file: join(folder, "systemd", "user", unit),
    text,
    enable: ["systemctl --user daemon-reload", `systemctl --user enable --now ${unit}`],
    disable: [`systemctl --user disable --now ${unit}`, "systemctl --user daemon-reload"],
  };
}

/** systemd.service(5), "Command lines": in quotes, with what it would replace written twice. */
function systemdQuoted(text: string): string {
  const escaped = text.replaceAll(/["\\]/g, "\\$&").replaceAll("%", "%%").replaceAll("$", "$$$$");
  return `"${escaped.replaceAll("\n", "\\n")}"`;
}

function launchdAgent({ environment }: Cli, argv: readonly string[], home: string | null): Service {
  const variables =
    home === null
      ? ""
      : `  <key>EnvironmentVariables</key>
  <dict>
    <key>ATLASBRIDGE_HOME</key>
    <string>${xml(home)}</string>
  </dict>
`;
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- ${mark} -->
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${label}</string>
  <key>ProgramArguments</key>
  <array>
${argv.map((part) => `    <string>${xml(part)}</string>`).join("\n")}
  </array>
${variables}  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>AbandonProcessGroup</key>
  <true/>
  <key>ProcessType</key>
  <string>Background</string>
</dict>
</plist>
`;
  const file = join(environment.userHome, "Library", "LaunchAgents", `${label}.plist`);
  return {
    file,
    text,
    enable: [`launchctl bootstrap gui/$(id -u) ${shellQuoted(file)}`],
    disable: [`launchctl bootout gui/$(id -u)/${label}`],
  };
}

function xml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const shellQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
