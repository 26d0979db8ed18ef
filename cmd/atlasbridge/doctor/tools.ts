/** The known AI tools on this machine: their versions, and whether `run` starts them so that they ask. */
import type { Finding } from "../../../contracts/doctor.ts";
import { launchOf } from "../../../runtime/prompt/tools/launch.ts";
import type { ToolRules } from "../../../runtime/prompt/tools/rules.ts";
import { isLearnt } from "../../../runtime/prompt/tools/version.ts";
import { tools } from "../../../runtime/prompt/tools/tools.ts";
import { versionFromFile } from "../tool-version.ts";
import { sayer } from "./finding.ts";

const say = sayer("tools");

/** A tool that takes longer to say its version is not waited for. */
const versionMsMax = 5_000;

/** One finding for each known tool on the path, or one for none. */
export async function toolFindings(
  variables: Readonly<Record<string, string>>,
): Promise<Finding[]> {
  const path = variables["PATH"] ?? "";
  const installed = tools.flatMap((rules) => {
    const file = Bun.which(rules.tool, { PATH: path });
    return file === null ? [] : [{ rules, file }];
  });
  if (installed.length === 0) {
    const names = tools.map(({ tool }) => tool).join(", ");
    return [say.ok("tools", `none of ${names} on the path; any program can be governed`)];
  }
  return await Promise.all(
    installed.map(async ({ rules, file }) =>
      findingOf(rules, versionFromFile(file, rules) ?? (await versionOf(file, variables))),
    ),
  );
}

/** Says what follows from a version: `null` is one that could not be learnt. */
export function findingOf(rules: ToolRules, version: string | null): Finding {
  const { tool, versions } = rules;
  const name = `tool ${tool}`;
  const added = launchOf([tool], false).argv.slice(1).join(" ");
  const starts = `run starts it with ${added}`;
  if (version === null) {
    const detail = `it did not say its version; ${starts}`;
    return say.warning({ name, detail }, `${tool} --version`);
  }
  if (isLearnt(rules, version)) {
    return say.ok(name, `${version}, whose dialogs are known; ${starts}`);
  }
  const known = versions.map((one) => `${one}.x`).join(", ");
  const detail = `${version}; its dialogs were learnt from ${known} and may have changed, so they count for less: watch its first prompts; ${starts}`;
  return say.warning({ name, detail }, `atlasbridge run --mode assist -- ${tool}`);
}

async function versionOf(
  file: string,
  variables: Readonly<Record<string, string>>,
): Promise<string | null> {
  const child = Bun.spawn([file, "--version"], {
    env: { ...variables },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "ignore",
    timeout: versionMsMax,
    killSignal: "SIGKILL",
  });
  const out = await new Response(child.stdout).text();
  return /\d+\.\d+\.\d+/.exec(out)?.[0] ?? null;
}
