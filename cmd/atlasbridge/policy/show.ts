/** `policy show`: what holds for a session started here: every policy, and the file and line of each rule. */
import { resolve } from "node:path";
import { AtlasError } from "../../../contracts/errors.ts";
import type { PolicyShowView } from "../../../contracts/policy-view.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { realFolder } from "../../../runtime/operator/workspaces.ts";
import { openStack, type Stack, type StackPart } from "../../../runtime/policy/stack.ts";
import { type Cli, print, type Register } from "../cli.ts";
import { stackPlaces } from "./places.ts";

const showHelp = `
Examples:
  $ atlasbridge policy show
  $ hash=$(atlasbridge policy show --json | jq -r .hash)
  $ atlasbridge run --policy-hash "$hash" -- claude

The machine's policy (/etc/atlasbridge/policy.yaml, root's alone) stands above
yours, and yours above the project's (.atlasbridge/policy.yaml in the folder,
or above it in its git work tree). In each, the first rule that matches
speaks. The highest that speaks has the word; a lower one counts where it is
stricter (auto_reply < notify_only < require_human < deny), and a project's
auto_reply never. Where no rule matches, the strictest of all defaults holds;
of autonomy_mode and of each brake, the strictest always does.
`;

export const registerShow: Register = (policy, run) => {
  policy
    .command("show")
    .description("print every policy that holds in a folder, and the file and line of each rule")
    .option("-p, --policy <file>", "in place of your own policy, as with run")
    .option("--cwd <dir>", "folder of the session (default: this folder)")
    .addHelpText("after", showHelp)
    .action(run((cli, options: ShowOptions) => showPolicy(cli, options)));
};

type ShowOptions = { policy?: string; cwd?: string };

/** Throws what a session started there would fail with. */
function showPolicy(cli: Cli, options: ShowOptions): number {
  const named = resolve(options.cwd ?? ".");
  const cwd = realFolder(named);
  if (cwd === null) throw new AtlasError("usage", `there is no folder ${named}; name one`);
  const places = stackPlaces(cli, { file: options.policy, cwd });
  const stack = openStack(places, cli.environment);
  for (const warning of stack.warnings) cli.note(`warning: ${warning}`);
  const view = viewOf(stack);
  return print(cli, view, () => `${write(view).join("\n")}\n`);
}

function viewOf({ policy, parts, warnings }: Stack): PolicyShowView {
  return {
    format: outputFormat,
    hash: policy.hash,
    mode: policy.mode,
    brakes: policy.layers[0]?.compiled.policy.brakes ?? {},
    layers: parts.map(viewLayer),
    warnings,
  };
}

function viewLayer({
  layer,
  compiled,
  files,
  places,
}: StackPart): PolicyShowView["layers"][number] {
  const { name, autonomy_mode: mode = null, defaults, rules } = compiled.policy;
  return {
    layer,
    name,
    files: [...files],
    hash: compiled.hash,
    mode,
    defaults,
    rules: rules.map(({ id, action, description = null }) => {
      const replies = action.type === "auto_reply" && action.reply !== "deny";
      const counts = layer !== "project" || !replies;
      const place = places.get(id) ?? null;
      return { rule_id: id, action: action.type, description, place, counts };
    }),
  };
}

const purposes = {
  admin: "the machine's, above yours",
  user: "yours",
  project: "the project's: it can only hold back",
} as const;

function write({ hash, mode, brakes, layers }: PolicyShowView): string[] {
  const held = Object.entries(brakes).map(([name, most]) => `${name} ${most}`);
  const lines = [
    `hash      ${hash}`,
    `mode      ${mode ?? "full (no policy says otherwise)"}`,
    `brakes    ${held.length === 0 ? "those that always hold" : held.join(", ")}`,
  ];
  for (const { layer, name, files, defaults, rules } of layers) {
    lines.push("", `${layer}: "${name}" (${purposes[layer]})`);
    lines.push(`  from      ${files.length === 0 ? "built in" : files.join(", ")}`);
    lines.push(
      `  defaults  no_match ${defaults.no_match}, low_confidence ${defaults.low_confidence}`,
    );
    const width = Math.max(0, ...rules.map(({ rule_id }) => rule_id.length));
    for (const { rule_id: id, action, place, counts } of rules) {
      const says = `${action}${counts ? "" : " (never given)"}`;
      const where = place === null ? "" : `  ${place.file}:${place.line}`;
      lines.push(`  ${id.padEnd(width)}  ${says.padEnd(actionChars)}${where}`);
    }
  }
  return lines;
}

const actionChars = "auto_reply (never given)".length;
