/** What the dashboard asks of policies: the same commands as a person at a terminal, each in a process of its own. */
import type { MadeUpPrompt } from "../../../contracts/dashboard.ts";
import { policyCoverageView, policySimulateView } from "../../../contracts/policy-tools.ts";
import { policyShowView } from "../../../contracts/policy-view.ts";
import { policyExplainView } from "../../../contracts/policy-views.ts";
import type { PolicyParts } from "../../../runtime/operator/local-router.ts";
import type { Cli } from "../cli.ts";
import { textOf } from "../config/change.ts";
import { ownJson, withFile } from "./own-command.ts";

export function policyParts(cli: Cli): PolicyParts {
  return {
    show: async () => await ownJson(cli, ["policy", "show"], policyShowView),
    coverage: async () => await ownJson(cli, ["policy", "coverage"], policyCoverageView),
    explainPast: async ({ session_id: session, prompt_id: prompt }) => {
      const which = ["--session", session, "--prompt", prompt];
      return await ownJson(cli, ["policy", "explain", ...which], policyExplainView);
    },
    explainMadeUp: async (prompt) =>
      await ownJson(cli, ["policy", "explain", ...optionsOf(prompt)], policyExplainView),
    text: async () => {
      const file = cli.paths.policyFile;
      return { file, text: textOf(file) };
    },
    simulate: async (text) =>
      await withFile({ name: "policy.yaml", text }, async (file) => {
        return await ownJson(cli, ["policy", "simulate", file], policySimulateView);
      }),
  };
}

/** With `=`, so that no text is taken for an option. */
function optionsOf(prompt: MadeUpPrompt): string[] {
  return Object.entries(prompt)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `--${name}=${value}`);
}
