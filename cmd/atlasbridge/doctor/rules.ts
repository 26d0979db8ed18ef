/** What decides: the settings, the policies that hold here, and the machine's brake. */
import { existsSync } from "node:fs";
import type { Finding } from "../../../contracts/doctor.ts";
import { readAutopilot } from "../../../runtime/operator/autopilot.ts";
import { readConfig } from "../../../runtime/config-file.ts";
import { openStack } from "../../../runtime/policy/stack.ts";
import type { Cli } from "../cli.ts";
import { stackPlaces } from "../policy/places.ts";
import { reasonOf, sayer, shellWord } from "./finding.ts";

const say = sayer("policy");

export function ruleFindings(cli: Cli): Finding[] {
  return [settings(cli), policy(cli), brake(cli)];
}

function settings({ paths, environment }: Cli): Finding {
  const name = "settings";
  try {
    readConfig(paths, environment);
    const has = existsSync(paths.configFile);
    return say.ok(name, has ? `${paths.configFile} is sound` : "no config.yaml: the defaults hold");
  } catch (error) {
    const fix = `"\${EDITOR:-vi}" ${shellWord(paths.configFile)}`;
    return say.failed({ name, detail: reasonOf(error) }, fix);
  }
}

/** Every policy that holds here, as a session would find it. */
function policy(cli: Cli): Finding {
  const name = "policy";
  try {
    const places = stackPlaces(cli, { file: undefined, cwd: process.cwd() });
    const { parts, warnings } = openStack(places, cli.environment);
    const [warning] = warnings;
    if (warning !== undefined) {
      return say.failed({ name, detail: warning }, "atlasbridge policy show");
    }
    if (parts.every(({ files }) => files.length === 0)) {
      return say.warning(
        { name, detail: "none: every prompt is yours" },
        "atlasbridge policy init",
      );
    }
    const held = parts.map(({ layer, compiled: { policy: one, rules } }) => {
      const whose = layer === "user" ? "" : ` (the ${layer === "admin" ? "machine" : "project"}'s)`;
      return `${one.name}, ${rules.length} rules${whose}`;
    });
    return say.ok(name, held.join("; "));
  } catch (error) {
    return say.failed({ name, detail: reasonOf(error) }, "atlasbridge policy validate");
  }
}

function brake({ paths }: Cli): Finding {
  const name = "autopilot";
  const { state, mode, fault } = readAutopilot(paths.autopilotFile);
  const resume = "atlasbridge autopilot resume";
  if (fault !== null) {
    const detail = `its file is not to be read (${fault}), so everything is paused`;
    return say.failed({ name, detail }, resume);
  }
  if (state === "paused") {
    return say.warning({ name, detail: "paused: nothing is answered by policy" }, resume);
  }
  if (mode !== "full") {
    const detail = `limited to ${mode} on this whole machine`;
    return say.warning({ name, detail }, "atlasbridge autopilot mode full");
  }
  return say.ok(name, "not paused");
}
