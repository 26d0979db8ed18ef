/** How you are called: the bell, the desktop, the keychain that holds secrets, and each target. */
import { basename } from "node:path";
import type { Finding } from "../../../contracts/doctor.ts";
import { limits } from "../../../contracts/limits.ts";
import type { NotifyTarget } from "../../../contracts/notify.ts";
import { readConfig } from "../../../runtime/config-file.ts";
import type { Keychain } from "../../../runtime/keychain/keychain.ts";
import { sayTrouble } from "../../../runtime/keychain/keychain.ts";
import { lastResult } from "../../../runtime/operator/notify/results.ts";
import { needsSecret, readTargetSecret } from "../../../runtime/operator/notify/target-secrets.ts";
import type { Cli } from "../cli.ts";
import { localTime } from "../layout.ts";
import { openStack } from "../../../runtime/policy/stack.ts";
import { stackPlaces } from "../policy/places.ts";
import { notifierOf } from "../run/desktop.ts";
import { keychainOf } from "../secrets/keychain.ts";
import { reasonOf, sayer } from "./finding.ts";

const say = sayer("calls");

export async function callFindings(cli: Cli): Promise<Finding[]> {
  const keychain = keychainOf(cli);
  const found = await keychainFinding(cli, keychain);
  const targets = targetsOf(cli);
  return [
    notifications(cli, targets.length),
    ...(await Promise.all(targets.map((target) => targetFinding(cli, { target, keychain })))),
    found,
  ];
}

/** Settings that are not sound have a finding of their own. */
function targetsOf({ paths, environment }: Cli): NotifyTarget[] {
  try {
    return readConfig(paths, environment).notify.targets;
  } catch {
    return [];
  }
}

function notifications({ environment }: Cli, targets: number): Finding {
  const program = notifierOf(environment);
  const here =
    program === null
      ? "the bell alone, as there is no desktop"
      : `${basename(program)} and the bell`;
  const elsewhere =
    targets === 0 ? "" : ` and ${targets === 1 ? "1 target" : `${targets} targets`} elsewhere`;
  return say.ok("notifications", `you are called by ${here}${elsewhere}`);
}

type Asked = { target: NotifyTarget; keychain: Keychain };

async function targetFinding(cli: Cli, { target, keychain }: Asked): Promise<Finding> {
  const name = `target ${target.name}`;
  const { notifySecretsFile: file, notifyResultsFolder } = cli.paths;
  try {
    const isThere =
      !needsSecret(target) || (await readTargetSecret(target.name, { keychain, file })) !== null;
    if (!isThere) {
      const detail = "its secret is not there, or the keychain is locked: it is not told";
      return say.failed({ name, detail }, "atlasbridge notify add --help");
    }
  } catch (error) {
    return say.failed({ name, detail: reasonOf(error) }, `chmod 600 ${file}`);
  }
  const last = lastResult(notifyResultsFolder, target.name);
  const test = `atlasbridge notify test ${target.name}`;
  if (last === null) return say.warning({ name, detail: "nothing was sent there yet" }, test);
  const when = localTime(last.at).slice(0, -".000".length);
  if (last.delivered) return say.ok(name, `${target.type}, last reached ${when}`);
  return say.warning({ name, detail: `not reached ${when}: ${last.detail ?? ""}` }, test);
}

/** Without one, passwords are a person's: a warning to those who have a rule that names a secret. */
async function keychainFinding(cli: Cli, keychain: Keychain): Promise<Finding> {
  const name = "keychain";
  const found = await keychain.names({ withinMs: limits.keychainReadMs });
  if (found.ok) {
    const count = found.names.length;
    return say.ok(
      name,
      `it answers, with ${count === 1 ? "1 secret" : `${count} secrets`} for policies`,
    );
  }
  const what = sayTrouble({ ...found }).split("; ")[0] ?? "";
  const detail = `${what}: passwords are yours to type`;
  if (!namesSecrets(cli)) return say.ok(name, `none is needed here; ${detail}`);
  return say.warning({ name, detail }, remedies[found.trouble]);
}

/** A rule wants one typed. Secrets of our own are in private files where there is no keychain. */
function namesSecrets(cli: Cli): boolean {
  try {
    const places = stackPlaces(cli, { file: undefined, cwd: process.cwd() });
    const { parts } = openStack(places, cli.environment);
    return parts.some(({ compiled }) =>
      compiled.policy.rules.some(({ action }) => "secret" in action && action.secret !== undefined),
    );
  } catch {
    // A policy that cannot be read has a finding of its own.
    return true;
  }
}

const remedies = {
  none: "sudo apt-get install gnome-keyring",
  unreachable: "dbus-run-session -- sh -c 'gnome-keyring-daemon --unlock; exec sh'",
  locked: "gnome-keyring-daemon --unlock",
  full: "atlasbridge secrets list",
  silent: "atlasbridge secrets list",
} as const;
