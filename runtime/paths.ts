/** Where things lie on this machine: the XDG base directories, or everything under one `--home`. */
import { join } from "node:path";
import type { Environment } from "./config.ts";

export type Paths = {
  /** Holds `config.yaml` and `policy.yaml`. */
  config: string;
  /** Holds `trace.db`. */
  state: string;
  configFile: string;
  policyFile: string;
  /** The machine's policy, which is root's; null where the system has no place for one. */
  adminPolicyFile: string | null;
  traceFile: string;
  /** The agent's private key, which signs checkpoints. */
  keyFile: string;
  /** Verifier keys of the witnesses that are trusted; absent until there is one. */
  witnessesFile: string;
  /** The machine-wide brake; absent until it is first used. */
  autopilotFile: string;
  /** What a person has said of folders; absent until something is. */
  workspaceFile: string;
  /** Sockets of running sessions, and of the daemon. */
  socketFolder: string;
  /** What the daemon, and sessions in the background, had to say. */
  logsFolder: string;
  /** Held by the daemon for as long as it lives. */
  daemonLockFile: string;
  /** The key of fingerprints, which never leaves; absent until a level asks for it. */
  fingerprintKeyFile: string;
  /** The secret that signs uploads, where there is no keychain. */
  signingSecretFile: string;
  /** Opens the local dashboard; absent until it is first served. */
  dashboardKeyFile: string;
  /** Where the dashboard is being served, and by which process; absent while it is not. */
  dashboardFile: string;
  /** What sessions' terminals showed, a file for each. */
  recordingsFolder: string;
  /** The secrets of notification targets, where there is no keychain. */
  notifySecretsFile: string;
  /** How each notification target was last reached, a file for each. */
  notifyResultsFolder: string;
};

/**
 * XDG Base Directory Specification 0.8 on Linux, `~/Library/Application Support` on macOS,
 * `%APPDATA%` and `%LOCALAPPDATA%` on Windows. A `home` puts everything into that one folder.
 */
export function resolvePaths(environment: Environment, home: string | null): Paths {
  const { config, state } =
    home === null ? standardFolders(environment) : { config: home, state: home };
  return {
    config,
    state,
    configFile: join(config, "config.yaml"),
    policyFile: join(config, "policy.yaml"),
    adminPolicyFile: adminPolicyFile(environment.platform),
    traceFile: join(state, "trace.db"),
    keyFile: join(state, "agent.key"),
    witnessesFile: join(config, "witnesses"),
    autopilotFile: join(state, "autopilot.json"),
    workspaceFile: join(state, "workspaces.json"),
    socketFolder: join(state, "sockets"),
    logsFolder: join(state, "logs"),
    daemonLockFile: join(state, "daemon.lock"),
    fingerprintKeyFile: join(state, "fingerprint.key"),
    signingSecretFile: join(state, "cloud.secret"),
    dashboardKeyFile: join(state, "dashboard.key"),
    dashboardFile: join(state, "dashboard.json"),
    recordingsFolder: join(state, "recordings"),
    notifySecretsFile: join(state, "notify.secret"),
    notifyResultsFolder: join(state, "notified"),
  };
}

/** The same whatever the home: whoever is governed by it must not choose where it lies. */
function adminPolicyFile(platform: NodeJS.Platform): string | null {
  if (platform === "win32") return null;
  return platform === "darwin"
    ? "/Library/Application Support/atlasbridge/policy.yaml"
    : "/etc/atlasbridge/policy.yaml";
}

function standardFolders({ platform, userHome, variables }: Environment) {
  if (platform === "darwin") {
    const folder = join(userHome, "Library", "Application Support", "atlasbridge");
    return { config: folder, state: folder };
  }
  if (platform === "win32") {
    return {
      config: join(variables["APPDATA"] ?? join(userHome, "AppData", "Roaming"), "atlasbridge"),
      state: join(variables["LOCALAPPDATA"] ?? join(userHome, "AppData", "Local"), "atlasbridge"),
    };
  }
  const xdg = (name: string, fallback: string): string => {
    const value = variables[name];
    // The specification: a relative path in these variables is invalid and must be ignored.
    return value?.startsWith("/") ? value : join(userHome, fallback);
  };
  return {
    config: join(xdg("XDG_CONFIG_HOME", ".config"), "atlasbridge"),
    state: join(xdg("XDG_STATE_HOME", ".local/state"), "atlasbridge"),
  };
}
